"""Real spreadsheets for these tests, written with XlsxWriter."""

import io

import xlsxwriter

from examops.eligibility.roster import RosterContext, examine, guess_columns, read_file
from tests.domains.eligibility.people import BODY, CUT_OFF

HEADERS = ("姓名", "身份证号", "用工形式", "报考职业", "等级", "派遣起始日期", "参保地", "工作地")


def xlsx(rows, *, sheets=None, hidden=()):
    """A workbook of one sheet, or of the sheets given by name."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as book:
        for name, content in (sheets or {"名单": rows}).items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(content):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(at, column, value)
            if name in hidden:
                sheet.hide()
    return sink.getvalue()


def roster_context(**changes):
    return RosterContext(**{"body_kind": "enterprise", "body_name": BODY, "cut_off": CUT_OFF, **changes})


def examined(rows, *, known=None, remembered=None, **changes):
    """The rows of a sheet (header first), through a real XLSX."""
    table = read_file(xlsx(rows))
    return examine(table, guess_columns(table, remembered), roster_context(**changes), known)


def codes(row):
    return [cell.code for cell in row.errors]

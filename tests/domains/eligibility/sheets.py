"""Real spreadsheets for these tests, written with XlsxWriter."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from bench.roster import workbook
from examops.eligibility.roster import RosterContext, examine, guess_columns, read_file
from tests.domains.eligibility.people import BODY, CUT_OFF

SHEET = "xl/worksheets/sheet1.xml"
FIRST_DAY = date(1899, 12, 30)  # what a spreadsheet counts days from
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


def changed(data: bytes, part: str, change: Callable[[bytes], bytes], *, level: int = 6) -> bytes:
    """The same archive with one part changed, compressed anew at ``level`` (1 is quick)."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return sink.getvalue()


def large_workbook(people: Sequence[Sequence[Any]]) -> bytes:
    """What :func:`bench.roster.workbook` writes, in a tenth of the time: the cells are put together here."""
    rows = "".join(f'<row r="{at}">{_cells(at, row)}</row>' for at, row in enumerate(people, start=2))
    size, tail = b'ref="A1:P%d"' % (len(people) + 1), rows.encode() + b"</sheetData>"

    def fill(sheet: bytes) -> bytes:
        head, rest = sheet.split(b'<row r="2">')
        return head.replace(b'ref="A1:P2"', size) + tail + rest.partition(b"</sheetData>")[2]

    return changed(workbook(list(people[:1])), SHEET, fill, level=1)


def _cells(at: int, row: Iterable[Any]) -> str:
    return "".join(_cell(f"{letter}{at}", value) for letter, value in zip("ABCDEFGHIJKLMNOP", row, strict=True))


def _cell(name: str, value: Any) -> str:
    if isinstance(value, str):
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
    if isinstance(value, date):
        return f'<c r="{name}" s="1"><v>{(value - FIRST_DAY).days}</v></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def roster_context(**changes):
    return RosterContext(**{"body_kind": "enterprise", "body_name": BODY, "cut_off": CUT_OFF, **changes})


def examined(rows, *, known=None, remembered=None, **changes):
    """The rows of a sheet (header first), through a real XLSX."""
    table = read_file(xlsx(rows))
    return examine(table, guess_columns(table, remembered), roster_context(**changes), known)


def codes(row):
    return [cell.code for cell in row.errors]

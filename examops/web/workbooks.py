"""A list as a workbook: the one way in which pages hand out what they show.

The caller asks with the query of its page, in the scope of its reader, so that a file never holds more than the page.
Texts stay texts, whatever they begin with: no cell becomes a formula or a link. Counts are numbers and days are days,
so that a reader sums, sorts and filters them; a code, an ID number or a telephone number is given as ``str`` and stays
as it is written. A file is bounded and says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Response
from xlsxwriter.worksheet import Worksheet

from examops.core.clock import local
from examops.core.language import _
from examops.web.downloads import attachment

MOST_ROWS = 20_000
MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number; more would change the last ones
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
Columns = Sequence[tuple[str, int]]  # heads, which are looked up, and widths in characters


def export(name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> Response:
    """A file to save; ``name`` without ending, in the reader's language."""
    return attachment(list_workbook(name, columns, rows), f"{name}.xlsx")


def list_workbook(title: str, columns: Columns, rows: Iterable[Sequence[Any]], frozen: int = 1) -> bytes:
    """One sheet named ``title`` with a head that stays in sight, the first ``frozen`` columns too, and filters.

    Rows are written out as they come, at most ``MOST_ROWS``; that some are left out is said in a last line."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        for place, (word, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(word), bold)
        sheet.freeze_panes(1, frozen)
        last = _write_rows(book, sheet, rows)
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return out.getvalue()


def _write_rows(book: Any, sheet: Worksheet, rows: Iterable[Sequence[Any]]) -> int:
    """The number of the last row of the list; the line that says what is left out is below it."""
    cells = Cells(sheet, book.add_format({"num_format": DAY_FORMAT}), book.add_format({"num_format": MOMENT_FORMAT}))
    number = 0
    for number, row in enumerate(islice(rows, MOST_ROWS + 1), start=1):
        if number > MOST_ROWS:
            sheet.write_string(number, 0, _("只列出前 {count} 行，其余请筛选后再导出", count=MOST_ROWS))
            return MOST_ROWS
        for place, cell in enumerate(row):
            cells.write(number, place, cell)
    return number


class Cells:
    """Writes each value as what it is."""

    def __init__(self, sheet: Worksheet, day: Any, moment: Any) -> None:
        self.sheet, self.day, self.moment = sheet, day, moment

    def write(self, row: int, column: int, value: Any) -> None:
        """Local time to the minute, nothing for None; what is no number, day or moment as its text."""
        match value:
            case None | "":
                return
            case bool():
                self.sheet.write_string(row, column, _("是") if value else _("否"))
            case int() | float() | Decimal() if _is_exact(value):
                self.sheet.write_number(row, column, value)
            case datetime():
                moment = local(value).replace(tzinfo=None, second=0, microsecond=0)
                self.sheet.write_datetime(row, column, moment, self.moment)
            case date():
                self.sheet.write_datetime(row, column, value, self.day)
            case _:
                self.sheet.write_string(row, column, str(value))


def _is_exact(number: Any) -> bool:
    return bool(abs(number) < MOST_EXACT)

"""A list as a workbook: the one way in which pages hand out what they show.

The caller asks with the query of its page, in the scope of its reader, so that a file never holds more than the page.
Texts stay texts, whatever they begin with: no cell becomes a formula or a link. A file is bounded and says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Response

from examops.core.clock import local
from examops.core.language import N_, _
from examops.web.downloads import attachment

MAX_ROWS = 20_000
MORE = N_("还有更多，没有写进这份文件：先筛选再导出")
Columns = Sequence[tuple[str, int]]  # title, width in characters


def export(name: str, columns: Columns, rows: Iterable[Sequence[Any]], *, most: int = MAX_ROWS) -> Response:
    """``name`` without ending, already in the reader's language; ``columns`` with titles to be translated."""
    return attachment(workbook(name, columns, rows, most=most), f"{name}.xlsx")


def workbook(title: str, columns: Columns, rows: Iterable[Sequence[Any]], *, most: int = MAX_ROWS) -> bytes:
    """Rows are written as they come; behind ``most`` of them a last line says that there are more."""
    out, coming = io.BytesIO(), iter(rows)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        for place, (word, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(word), bold)
        sheet.freeze_panes(1, 1)
        number = 0
        for number, row in enumerate(islice(coming, most), start=1):
            for place, value in enumerate(row):
                _write(sheet, number, place, value)
        if next(coming, None) is not None:
            sheet.write_string(number + 1, 0, _(MORE), bold)
    return out.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, cell_text(value))


def cell_text(value: Any) -> str:
    """As pages write it: local time to the minute, days as in ISO 8601, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)

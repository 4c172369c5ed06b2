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
from examops.core.language import _
from examops.web.downloads import attachment

MOST_ROWS = 20_000
Columns = Sequence[tuple[str, int]]  # heads, which are looked up, and widths in characters


def export(name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> Response:
    """A file to save; ``name`` without ending, in the reader's language."""
    return attachment(list_workbook(name, columns, rows), f"{name}.xlsx")


def list_workbook(title: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet named ``title`` with a frozen head. Rows are written out as they come, at most ``MOST_ROWS``; that some
    are left out is said in a last line."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        for place, (word, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(word), bold)
        sheet.freeze_panes(1, 1)
        for number, cells in enumerate(islice(rows, MOST_ROWS + 1), start=1):
            if number > MOST_ROWS:
                sheet.write_string(number, 0, _("只列出前 {count} 行，其余请筛选后再导出", count=MOST_ROWS))
                break
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell_text(cell))
    return out.getvalue()


def cell_text(value: Any) -> str:
    """As pages write it: local time to the minute, days as in ISO 8601, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)

"""Lists as workbooks to save: texts stay texts, nothing becomes a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import islice

import xlsxwriter

from examops.core.language import _

MOST_ROWS = 20_000
Columns = Sequence[tuple[str, int]]


def list_workbook(title: str, columns: Columns, rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet named ``title`` with a frozen head; ``columns`` are heads (looked up) and widths in characters. Rows
    are written out as they come, at most ``MOST_ROWS``; one that is left out is said in a last line."""
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
                sheet.write_string(number, place, "" if cell is None else str(cell))
    return out.getvalue()

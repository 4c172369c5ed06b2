"""A sheet as it was read, and the limits within which it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from typing import Any

from examops.sheets.bounded_child import Refused
from examops.sheets.characters import visible_cells

Cells = list[Any]
LOOKED_AT = 500  # rows together


@dataclass(frozen=True)
class Table:
    """``rows`` start at row 1 of the sheet, so ``rows[i]`` is row ``i + 1``. ``other_sheets`` were not read.

    Control characters and halves of surrogate pairs stand in the cells as pictures, see ``characters.py``. By row
    number from 1: ``hidden_rows`` are read, though a spreadsheet does not show them; ``filled_rows`` took the value
    of a merged cell above. ``stray_quotes`` are (row, column from 0) of cells whose quotes look wrong, see
    ``text_tables.py``. ``from_1904``: number cells count days from 1904.
    """

    rows: list[Cells]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    filled_rows: tuple[int, ...] = ()
    stray_quotes: tuple[tuple[int, int], ...] = ()
    from_1904: bool = False


@dataclass(frozen=True)
class SheetLimits:
    """``rows`` of people below at most ``header_rows`` rows of titles and headers."""

    rows: int
    bytes: int
    unpacked_bytes: int
    entries: int
    columns: int
    header_rows: int

    @property
    def last_row(self) -> int:
        return self.rows + self.header_rows

    def check_rows(self, found: int) -> None:
        if found > self.last_row:
            raise Refused("rows", rows=found)


def is_blank(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())


def filled(rows: list[Cells]) -> list[Cells]:
    """Without empty rows at the end, every cell storable. Raises :class:`Refused` where nothing is left."""
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise Refused("empty")
    found: list[Cells] = []
    for at in range(0, len(rows), LOOKED_AT):
        found += _storable(rows[at : at + LOOKED_AT])
    return found


def _storable(rows: list[Cells]) -> list[Cells]:
    """All at a glance; only where that does not show that they are, row by row."""
    if _is_storable(list(chain.from_iterable(rows))):
        return rows
    return [row if _is_storable(row) else visible_cells(_finite(row)) for row in rows]


def _is_storable(cells: Cells) -> bool:
    """As nearly all are: no character that is forbidden is printable, but for those written as _xHHHH_."""
    text = "".join([cell for cell in cells if type(cell) is str])
    if not text.isprintable() or "_x" in text:
        return False
    return all(map(isfinite, [cell for cell in cells if type(cell) is float]))


def _finite(row: Cells) -> Cells:
    """A workbook may hold the numbers NaN and infinity, which are no numbers of JSON: they stay as their names."""
    if any(isinstance(cell, float) and not isfinite(cell) for cell in row):
        return [str(cell) if isinstance(cell, float) and not isfinite(cell) else cell for cell in row]
    return row


def without_blank_end(row: Cells) -> Cells:
    end = len(row)
    while end and is_blank(row[end - 1]):
        end -= 1
    return row[:end]


def cells_with_content(rows: Iterable[Cells], row: int = 0, column: int = 0) -> Iterable[tuple[int, int]]:
    """(row, column) from 1 of every cell that is not blank, of rows that start at ``row``, ``column`` from 0."""
    for at, cells in enumerate(rows, start=row + 1):
        for to, cell in enumerate(cells, start=column + 1):
            if not is_blank(cell):
                yield at, to

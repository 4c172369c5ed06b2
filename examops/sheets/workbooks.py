"""Sheets of a workbook, read by calamine within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import python_calamine as calamine

from examops.sheets.bounded_child import Refused
from examops.sheets.far_cells import Extent, refuse_beyond
from examops.sheets.table import Cells, SheetLimits, Table, cells_with_content, filled, without_blank_end
from examops.sheets.workbook_marks import Marks, Merge, marks_of

# A rectangle of so many cells may be opened although it is beyond the limits: blanks may be all there is.
OPENED_CELLS = 4_000_000
MAX_MERGES = 50_000
PANIC = "PanicException"  # of pyo3_runtime, a module that cannot be imported; no Exception but a BaseException


@dataclass(frozen=True)
class Source:
    """The bytes of a workbook, its archive if it is one, and how far its sheets reach beyond the limits, by name:
    calamine must not open those of which the rectangle is large. ``hiding_parts``: parts with the word ``hidden``."""

    data: bytes
    archive: zipfile.ZipFile | None = None
    far_sheets: dict[str, Extent] = field(default_factory=dict)
    hiding_parts: Collection[str] = ()


@dataclass(frozen=True)
class SheetHead:
    """The first rows of a sheet, and the number of its last one. ``rows`` is None where it was not opened."""

    name: str
    rows: int | None
    head: list[Cells]


def read_workbook(source: Source, sheet: str, limits: SheetLimits) -> Table:
    """The sheet called ``sheet``, else the first visible one with cells. Raises :class:`Refused`."""
    with _Opened(source) as book:
        names = _visible(book)
        for name in [sheet] if sheet in names else names:
            if name in source.far_sheets:
                source.far_sheets[name].refuse(limits.last_row, limits.columns, OPENED_CELLS)
            found = book.get_sheet_by_name(name)
            if not found.height:
                continue
            marks = marks_of(source.data, source.archive, name, book.sheet_names.index(name), source.hiding_parts)
            return _table(found, marks, tuple(other for other in names if other != name), limits)
    raise Refused("empty")


def heads_of(source: Source, limits: SheetLimits, most: int) -> list[SheetHead]:
    """The visible sheets in their order, ``most`` of them at the most."""
    with _Opened(source) as book:
        return [_head(book, source, name, limits) for name in _visible(book)[:most]]


def _head(book: calamine.CalamineWorkbook, source: Source, name: str, limits: SheetLimits) -> SheetHead:
    if name in source.far_sheets:
        return SheetHead(name, None, [])
    found = book.get_sheet_by_name(name)
    if not found.height:
        return SheetHead(name, 0, [])
    rows = found.to_python(skip_empty_area=False, nrows=limits.header_rows)
    return SheetHead(name, (found.end or (0, 0))[0] + 1, [without_blank_end(row)[: limits.columns] for row in rows])


class _Opened:
    """calamine's workbook; its errors become refusals, its panics too: it trusts lengths that damaged records state."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __enter__(self) -> calamine.CalamineWorkbook:
        try:
            return calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.source.data))
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, calamine.CalamineError) or type(error).__name__ == PANIC:
            raise Refused("locked" if isinstance(error, calamine.PasswordError) else "not_excel") from error


def _table(found: calamine.CalamineSheet, marks: Marks, others: tuple[str, ...], limits: SheetLimits) -> Table:
    last_row, last_column = found.end or (0, 0)  # from 0
    if last_row >= limits.last_row or last_column >= limits.columns:
        row, column = found.start or (0, 0)
        refuse_beyond(cells_with_content(found.iter_rows(), row, column), limits.last_row, limits.columns)
    rows = filled(_cut(found.to_python(skip_empty_area=False)[: limits.last_row], limits.columns))
    merges = [*(found.merged_cell_ranges or ()), *marks.merges][:MAX_MERGES]
    taken = _fill_merged(rows, merges)
    hidden = tuple(sorted(row for row in marks.hidden_rows if row <= len(rows)))
    return Table(rows, found.name, others, hidden, tuple(sorted(taken)), from_1904=marks.from_1904)


def _cut(rows: list[Cells], columns: int) -> list[Cells]:
    """calamine's rows are all of one width."""
    return [row[:columns] for row in rows] if rows and len(rows[0]) > columns else rows


def _fill_merged(rows: list[Cells], merges: Sequence[Merge]) -> set[int]:
    """Give the rows under a merged cell its value, where they hold anything at all; the numbers of these rows.

    A spreadsheet keeps the value in the topmost cell only. A title over several columns stays as it is.
    """
    taken: set[int] = set()
    if not merges:
        return taken
    has_content = [any(cell not in ("", None) for cell in row) for row in rows]
    for (top, column), (bottom, _) in merges:
        value = rows[top][column] if top < len(rows) and column < len(rows[top]) else ""
        if value in ("", None):
            continue
        for at in range(top + 1, min(bottom + 1, len(rows))):
            if has_content[at] and column < len(rows[at]) and rows[at][column] in ("", None):
                rows[at][column] = value
                taken.add(at + 1)
    return taken


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    shown = [one.name for one in book.sheets_metadata if one.visible == calamine.SheetVisibleEnum.Visible]
    return shown or list(book.sheet_names)

"""Which sheet of a workbook holds the people: the first with a header that we know, unless somebody has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from examops.eligibility.roster.columns import Columns, guess_columns, has_header
from examops.eligibility.roster.reading import read_heads, read_upload
from examops.eligibility.roster.refusals import RosterWithoutHeader
from examops.sheets.table import Table


@dataclass(frozen=True)
class SheetChoice:
    """A visible sheet. ``lines`` is the number of its last row, None where it was not opened."""

    name: str
    lines: int | None
    has_header: bool


@dataclass(frozen=True)
class OpenedRoster:
    """The sheet that was read, its columns, and all visible sheets where there are several."""

    table: Table
    columns: Columns
    sheets: tuple[SheetChoice, ...]


def open_roster(data: bytes, *, is_paste: bool, sheet: str = "", memory: Mapping[str, str]) -> OpenedRoster:
    """Read the ``sheet`` that was chosen, else the first visible one with a header. Raises a :class:`RosterRefused`."""
    table = read_upload(data, is_paste=is_paste, sheet=sheet)
    heads = read_heads(data) if table.other_sheets else []
    choices = tuple(SheetChoice(head.name, head.rows, has_header(head.head, memory)) for head in heads)
    try:
        return OpenedRoster(table, guess_columns(table, memory), choices)
    except RosterWithoutHeader:
        better = next((one.name for one in choices if one.has_header), "")
        if sheet or not better:
            raise
    table = read_upload(data, is_paste=is_paste, sheet=better)
    return OpenedRoster(table, guess_columns(table, memory), choices)

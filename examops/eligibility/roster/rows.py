"""One row of the sheet: reads every cell, collects all faults, and makes facts of the readable values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from examops.eligibility.facts import Facts
from examops.eligibility.roster import days
from examops.eligibility.roster import values as read
from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.columns import Column, Columns, column_letter
from examops.eligibility.roster.texts import text_of
from examops.eligibility.roster.updates import Update
from examops.eligibility.roster.years import read_years
from examops.eligibility.verdicts import Decision, Verdict
from examops.sheets.characters import marks_in

READERS: dict[str, Callable[[Any], Any]] = {
    "name": read.read_name,
    "id_number": read.read_id,
    "id_type": read.read_id_type,
    "sex": read.read_sex,
    "kind": read.read_kind,
    "occupation": read.read_occupation,
    "level": read.read_level,
    "started_on": days.read_day,
    "ended_on": days.read_end,
    "insured_by": read.read_insured_by,
    "telephone": read.read_telephone,
    "certificate_level": read.read_level,
    "certificate_number": read.read_number,
    "student_number": read.read_number,
    "certificate_on": days.read_day,
    "work_years": read_years,
    "work_since": days.read_first_day,
    "enrolled_on": days.read_first_day,
    "graduates_on": days.read_last_day,
    "apprenticeship_ended_on": days.read_day,
}
DAYS = frozenset(field for field, reader in READERS.items() if reader.__module__ == days.__name__)
IGNORED = frozenset(("number", "remark", "born_on"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A fault of one cell, with row and column as in the spreadsheet. ``stops``: the row cannot be saved like this."""

    row_no: int
    letter: str
    header: str
    field: str
    value: str
    code: str
    stops: bool
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(slots=True)
class ParsedRow:
    """``values`` by field as read, ``facts`` and ``verdict`` None where nobody can be judged.

    ``continued_in`` names the row that took this one's spell of work: one agency worker may stand in several rows.
    ``update`` is there for who has applied already.
    """

    row_no: int
    values: dict[str, Any]
    errors: tuple[Cell, ...] = ()
    facts: Facts | None = None
    verdict: Verdict | None = None
    occupation_code: str = ""
    level: str | None = None
    continued_in: int | None = None
    update: Update | None = None

    @property
    def id_number(self) -> str:
        return self.values.get("id_number", "")

    @property
    def outcome(self) -> Decision:
        """No with a fault that stops, else the verdict's, at best unclear with any other fault."""
        if self.verdict is None:
            return Decision.NO
        if not self.errors:
            return self.verdict.outcome
        if any(error.stops for error in self.errors):
            return Decision.NO
        if self.verdict.outcome is Decision.OK:
            return Decision.UNCLEAR
        return self.verdict.outcome

    @property
    def standing(self) -> str:
        """The outcome; of who has applied already, what saving would write instead, see :class:`Update`."""
        return self.update.standing if self.update else str(self.outcome)

    def add(self, *errors: Cell) -> None:
        self.errors = (*self.errors, *errors)


UNKNOWN, UNREAD = object(), object()
MOST_KEPT = 20_000  # values of one column; a column of numbers, each another one, keeps no more


class Reader:
    """One column of a sheet. A roster repeats itself: each text and day is read once a column."""

    __slots__ = ("column", "field", "index", "known", "reader")

    def __init__(self, column: Column, reader: Callable[[Any], Any] | None) -> None:
        self.column, self.reader = column, reader
        self.index, self.field = column.index, column.field
        self.known: dict[Any, Any] = {}

    def read(self, raw: Any) -> Any:
        """The value, UNREAD of a column that is not read. Raises :class:`CellFault`."""
        if isinstance(raw, str) and not (raw.isascii() and raw.isalnum()):
            self._look_for_marks(raw)
        value = self.reader(raw) if self.reader else UNREAD
        # Of texts and days alone: the numbers 1 and 1.0 and the yes of a tick box would be one key.
        if type(raw) in (str, date) and len(self.known) < MOST_KEPT:
            self.known[raw] = value
        return value

    def _look_for_marks(self, raw: str) -> None:
        """Letters and digits have none, which is most of what differs from person to person."""
        if marks := marks_in(raw, is_read=self.reader is not None):
            raise CellFault(f"{self.field}.control", stops=self.reader is not None, marks=marks)
        if self.reader and _is_open_quote(raw):
            raise CellFault("quote.open")


def readers_for(columns: Columns) -> list[Reader]:
    """One for every column; made once for a whole sheet."""
    return [Reader(one, _reader_of(one.field, columns.from_1904)) for one in columns.columns]


def _reader_of(field: str, from_1904: bool) -> Callable[[Any], Any] | None:
    if not field or field in IGNORED:
        return None
    reader = READERS.get(field, read.read_text)
    if from_1904 and field in DAYS:
        return lambda raw: reader(days.from_1904(raw))
    return reader


def read_row(row_no: int, cells: list[Any], readers: list[Reader]) -> ParsedRow:
    """Every cell at once; a fault does not keep the rest from being read."""
    values: dict[str, Any] = {}
    errors: list[Cell] = []
    width = len(cells)
    for one in readers:
        raw = cells[one.index] if one.index < width else ""
        if raw is None or raw == "":
            continue
        value = one.known.get(raw, UNKNOWN)
        if value is UNKNOWN:
            try:
                value = one.read(raw)
            except CellFault as fault:
                errors.append(cell_fault(row_no, one.column, raw, fault.code, stops=fault.stops, **fault.params))
                continue
        if value is not UNREAD:
            values[one.field] = value
    if width > len(readers):
        errors += _beyond_columns(row_no, cells, len(readers))
    return ParsedRow(row_no, values, tuple(errors))


def _is_open_quote(raw: str) -> bool:
    """A text that begins with a quote and does not end with one: in CSV it would have taken the next cells with it."""
    return raw.startswith('"') and (len(raw) == 1 or not raw.endswith('"'))


def _beyond_columns(row_no: int, cells: list[Any], width: int) -> list[Cell]:
    """Control characters in cells to the right of every column that the first rows have."""
    return [
        cell_fault(row_no, Column(at, column_letter(at), "", "", ""), cells[at], ".control", stops=False, marks=marks)
        for at in range(width, len(cells))
        if (marks := marks_in(cells[at], is_read=False))
    ]


def cell_fault(row_no: int, column: Column, raw: Any, code: str, *, stops: bool = True, **params: Any) -> Cell:
    text = f"{raw:.15g}" if isinstance(raw, float) else text_of(raw)
    return Cell(row_no, column.letter, column.header, column.field, text, code, stops, params)

"""The rows of a list, read and counted. Pure: no database, no clock.

Everything wrong is found at once. A person is one ID number, at however many entities and in however many rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from examops.core.garbage import collector_paused
from examops.core.language import Message
from examops.eligibility import mask, read_id_number
from examops.eligibility.roster import Cell, Column, ParsedRow, masked_fault, read_sheet
from examops.filings.lists.columns import CODE, OpenedList
from examops.organisations import read_credit_code

REPORT_EVERY = 1000
MOST_SHOWN = 2000  # faults, doubles and questions that are kept each; beyond, only their number
LONGEST_NAME = 120
STOPS = ("missing", "length", "characters")  # a wrong check character of a credit code is in use and stops nobody


@dataclass
class ListReading:
    """``people``: ID number → codes of its entities, "" where the list names none. ``names``: ID number → each name
    with the first row that has it. ``entities``: code → names as written. ``repeated``: rows beyond the first of the
    same person at the same entity. ``problems`` are masked, the first :data:`MOST_SHOWN` of ``problem_count``."""

    rows: int = 0
    hidden: int = 0
    people: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=dict)
    entities: dict[str, Counter[str]] = field(default_factory=dict)
    repeated: int = 0
    problems: list[Message] = field(default_factory=list)
    problem_count: int = 0

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each ID number with more than one name: ``masked``, and ``names`` with the row of each."""
        for number, names in self.names.items():
            if len(names) > 1:
                yield {"masked": mask(number), "names": [[name, row] for name, row in names.items()], "chosen": None}

    def doubles(self) -> Iterator[dict[str, Any]]:
        """Each person at more than one entity: ``masked``, ``codes``."""
        for number, codes in self.people.items():
            if len(codes) > 1:
                yield {"masked": mask(number), "codes": sorted(codes)}


@dataclass(frozen=True)
class ListRules:
    """``day``: on which ID numbers are judged (nobody is born later); ``known``: credit codes on record, which are
    right however they are written."""

    columns: Mapping[str, Column]
    day: date
    known: Collection[str]


def read_list(
    opened: OpenedList, day: date, known: Collection[str], progress: Callable[[int, int], None]
) -> ListReading:
    """``progress`` gets (done, all)."""
    read = read_sheet(opened.table, opened.columns)
    rules = ListRules({one.field: one for one in opened.columns.columns if one.field}, day, known)
    found = ListReading(len(read.rows), sum(line.kind == "hidden" for line in read.skipped))
    with collector_paused():
        for done, row in enumerate(read.rows, start=1):
            _take(found, row, rules)
            if done % REPORT_EVERY == 0 or done == found.rows:
                progress(done, found.rows)
    return found


def _take(found: ListReading, row: ParsedRow, rules: ListRules) -> None:
    faults = list(_faults(row, rules))
    found.problem_count += len(faults)
    found.problems += [masked_fault(one) for one in faults[: max(0, MOST_SHOWN - len(found.problems))]]
    if faults:
        return
    number, code = row.id_number, _code(row)
    codes = found.people.setdefault(number, set())
    found.repeated += code in codes
    codes.add(code)
    found.names.setdefault(number, {}).setdefault(row.values["name"], row.row_no)
    written = row.values.get("employer", "")[:LONGEST_NAME]
    found.entities.setdefault(code, Counter())[written] += 1


def _code(row: ParsedRow) -> str:
    return read_credit_code(row.values.get(CODE, "")).code


def _faults(row: ParsedRow, rules: ListRules) -> Iterator[Cell]:
    """Of one row: cells that could not be read, missing ones, ID numbers and credit codes that cannot be right."""
    yield from row.errors
    unread, columns = {one.field for one in row.errors}, rules.columns
    for name in ("name", "id_number"):
        if not row.values.get(name) and name not in unread:
            yield _fault(row, columns[name], f"{name}.missing")
    if row.id_number:
        for problem in read_id_number(row.id_number, on=rules.day).problems:
            if problem.is_certain:
                yield _fault(row, columns["id_number"], problem.code, **problem.params)
    if CODE in columns and CODE not in unread and _code(row) not in rules.known:
        warning = read_credit_code(row.values[CODE]).warning if row.values.get(CODE) else "missing"
        if warning in STOPS:
            yield _fault(row, columns[CODE], f"{CODE}.{warning}")


def _fault(row: ParsedRow, column: Column, code: str, **params: Any) -> Cell:
    value = str(row.values.get(column.field, ""))
    return Cell(row.row_no, column.letter, column.header, column.field, value, code, True, params)

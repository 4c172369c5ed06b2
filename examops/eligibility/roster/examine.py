"""A whole roster read and judged. The preview and the save both call :func:`examine`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from config.rulebook import Rulebook, rulebook
from examops.core.garbage import collector_paused
from examops.eligibility.context import Context, RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.many import ManyPeople
from examops.eligibility.roster.columns import Columns
from examops.eligibility.roster.defaults import Defaults, faults
from examops.eligibility.roster.facts_maker import Evidence, FactsMaker, with_known
from examops.eligibility.roster.lines import read_sheet
from examops.eligibility.roster.reading import Table
from examops.eligibility.roster.rows import Cell, ParsedRow
from examops.eligibility.roster.updates import Applied, compared, merged
from examops.eligibility.specified import Specified
from examops.eligibility.verdicts import Decision

REPORT_EVERY = 1000


@dataclass(frozen=True)
class RosterContext:
    """For whom and for what the roster is. Defaults fill columns that the sheet does not have.

    ``offered`` are the (occupation code, level) pairs the body is filed for; None when that is not asked.
    ``specified`` are the specifications that the batch took in place of national standards, by the same pairs.
    """

    body_kind: str
    body_name: str
    cut_off: date
    body_code: str = ""
    body_aliases: tuple[str, ...] = ()
    default_occupation: str = ""
    default_level: str | None = None
    default_kind: str = ""
    offered: frozenset[tuple[str, str]] | None = None
    next_batch: str = ""
    next_cut_off: date | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    specified: Mapping[tuple[str, str], Specified] = field(default_factory=dict)

    def for_one(self, occupation_code: str, level: str) -> Context:
        """Pinned: what is stored beside a verdict must name what was looked up."""
        return RuleContext(self.unpinned(occupation_code, level)).pinned()

    def unpinned(self, occupation_code: str = "", level: str = "") -> Context:
        return Context(
            body_kind=self.body_kind,
            body_name=self.body_name,
            occupation_code=occupation_code,
            level=level,
            cut_off=self.cut_off,
            body_code=self.body_code,
            body_aliases=self.body_aliases,
            offered=None if self.offered is None else (occupation_code, level) in self.offered,
            next_batch=self.next_batch,
            next_cut_off=self.next_cut_off,
            specification=self.specified.get((occupation_code, level)),
        )


@dataclass(frozen=True)
class PeopleOnRecord:
    """What is on record about a person: proven facts, the city's live applications by (occupation, level), by field
    of the sheet who saw the original of that person's paper, and what was ``applied`` for in this very batch."""

    facts: Facts | None = None
    open_applications: Mapping[tuple[str, str], int] = field(default_factory=dict)
    seen: Mapping[str, Evidence] = field(default_factory=dict)
    applied: Mapping[tuple[str, str], Applied] = field(default_factory=dict)


@dataclass(frozen=True)
class Examination:
    """Every person of the sheet in its order, with the context each was judged in."""

    rows: tuple[ParsedRow, ...]
    contexts: dict[tuple[str, str], Context]
    columns: Columns

    def counts(self) -> dict[str, int]:
        """People by outcome: ok, no, unclear, and of those who have applied already same, changed, differs where there
        are any. Rows that only carry on another row are left out."""
        found = Counter(row.standing for row in self.rows if row.continued_in is None)
        return {str(one): 0 for one in Decision} | dict(found)

    def corrections(self) -> tuple[ParsedRow, ...]:
        return tuple(row for row in self.rows if row.continued_in is None and row.outcome is not Decision.OK)


def examine(
    table: Table,
    columns: Columns,
    context: RosterContext,
    known: Mapping[str, PeopleOnRecord] | None = None,
    *,
    book: Rulebook | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Examination:
    """Read and judge every row below the header. ``known`` is by ID number; ``progress`` gets (done, all)."""
    rows = read_sheet(table, columns).rows
    return judge_rows(rows, columns, context, known, book=book, progress=progress)


def judge_rows(
    rows: list[ParsedRow],
    columns: Columns,
    context: RosterContext,
    known: Mapping[str, PeopleOnRecord] | None = None,
    *,
    book: Rulebook | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Examination:
    judge = _Judge(columns, context, known or {}, book or rulebook())
    with collector_paused():
        for row in rows:
            judge.prepare(row)
        judge.join_and_find_doubles(rows)
        for done, row in enumerate(rows, start=1):
            judge.decide(row)
            if progress and (done % REPORT_EVERY == 0 or done == len(rows)):
                progress(done, len(rows))
    return Examination(
        tuple(rows), {key: rule_context.context for key, rule_context in judge.rule_contexts.items()}, columns
    )


class _Judge:
    """The state of one examination: one rule context per occupation and level, the people seen so far."""

    def __init__(
        self, columns: Columns, context: RosterContext, known: Mapping[str, PeopleOnRecord], book: Rulebook
    ) -> None:
        self.columns = {column.field: column for column in columns.columns}
        self.context, self.known, self.book = context, known, book
        self.maker = FactsMaker(context.evidence, context.body_kind, context.default_kind)
        self.defaults = Defaults(context.default_occupation, context.default_level, context.default_kind)
        self.openings = self.defaults.openings(self.columns)
        self.rule_contexts: dict[tuple[str, str], RuleContext] = {}
        self.people = ManyPeople(RuleContext(context.unpinned(), book))

    def prepare(self, row: ParsedRow) -> None:
        """What the person applies for, and the facts as typed in the row."""
        self.defaults.apply(row)
        if self.openings:
            row.add(*faults(row, self.openings))
        row.values["occupation"] = row.occupation_code
        self._find_missing(row)
        known = self.known.get(row.id_number)
        if known is None:
            row.facts = self.maker.make(row.values)
            return
        count = known.open_applications.get((row.occupation_code, row.level or ""), 0)
        row.facts = self._maker(known).make(row.values, count)

    def _find_missing(self, row: ParsedRow) -> None:
        """A fault for each of the four that a row cannot do without."""
        there = (row.values.get("name"), row.id_number, row.occupation_code, row.level)
        if all(there):
            return
        faulty = {error.field for error in row.errors}
        for name, is_there in zip(("name", "id_number", "occupation", "level"), there, strict=True):
            if not is_there and name not in faulty:
                row.add(self._fault(row, name, f"{name}.missing"))

    def _maker(self, known: PeopleOnRecord) -> FactsMaker:
        if not known.seen:
            return self.maker
        evidence = {**self.context.evidence, **known.seen}
        return FactsMaker(evidence, self.context.body_kind, self.context.default_kind)

    def _fault(self, row: ParsedRow, name: str, code: str, *, stops: bool = True, **params: Any) -> Cell:
        column = self.columns.get(name)
        letter, header = (column.letter, column.header) if column else ("", "")
        value = row.values.get(name) or ""
        return Cell(row.row_no, letter, header, name, str(value), code, stops, params)

    def join_and_find_doubles(self, rows: Iterable[ParsedRow]) -> None:
        """Join the spells of one agency worker in several rows; any other duplicate is a fault of both rows."""
        seen: dict[tuple[str, str, str | None], ParsedRow] = {}
        names: dict[str, ParsedRow] = {}
        for row in rows:
            number = row.id_number
            if not number:
                continue
            namesake = names.setdefault(number, row)
            if namesake is not row and namesake.values.get("name") != row.values.get("name"):
                self._mark_both(row, namesake, "name", "id.two_names")
                continue
            first = seen.setdefault((number, row.occupation_code, row.level), row)
            if first is not row and not _join(first, row):
                self._mark_both(row, first, "id_number", "row.double")

    def _mark_both(self, row: ParsedRow, first: ParsedRow, name: str, code: str) -> None:
        row.add(self._fault(row, name, code, other_row=first.row_no))
        first.add(self._fault(first, name, code, other_row=row.row_no))

    def decide(self, row: ParsedRow) -> None:
        if row.continued_in is not None or row.facts is None or not row.occupation_code or not row.level:
            return
        key = (row.occupation_code, row.level)
        known = self.known.get(row.id_number)
        if known and known.facts:
            row.facts = with_known(row.facts, known.facts)
        row.verdict = self.people.judge(self._bench(key), row.facts)
        if known and (applied := known.applied.get(key)):
            self._update(row, applied, self._bench(key))

    def _update(self, row: ParsedRow, applied: Applied, bench: RuleContext) -> None:
        """Judged is the record with the changed facts in it, not the sheet alone: that may say less."""
        told = row.facts
        if told and applied.facts:
            row.facts = merged(applied.facts, told)
            row.verdict = self.people.judge(bench, row.facts)
        stops = any(error.stops for error in row.errors)
        fails = row.verdict is not None and row.verdict.outcome is Decision.NO and not stops
        is_certain = fails or row.outcome is Decision.OK
        after = row.verdict.outcome if row.verdict and is_certain else None
        row.update = compared(applied, row.values, told, after, is_faulty=stops)

    def _bench(self, key: tuple[str, str]) -> RuleContext:
        if key not in self.rule_contexts:
            self.rule_contexts[key] = RuleContext(self.context.for_one(*key), self.book)
        return self.rule_contexts[key]


def _join(first: ParsedRow, row: ParsedRow) -> bool:
    """Join the second row into the first if it only adds a spell of agency work with another start; True if joined."""
    if not first.facts or not row.facts or row.errors:
        return False
    spells = (*first.facts.spells, *row.facts.spells)
    starts = [spell.start for spell in spells]
    is_history = all(spell.kind == "agency" and spell.start for spell in spells) and len(set(starts)) == len(starts)
    if is_history:
        first.facts = replace(first.facts, spells=spells)
        row.continued_in = first.row_no
    return is_history

"""Employment as stretches of days: joined where one follows the other without a break, compared where they overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import TypeVar

from config.calendar import SATURDAY, calendar
from config.rulebook import Rule
from examops.eligibility.context import RuleContext, plain_name
from examops.eligibility.facts import PROOFS, Source, Spell

T = TypeVar("T")


def last_of(*choices: Sequence[T]) -> T | None:
    """The last item of the first choice that has one."""
    return next((choice[-1] for choice in choices if choice), None)


def proven_last(spells: Iterable[Spell]) -> list[Spell]:
    """In their order, those with proof at the end."""
    return sorted(spells, key=lambda spell: spell.source in PROOFS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spells without a break between them. ``end`` is the last day, None while it goes on."""

    start: date
    end: date | None
    spells: tuple[Spell, ...]

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or self.end >= day)

    def sources_since(self, day: date) -> tuple[Source, ...]:
        """Where the spells come from that the time after ``day`` rests on."""
        return tuple(spell.source for spell in self.spells if spell.end is None or spell.end >= day)


def stretches(spells: Iterable[Spell], break_days: Rule) -> list[Stretch]:
    """Joined in the order of time, unless as many days as the rule says lie free between two spells."""
    joined: list[Stretch] = []
    for spell in sorted((one for one in spells if one.start), key=lambda one: one.start or date.min):
        assert spell.start
        last = joined[-1] if joined else None
        if last and (last.end is None or free_days(last.end, spell.start, break_days.unit) < break_days.value):
            end = None if last.end is None or spell.end is None else max(last.end, spell.end)
            joined[-1] = Stretch(last.start, end, (*last.spells, spell))
        else:
            joined.append(Stretch(spell.start, spell.end, (spell,)))
    return joined


def free_days(end: date, start: date, unit: str) -> int:
    """Days between the last day of one spell and the first of the next; working days where the rule counts those.

    Of a year that the calendar does not hold, Monday to Friday count as worked.
    """
    free = [end + timedelta(days=offset) for offset in range(1, (start - end).days)]
    return sum(_is_worked(day) for day in free) if unit == "工作日" else len(free)


def _is_worked(day: date) -> bool:
    return calendar().is_working(day) if day.year in calendar().years else day.weekday() < SATURDAY


def place_of(spell: Spell) -> tuple[str, str]:
    """Name and code of where the work is done."""
    return (spell.host, spell.host_code) if spell.kind == "agency" else (spell.employer, spell.employer_code)


def works_here(spell: Spell, rule_context: RuleContext) -> bool:
    return rule_context.context.is_here(*place_of(spell))


def conflicts(spells: Iterable[Spell], rule_context: RuleContext) -> Iterator[tuple[Spell, Spell, date, date | None]]:
    """Pairs that claim the same days for two places, with the days they share. One side is always this body."""
    for one, other in combinations(spells, 2):
        if one.start is None or other.start is None or _same_place(one, other, rule_context):
            continue
        first = max(one.start, other.start)
        ends = [end for end in (one.end, other.end) if end]
        last = min(ends) if ends else None
        if last is None or first <= last:
            here = works_here(one, rule_context)
            yield (one, other, first, last) if here else (other, one, first, last)


def _same_place(one: Spell, other: Spell, rule_context: RuleContext) -> bool:
    here, there = works_here(one, rule_context), works_here(other, rule_context)
    return here == there or plain_name(place_of(one)[0]) == plain_name(place_of(other)[0])

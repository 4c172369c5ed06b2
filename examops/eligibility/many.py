"""Verdicts of many people of one body and day: each clause is judged once for every set of facts that it can see.

A roster repeats itself: one agency, one day of arrival, one day of a certificate stand for hundreds of people. What a
verdict is stays with ``rules.judge_with``; :class:`ManyPeople` gives the very same lines, and people who tell the same
share them. A clause is handed the facts of its key and no others, so it cannot rest on what the key leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any, Generic, TypeVar

from config.rulebook import Rule
from examops.eligibility.clauses.identity import NO_AGE_LIMIT, age_told, identity, one_application
from examops.eligibility.clauses.level import Alternative, level, nearest, try_line
from examops.eligibility.clauses.needs import SEEN
from examops.eligibility.clauses.others import membership
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Fact, Facts
from examops.eligibility.id_number import birthday_of, is_sound_apart_from_birthday, sex_of
from examops.eligibility.rules import filed
from examops.eligibility.verdicts import Line, SortedLines, Verdict

T = TypeVar("T")
UNNAMED: dict[str, Any] = {"name": "", "id_number": ""}
NOBODY = Facts(**UNNAMED)
MEMBERSHIP = ("kind", "spells", "schooling")
APPLICATION = ("open_applications",)


class _Known(Generic[T]):
    """What ``judge`` gave so far, by the ``fields`` of the facts: by the very objects, which people share of whom a
    roster tells the same, else by what they say."""

    def __init__(self, judge: Callable[[Facts], T], fields: tuple[str, ...]) -> None:
        self.judge, self.fields, self.see = judge, fields, _seeing(fields)
        self.met: dict[tuple[int, ...], tuple[T, tuple[Any, ...]]] = {}
        self.known: dict[Hashable, T] = {}

    def __call__(self, facts: Facts) -> T:
        seen = self.see(facts)
        objects = tuple(map(id, seen))
        found = self.met.get(objects)
        if found is None:
            # Kept with what was seen: while an object lives no other has its id.
            found = self.met[objects] = self._by_value(seen), seen
        return found[0]

    def _by_value(self, seen: tuple[Any, ...]) -> T:
        """By spelling too, which tells apart what is equal and not the same: 5 years and 5.0."""
        key = seen, *(repr(one.value) for one in seen if type(one) is Fact)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.judge(self.of(seen))
        return found

    def of(self, seen: tuple[Any, ...]) -> Facts:
        """These facts and no others, so that nothing can rest on what the fields leave out."""
        return Facts(**UNNAMED | dict(zip(self.fields, seen, strict=True)))


def _seeing(fields: tuple[str, ...]) -> Callable[[Facts], tuple[Any, ...]]:
    return attrgetter(*fields) if len(fields) > 1 else lambda facts: tuple([getattr(facts, name) for name in fields])


class ManyPeople:
    """Everybody that one body sends for one day. ``anywhere`` is their rule context without occupation and level: what
    is judged by it is shared by all of them."""

    def __init__(self, anywhere: RuleContext) -> None:
        self.anywhere = anywhere
        self.membership = _clause(membership, anywhere, MEMBERSHIP)
        self.application = _clause(one_application, anywhere, APPLICATION)
        self.birthdays: dict[tuple[str, bool], SortedLines] = {}
        self.ages: dict[Hashable, SortedLines] = {}
        self.lines: dict[str, _Known[Alternative]] = {}
        self.targets: dict[RuleContext, _Target] = {}

    def judge(self, rule_context: RuleContext, facts: Facts) -> Verdict:
        """What ``judge_with`` says of them."""
        target = self.targets.get(rule_context)
        if target is None:
            target = self.targets[rule_context] = _Target(rule_context, self)
        # Whether the occupation is one for the public depends on it; all else about membership does not.
        is_social = facts.kind is not None and facts.kind.value == "social"
        return Verdict.joined(
            (target.membership if is_social else self.membership)(facts),
            target.level(facts),
            target.filed,
            self._identity(facts),
            self.application(facts),
        )

    def _identity(self, facts: Facts) -> SortedLines:
        """Of a resident's number without a fault the lines say no more than the age: once for a day of birth."""
        number = facts.id_number
        if facts.id_type != "resident" or not is_sound_apart_from_birthday(number):
            return SortedLines.of(identity(facts, self.anywhere))
        if facts.sex and facts.sex != sex_of(number):
            return SortedLines.of(identity(facts, self.anywhere))
        key = birthday_of(number), facts.kind is not None and facts.kind.value in NO_AGE_LIMIT
        found = self.birthdays.get(key)
        if found is None:
            found = self.birthdays[key] = self._aged(facts, key)
        return found

    def _aged(self, facts: Facts, birthday: tuple[str, bool]) -> SortedLines:
        age = age_told(facts.id_number, self.anywhere)
        key = birthday if age is None else (age, birthday[1])
        if key not in self.ages:
            self.ages[key] = SortedLines.of(identity(facts, self.anywhere))
        return self.ages[key]

    def line(self, line: dict[str, Any], rule: Rule) -> _Known[Alternative]:
        """A line of a standard, judged without an occupation for all whose standards have it."""
        key = repr(line)
        if key not in self.lines:
            self.lines[key] = _line(line, self.anywhere, rule)
        return self.lines[key]


class _Target:
    """One occupation and level."""

    def __init__(self, rule_context: RuleContext, people: ManyPeople) -> None:
        self.level = _level_of(rule_context, people)
        self.membership = _clause(membership, rule_context, MEMBERSHIP)
        self.filed = SortedLines.of(filed(rule_context))


def _level_of(rule_context: RuleContext, people: ManyPeople) -> Callable[[Facts], SortedLines]:
    rule = rule_context.conditions()
    if rule is not None:
        return _Level(rule, rule_context, people)
    unknown = SortedLines.of(level(NOBODY, rule_context))
    return lambda facts: unknown


class _Level(_Known[SortedLines]):
    """The level conditions of one occupation, in lines that it shares with others where they do not depend on it."""

    def __init__(self, rule: Rule, rule_context: RuleContext, people: ManyPeople) -> None:
        self.rule = rule
        self.own = [_line(line, rule_context, rule) for line in rule.value]
        self.shared = [
            own if any("of" in need for need in line["needs"]) else people.line(line, rule)
            for own, line in zip(self.own, rule.value, strict=True)
        ]
        fields = dict.fromkeys(name for line in self.own for name in ("certificates", *line.fields))
        super().__init__(self._nearest, tuple(fields))
        self.nearest: dict[tuple[int, ...], SortedLines] = {}

    def _by_value(self, seen: tuple[Any, ...]) -> SortedLines:
        """The lines look for equal ones themselves."""
        return self.judge(self.of(seen))

    def _nearest(self, facts: Facts) -> SortedLines:
        is_named = any(one.occupation for one in facts.certificates)
        tried = [line(facts) for line in (self.own if is_named else self.shared)]
        key = tuple(map(id, tried))  # of objects that the lines keep
        found = self.nearest.get(key)
        if found is None:
            found = self.nearest[key] = SortedLines.of(nearest(tried, self.rule))
        return found


def _clause(
    judge: Callable[[Facts, RuleContext], Iterable[Line]], rule_context: RuleContext, fields: tuple[str, ...]
) -> _Known[SortedLines]:
    return _Known(lambda facts: SortedLines.of(judge(facts, rule_context)), fields)


def _line(line: dict[str, Any], rule_context: RuleContext, rule: Rule) -> _Known[Alternative]:
    fields = dict.fromkeys(name for need in line["needs"] for name in SEEN[need["need"]])
    return _Known(lambda facts: try_line(line, facts, rule_context, rule), tuple(fields))

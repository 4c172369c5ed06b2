"""Verdicts of many people of one body and day: each clause is judged once for every set of facts that it can see.

A roster repeats itself: one agency, one day of arrival, one day of a certificate stand for hundreds of people. What a
verdict is stays with ``rules.judge_with``; :class:`ManyPeople` gives the very same lines, and people who tell the same
share them. A clause is handed the facts of its key and no others, so it cannot rest on what the key leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from examops.eligibility.clauses.identity import NO_AGE_LIMIT, identity, one_application
from examops.eligibility.clauses.level import level
from examops.eligibility.clauses.needs import NEEDS_OF_THE_NUMBER
from examops.eligibility.clauses.others import membership
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.id_number import birthday_of, is_sound_apart_from_birthday, sex_of
from examops.eligibility.rules import filed
from examops.eligibility.verdicts import Line, SortedLines, Verdict

Judge = Callable[[Facts, RuleContext], Iterable[Line]]
NOBODY = Facts(name="", id_number="")
MEMBERSHIP = ("kind", "spells", "schooling")
LEVEL = ("certificates", "schooling", "apprenticeship_ended_on", "work_since", "work_years")


class _Clause:
    """One clause and what it said so far, by the ``fields`` of the facts."""

    def __init__(self, judge: Judge, rule_context: RuleContext, fields: tuple[str, ...]) -> None:
        self.judge, self.rule_context, self.fields = judge, rule_context, fields
        self.see: Callable[[Facts], tuple[Any, ...]] = attrgetter(*fields)
        self.known: dict[Hashable, SortedLines] = {}

    def __call__(self, facts: Facts, spelt: str = "") -> SortedLines:
        """``spelt`` tells apart what is equal and not the same: 5 and 5.0."""
        seen = self.see(facts)
        key = seen, spelt
        found = self.known.get(key)
        if found is None:
            seen_facts = replace(NOBODY, **dict(zip(self.fields, seen, strict=True)))
            found = self.known[key] = SortedLines.of(self.judge(seen_facts, self.rule_context))
        return found


class ManyPeople:
    """Everybody that one body sends for one day. ``anywhere`` is their rule context without occupation and level: what
    is judged by it is shared by all of them."""

    def __init__(self, anywhere: RuleContext) -> None:
        self.anywhere = anywhere
        self.membership = _Clause(membership, anywhere, MEMBERSHIP)
        self.numbers: dict[Hashable, SortedLines] = {}
        self.applications: dict[Hashable, SortedLines] = {}
        self.targets: dict[RuleContext, _Target] = {}

    def judge(self, rule_context: RuleContext, facts: Facts) -> Verdict:
        """What ``judge_with`` says of them."""
        target = self.targets.get(rule_context)
        if target is None:
            target = self.targets[rule_context] = _Target(rule_context)
        # Whether the occupation is one for the public depends on it; all else about membership does not.
        is_social = facts.kind is not None and facts.kind.value == "social"
        return Verdict.joined(
            (target.membership if is_social else self.membership)(facts),
            target.level(facts, "" if facts.work_years is None else repr(facts.work_years.value)),
            target.filed,
            self._identity(facts),
            self._application(facts),
        )

    def _identity(self, facts: Facts) -> SortedLines:
        """Of a resident's number without a fault the lines say no more than the age: once for a day of birth."""
        number = facts.id_number
        if facts.id_type != "resident" or not is_sound_apart_from_birthday(number):
            return SortedLines.of(identity(facts, self.anywhere))
        if facts.sex and facts.sex != sex_of(number):
            return SortedLines.of(identity(facts, self.anywhere))
        key = birthday_of(number), facts.kind is not None and facts.kind.value in NO_AGE_LIMIT
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = SortedLines.of(identity(facts, self.anywhere))
        return found

    def _application(self, facts: Facts) -> SortedLines:
        found = self.applications.get(facts.open_applications)
        if found is None:
            found = self.applications[facts.open_applications] = SortedLines.of(one_application(facts, self.anywhere))
        return found


class _Target:
    """One occupation and level."""

    def __init__(self, rule_context: RuleContext) -> None:
        rule = rule_context.conditions()
        needs = {need["need"] for line in rule.value for need in line["needs"]} if rule else set()
        by_age = ("id_number",) if needs & NEEDS_OF_THE_NUMBER else ()
        self.level = _Clause(level, rule_context, (*LEVEL, *by_age))
        self.membership = _Clause(membership, rule_context, MEMBERSHIP)
        self.filed = SortedLines.of(filed(rule_context))

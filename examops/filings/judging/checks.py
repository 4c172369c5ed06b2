"""The kinds of tests that conditions are made of: inputs and rules in, outcome out.

``inputs`` is JSON: ``day``, ``facts`` (key → ``{"value", "source", "as_of", "seen_by"}``), ``papers`` (kind → list of
``{"read_by", "is_sound"}``), ``ruling`` (``{"outcome": yes | no | waived}`` or None), ``catalogue``, ``counted`` (key →
``{"value", "digest", "who"}``, see :mod:`examops.filings.counting`; not there in what was stored before that),
``asks_list`` (whether the rules ask for a list in place of a stated number; not there in what was decided before that),
``asks_years`` (likewise figures by year in place of a stated total), ``plan`` (``{"version", "levels", "needed"}`` of
an occupation, or None). A fact that is added up has its table: ``years``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from config.rulebook import Rule, Rulebook
from examops.core.clock import months_later
from examops.filings.judging.outcomes import MET, Judged, Outcome, Why, because
from examops.filings.judging.sizes import INDICATORS, size_class

Inputs = dict[str, Any]
Test = Callable[[Rule, Inputs, Rulebook], Judged]
HUNDRED = 100
STATED = ("typed", "document")
AREA, CITY = "area", "city"  # the fact that says where a body will assess, and its answer for the whole city
# Obstacles of the catalogue that go away when the city confirms a value.
SOFT = {"unconfirmed", "access_unconfirmed"}
ACCESS = {"access_type", "access_unconfirmed"}


def at_least(fact: str) -> Test:
    """The number of this fact reaches the rule's value, which it includes (以上)."""

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        value = value_of(inputs, fact)
        if value is None:
            return because(Why.ABSENT)
        return because(Why.BELOW) if value < rule.value else because(doubt(inputs, [fact], book))

    return test


def listed_at_least(fact: str) -> Test:
    """As :func:`at_least`, of a number that was counted by a list or looked up by an office: what a body states counts
    for itself only in filings of before lists were asked for."""

    number = at_least(fact)

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        judged = number(rule, inputs, book)
        is_stated = judged.outcome is not Outcome.MISSING and inputs["facts"][fact]["source"] in STATED
        return because(Why.UNLISTED) if is_stated and inputs.get("asks_list") else judged

    return test


def by_year(test: Test, *facts: str) -> Test:
    """``test``, of totals that are added up from figures by year or looked up by an office: a total that a body states
    counts for itself only in filings of before the figures by year were asked for."""

    def asked(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        judged = test(rule, inputs, book)
        if judged.outcome is Outcome.MISSING or not inputs.get("asks_years"):
            return judged
        found = (inputs["facts"][name] for name in facts)
        is_stated = any(one["source"] in STATED and "years" not in one for one in found)
        return because(Why.NO_YEARS) if is_stated else judged

    return asked


def counted_at_least(fact: str) -> Test:
    """What was counted reaches the rule's value, and a named person has gone through those who count. What was stored
    before anything was counted is judged by what was stated."""

    stated = at_least(fact)

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        counted = inputs.get("counted", {}).get(fact)
        if counted is None:
            return stated(rule, inputs, book)
        if counted["value"] < rule.value:
            return because(Why.BELOW)
        ruling = inputs.get("ruling")
        if ruling is None or ruling["outcome"] == "waived":
            return because(Why.UNCHECKED)
        if ruling["outcome"] != "yes":
            return because(Why.REFUSED)
        return MET if ruling.get("counted") == counted["digest"] else because(Why.CHANGED)

    return test


def answered(fact: str, wanted: bool = True) -> Test:
    """A yes-or-no fact has the wanted answer."""

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        value = value_of(inputs, fact)
        if value is None:
            return because(Why.ABSENT)
        return because(Why.NO) if value is not wanted else because(doubt(inputs, [fact], book))

    return test


def past_day(fact: str) -> Test:
    """The day of this fact is known and has come."""

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        value = value_of(inputs, fact)
        if value is None:
            return because(Why.ABSENT)
        # When something was granted does not age: only its proof is asked for.
        return because(Why.NO) if value > inputs["day"] else because(unproven(inputs, [fact]))

    return test


def stated(fact: str) -> Test:
    """The body has said it: what it asks for needs no proof."""

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        return because(Why.ABSENT) if value_of(inputs, fact) is None else MET

    return test


def if_city_wide(test: Test) -> Test:
    """``test``, unless the filing is for one district alone and the rules ask this condition of city-wide work only.

    A filing that does not say is judged as city-wide: those of before the question stay as they were decided.
    """

    def asked(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        is_narrow = value_of(inputs, AREA) not in (None, CITY)
        if is_narrow and rule.key in book.value("filing.city_wide_only", date.fromisoformat(inputs["day"])):
            return because(Why.ELSEWHERE)
        return test(rule, inputs, book)

    return asked


def share(part: str, whole: str) -> Test:
    """The part's share of the whole, in percent, reaches the rule's value; compared in whole numbers."""

    def test(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
        counted, total = value_of(inputs, part), value_of(inputs, whole)
        if counted is None or total is None:
            return because(Why.ABSENT)
        if not total or counted * HUNDRED < rule.value * total:
            return because(Why.BELOW)
        return because(doubt(inputs, [part, whole], book))

    return test


def papers(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    """Of each kind of document that the rule lists one was read by a named reader and found sound."""
    return worst(_paper(inputs["papers"].get(kind, ())) for kind in rule.value)


def _paper(found: Iterable[dict[str, Any]]) -> Judged:
    found = list(found)
    if not found:
        return because(Why.ABSENT)
    if any(one["read_by"] and one["is_sound"] for one in found):
        return MET
    return because(Why.UNREAD if any(not one["read_by"] for one in found) else Why.UNSOUND)


def planned(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    """The work plan, handed in with the filing or in force, has a line for every level of the occupation."""
    plan = inputs["plan"]
    return MET if plan and set(plan["needed"]) <= set(plan["levels"]) else because(Why.ABSENT)


def ruled_by_person(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    """A named person decides, with a reason; nothing computes it."""
    ruling = inputs.get("ruling")
    if ruling is None:
        return because(Why.UNDECIDED)
    return MET if ruling["outcome"] == "yes" else because(Why.REFUSED)


def enterprise_size(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    """The class by the size table is one of the rule's; outside the table a named person classifies."""
    industry = value_of(inputs, "industry")
    if industry is None:
        return because(Why.ABSENT)
    limits = size_limits(industry, inputs, book)
    if limits is None:
        person = ruled_by_person(rule, inputs, book)
        return because(Why.UNCLASSIFIED) if person.why is Why.UNDECIDED else person
    used = [name for name in INDICATORS if name in limits.value]
    numbers = {name: value_of(inputs, name) for name in used}
    if None in numbers.values():
        return because(Why.ABSENT)
    is_big = size_class(limits.value, numbers) in rule.value
    return because(doubt(inputs, ["industry", *used], book)) if is_big else because(Why.BELOW)


def size_limits(industry: str, inputs: Inputs, book: Rulebook) -> Rule | None:
    entry = book.get(f"filing_size.{industry}")
    return entry.on(date.fromisoformat(inputs["day"])) if entry else None


def in_catalogue(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    return _obstacles(inputs, lambda one: one not in ACCESS)


def not_access_type(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    return _obstacles(inputs, lambda one: one in ACCESS)


def has_standard(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    return _obstacles(inputs, lambda one: one == "no_standard")


def _obstacles(inputs: Inputs, concerns: Callable[[str], bool]) -> Judged:
    by_level = inputs["catalogue"]["obstacles"]
    if not by_level:
        return because(Why.ABSENT)  # no level was chosen
    found = {one for obstacles in by_level.values() for one in obstacles if concerns(one)}
    return because(Why.NO if found - SOFT else Why.UNCONFIRMED) if found else MET


def on_shortage_list(rule: Rule, inputs: Inputs, book: Rulebook) -> Judged:
    """None: no list has been confirmed, so nobody passes and nobody is refused by it."""
    listed = inputs["catalogue"]["listed"]
    return because(Why.UNCONFIRMED) if listed is None else MET if listed else because(Why.NO)


def value_of(inputs: Inputs, fact: str) -> Any:
    found = inputs["facts"].get(fact)
    return None if found is None else found["value"]


def unproven(inputs: Inputs, facts: list[str]) -> Why:
    """Whether somebody other than the body has seen each of these facts."""
    for found in (inputs["facts"][name] for name in facts):
        if found["source"] == "typed":
            return Why.TYPED
        if not found["seen_by"]:
            return Why.UNSOUND if found.get("is_unsound") else Why.UNREAD
    return Why.NOTHING


def doubt(inputs: Inputs, facts: list[str], book: Rulebook) -> Why:
    """As :func:`unproven`, and none of them is as of a day too long ago."""
    day = date.fromisoformat(inputs["day"])
    months = book.value("filing.fact_months", day)
    for found in (inputs["facts"][name] for name in facts):
        as_of = date.fromisoformat(found["as_of"]) if found["as_of"] else date.min
        if as_of == date.min or months_later(as_of, months) < day:
            return Why.STALE
    return unproven(inputs, facts)


RANK = {Outcome.MISSING: 0, Outcome.OPEN: 1, Outcome.MET: 2}


def worst(found: Iterable[Judged]) -> Judged:
    return min(found, key=lambda one: RANK[one.outcome], default=MET)

"""Agency workers: a year or more at this enterprise, insured or working in Foshan, claimed by one host only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from config.divisions import divisions
from examops.eligibility.clauses.advice import advise, advise_on, wait_until
from examops.eligibility.clauses.spells import (
    Stretch,
    conflicts,
    free_days,
    last_of,
    place_of,
    proven_last,
    stretches,
    works_here,
)
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import PROOFS, Fact, Facts, Spell
from examops.eligibility.periods import add_years, between
from examops.eligibility.verdicts import Line, Outcome, came_from, gap_until, proven, ruled


def agency(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    here = [spell for spell in facts.spells if spell.kind == "agency" and works_here(spell, rule_context)]
    yield _year(here, facts, rule_context)
    yield _foshan(_current(here, rule_context), rule_context)
    yield from one_host(facts, rule_context)


def _current(here: list[Spell], rule_context: RuleContext) -> Spell | None:
    """The spell of the cut-off day, else the latest."""
    cut_off = rule_context.context.cut_off
    on_the_day = [
        one for one in here if (one.start is None or one.start <= cut_off) and (not one.end or one.end >= cut_off)
    ]
    return last_of(proven_last(on_the_day), proven_last(here))


def _year(here: list[Spell], facts: Facts, rule_context: RuleContext) -> Line:
    rule, cut_off = rule_context.law["eligibility.agency_years"], rule_context.context.cut_off
    limit = {"form": "at_least", "number": rule.value, "unit": "年"}
    seen = [spell for spell in here if spell.source in PROOFS]
    for told in (seen, here):  # what is proven comes first: typed spells must not spoil it
        joined = stretches(told, rule_context.law["eligibility.agency_break_days"])
        stretch = next((one for one in joined if one.covers(cut_off)), None)
        line = _year_of(stretch, joined, rule_context) if stretch else None
        if line and (told is here or line.outcome is Outcome.PASS):
            return line
    if not any(spell.start for spell in here):
        elsewhere = [
            place_of(one)[0] for one in facts.spells if one.kind == "agency" and not works_here(one, rule_context)
        ]
        outcome = Outcome.FAIL if elsewhere and not here else Outcome.UNCLEAR
        found: dict[str, Any] = (
            {"form": "elsewhere", "places": elsewhere} if elsewhere and not here else {"form": "nothing"}
        )
        advice = advise("fill_in", field="started_on") if outcome is Outcome.UNCLEAR else advise("correct_host")
        return ruled(rule, "agency.year", outcome, found=found, limit=limit, **advice)
    last = joined[-1]
    found = {"form": "not_on_the_day", "since": _iso(last.start), "until": _iso(last.end), "on": _iso(cut_off)}
    source = came_from(last.spells[-1])
    return ruled(
        rule, "agency.year", Outcome.FAIL, found=found, found_source=source, limit=limit, **advise("correct_dates")
    )


def _year_of(stretch: Stretch, joined: list[Stretch], rule_context: RuleContext) -> Line:
    rule, cut_off = rule_context.law["eligibility.agency_years"], rule_context.context.cut_off
    reached_on = add_years(stretch.start, rule.value)
    passes = reached_on <= cut_off
    outcome = proven(passes, *stretch.sources_since(add_years(cut_off, -rule.value)))
    earlier = [one for one in joined if one.end and one.end < stretch.start]
    return ruled(
        rule,
        "agency.year",
        outcome,
        params=_broken(stretch, earlier),
        found=lasting(stretch.start, rule_context) | _spell_before(stretch, earlier, rule_context),
        found_source=came_from(stretch.spells[0]),
        limit={"form": "at_least", "number": rule.value, "unit": "年"},
        gap=None if passes else gap_until(cut_off, reached_on),
        **advise_on(
            outcome,
            fail=wait_until(reached_on, rule_context, "agency_wait"),
            unclear=advise("attach", document="dispatch_agreement"),
        ),
    )


def _broken(stretch: Stretch, earlier: list[Stretch]) -> dict[str, Any]:
    """How many agencies the time was spent with, and the break that made it start anew."""
    params: dict[str, Any] = {"agencies": len({spell.employer for spell in stretch.spells if spell.employer})}
    if earlier and earlier[-1].end:
        params |= {
            "break_from": _iso(earlier[-1].end),
            "break_to": _iso(stretch.start),
            "break_days": (stretch.start - earlier[-1].end).days - 1,
        }
    return params


def _spell_before(stretch: Stretch, earlier: list[Stretch], rule_context: RuleContext) -> dict[str, Any]:
    """After a break: both spells and what lay between them, and all days with this enterprise too, as the policy says
    a year, not an unbroken one."""
    last = earlier[-1] if earlier else None
    if last is None or last.end is None:
        return {}
    rule, cut_off = rule_context.law["eligibility.agency_break_days"], rule_context.context.cut_off
    return {
        "days_in_all": sum(((one.end or cut_off) - one.start).days + 1 for one in earlier)
        + ((cut_off - stretch.start).days + 1),
        "before": {"agency": last.spells[-1].employer, "since": _iso(last.start), "until": _iso(last.end)},
        "break": {"days": free_days(last.end, stretch.start, rule.unit), "unit": rule.unit},
        "here": {"agency": stretch.spells[0].employer, "since": _iso(stretch.start)},
    }


def lasting(start: Any, rule_context: RuleContext) -> dict[str, Any]:
    """How long something has lasted on the cut-off day."""
    cut_off = rule_context.context.cut_off
    years, months, days = between(start, cut_off)
    since = start.isoformat()
    return {
        "form": "duration",
        "years": years,
        "months": months,
        "days": days,
        "since": since,
        "on": cut_off.isoformat(),
    }


def _foshan(spell: Spell | None, rule_context: RuleContext) -> Line:
    rule, places = rule_context.law["eligibility.agency_foshan"], rule_context.law["eligibility.foshan_places"].value
    insured, works = (spell.insured_in, spell.works_in) if spell else (None, None)
    known = [fact for fact in (insured, works) if fact]
    inside = [fact for fact in known if is_in_foshan(fact, places)]
    outcomes = [proven(True, fact.source) for fact in inside]
    outside = sum(is_in_foshan(fact, places) is False for fact in known)
    outcome = min(outcomes, key=lambda one: one is not Outcome.PASS) if outcomes else _outside(outside)
    best = next((fact for fact in inside if proven(True, fact.source) is Outcome.PASS), last_of(inside, known))
    found = {
        "form": "places",
        "insured": insured.value if insured else "",
        "works": works.value if works else "",
    }
    return ruled(
        rule,
        "agency.foshan",
        outcome,
        found=found if known else {"form": "nothing"},
        found_source=came_from(best) if best else None,
        limit={"form": "either_in_foshan"},
        **advise_on(outcome, fail=advise("correct_places"), unclear=advise("prove_place")),
    )


def _outside(count: int) -> Outcome:
    """Neither place is in Foshan: certain only when both are known to lie elsewhere."""
    return Outcome.FAIL if count == 2 else Outcome.UNCLEAR


def is_in_foshan(fact: Fact, places: list[str]) -> bool | None:
    """By the list of divisions; None where the text resolves to none. Before the correction names were searched for."""
    if all(place.isdecimal() for place in places):
        return _resolves_to_foshan(str(fact.value))
    return any(name in str(fact.value) for name in places)


@lru_cache(maxsize=1000)
def _resolves_to_foshan(place: str) -> bool | None:
    """A roster names few places, each for hundreds of people; each is looked up among 333 prefectures."""
    return divisions().is_in_foshan(place)


def one_host(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    """One line for each other place that claims the same days. Says nothing where nobody else does."""
    rule = rule_context.law["eligibility.one_host"]
    for here, there, first, last in conflicts(facts.spells, rule_context):
        name = place_of(there)[0]
        yield ruled(
            rule,
            "agency.one_host",
            Outcome.UNCLEAR,
            params={"here": place_of(here)[0] or rule_context.context.body_name, "there": name},
            found={"form": "overlap", "there": name, "since": _iso(first), "until": _iso(last)},
            found_source=came_from(there),
            limit={"form": "one_place"},
            **advise("settle_hosts", there=name),
        )


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None

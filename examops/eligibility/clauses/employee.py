"""Own employees: in post on the cut-off day, insured by this body."""

from __future__ import annotations

from collections.abc import Iterator

from examops.eligibility.clauses.advice import advise, advise_on
from examops.eligibility.clauses.agency import one_host
from examops.eligibility.clauses.spells import last_of, proven_last, works_here
from examops.eligibility.context import Bench
from examops.eligibility.facts import Fact, Facts, Spell
from examops.eligibility.verdicts import Line, Outcome, came_from, proven, ruled


def employee(facts: Facts, bench: Bench) -> Iterator[Line]:
    here = proven_last(spell for spell in facts.spells if spell.kind == "own" and works_here(spell, bench))
    on_the_day = proven_last(spell for spell in here if _covers(spell, bench))
    yield _in_post(here, on_the_day, bench)
    yield _insured(last_of(on_the_day, here), bench)
    yield from one_host(facts, bench)


def _covers(spell: Spell, bench: Bench) -> bool:
    cut_off = bench.context.cut_off
    return (spell.start is None or spell.start <= cut_off) and (spell.end is None or spell.end >= cut_off)


def _in_post(here: list[Spell], on_the_day: list[Spell], bench: Bench) -> Line:
    rule, spell = bench.law["eligibility.employee_in_post"], last_of(on_the_day, here)
    outcome = proven(bool(on_the_day), spell.source) if spell else Outcome.UNCLEAR
    return ruled(
        rule,
        "employee.in_post",
        outcome,
        found=_post(spell, bool(on_the_day), bench),
        found_source=came_from(spell) if spell else None,
        limit={"form": "on_day", "on": bench.context.cut_off.isoformat()},
        **advise_on(outcome, fail=advise("correct_dates"), unclear=advise("attach", document="labour_contract")),
    )


def _post(spell: Spell | None, is_covered: bool, bench: Bench) -> dict[str, object]:
    if spell is None:
        return {"form": "nothing"}
    since = spell.start.isoformat() if spell.start else None
    until = spell.end.isoformat() if spell.end else None
    if is_covered:
        return {"form": "in_post", "since": since}
    return {"form": "not_on_the_day", "since": since, "until": until, "on": bench.context.cut_off.isoformat()}


def _insured(spell: Spell | None, bench: Bench) -> Line:
    rule, fact = bench.law["eligibility.employee_insured"], spell.insured_by if spell else None
    outcome = proven(_is_by_us(fact, bench), fact.source) if fact else Outcome.UNCLEAR
    place = spell.insured_in.value if spell and spell.insured_in else ""
    found = {"form": "insured_by", "by": fact.value} if fact else {"form": "insured_in", "place": place}
    return ruled(
        rule,
        "employee.insured",
        outcome,
        found=found if fact or place else {"form": "nothing"},
        found_source=came_from(fact) if fact else None,
        limit={"form": "insured_here"},
        **advise_on(outcome, fail=advise("correct_insurance"), unclear=advise("look_up_insurance")),
    )


def _is_by_us(fact: Fact, bench: Bench) -> bool:
    """The roster says yes or no, or names the employer who pays."""
    return fact.value if isinstance(fact.value, bool) else bench.context.is_here(str(fact.value))

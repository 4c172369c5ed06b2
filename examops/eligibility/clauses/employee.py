"""Own employees: in post on the cut-off day, insured by this body."""

from __future__ import annotations

from collections.abc import Iterator

from examops.eligibility.clauses.advice import advise, advise_on
from examops.eligibility.clauses.agency import one_host
from examops.eligibility.clauses.spells import last_of, proven_last, works_here
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Fact, Facts, Spell
from examops.eligibility.verdicts import Line, Outcome, came_from, proven, ruled


def employee(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    here = proven_last(spell for spell in facts.spells if spell.kind == "own" and works_here(spell, rule_context))
    on_the_day = proven_last(spell for spell in here if _covers(spell, rule_context))
    yield _in_post(here, on_the_day, rule_context)
    yield _insured(last_of(on_the_day, here), rule_context)
    yield from one_host(facts, rule_context)


def _covers(spell: Spell, rule_context: RuleContext) -> bool:
    cut_off = rule_context.context.cut_off
    return (spell.start is None or spell.start <= cut_off) and (spell.end is None or spell.end >= cut_off)


def _in_post(here: list[Spell], on_the_day: list[Spell], rule_context: RuleContext) -> Line:
    rule, spell = rule_context.law["eligibility.employee_in_post"], last_of(on_the_day, here)
    outcome = proven(bool(on_the_day), spell.source) if spell else Outcome.UNCLEAR
    return ruled(
        rule,
        "employee.in_post",
        outcome,
        found=_post(spell, bool(on_the_day), rule_context),
        found_source=came_from(spell) if spell else None,
        limit={"form": "on_day", "on": rule_context.context.cut_off.isoformat()},
        **advise_on(outcome, fail=advise("correct_dates"), unclear=advise("attach", document="labour_contract")),
    )


def _post(spell: Spell | None, is_covered: bool, rule_context: RuleContext) -> dict[str, object]:
    if spell is None:
        return {"form": "nothing"}
    since = spell.start.isoformat() if spell.start else None
    until = spell.end.isoformat() if spell.end else None
    if is_covered:
        return {"form": "in_post", "since": since}
    return {"form": "not_on_the_day", "since": since, "until": until, "on": rule_context.context.cut_off.isoformat()}


def _insured(spell: Spell | None, rule_context: RuleContext) -> Line:
    rule, fact = rule_context.law["eligibility.employee_insured"], spell.insured_by if spell else None
    outcome = proven(_is_by_us(fact, rule_context), fact.source) if fact else Outcome.UNCLEAR
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


def _is_by_us(fact: Fact, rule_context: RuleContext) -> bool:
    """The roster says yes or no, or names the employer who pays."""
    return fact.value if isinstance(fact.value, bool) else rule_context.context.is_here(str(fact.value))

"""Students of a college, candidates from the public, and whom a body may assess at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise, advise_on
from examops.eligibility.clauses.agency import agency
from examops.eligibility.clauses.employee import employee
from examops.eligibility.clauses.spells import last_of
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import PROOFS, Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, came_from, proven, ruled


def membership(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    """Whether the body may assess this kind of person, and whether the person is one."""
    rule, kind = rule_context.law[f"eligibility.{rule_context.context.body_kind}_kinds"], facts.kind
    limit = {"form": "kinds", "kinds": rule.value}
    if kind is None:
        advice = advise("fill_in", field="kind")
        yield ruled(rule, "person.kind", Outcome.UNCLEAR, found={"form": "nothing"}, limit=limit, **advice)
        return
    fits = kind.value in rule.value
    if not fits:
        found = {"form": "kind", "kind": kind.value}
        advice = advise("correct_kind")
        yield ruled(rule, "person.kind", Outcome.FAIL, found=found, found_source=came_from(kind), limit=limit, **advice)
        return
    yield from KINDS[kind.value](facts, rule_context)


def student(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    rule, cut_off = rule_context.law["eligibility.student_enrolled"], rule_context.context.cut_off
    here = [one for one in facts.schooling if one.is_enrolment and rule_context.context.is_here(one.institution)]
    elsewhere = [
        one for one in facts.schooling if one.is_enrolment and not rule_context.context.is_here(one.institution)
    ]
    here.sort(key=lambda one: one.source in PROOFS)
    covers = [one for one in here if (not one.start or one.start <= cut_off) and (not one.end or one.end >= cut_off)]
    shown = last_of(covers, here, elsewhere)
    outcome = proven(bool(covers), shown.source) if shown else Outcome.UNCLEAR
    yield ruled(
        rule,
        "student.enrolled",
        outcome,
        found={
            "form": "enrolled",
            "institution": shown.institution or rule_context.context.body_name,
            "since": shown.start.isoformat() if shown.start else None,
            "until": shown.end.isoformat() if shown.end else None,
        }
        if shown
        else {"form": "nothing"},
        found_source=came_from(shown) if shown else None,
        limit={"form": "on_day", "on": cut_off.isoformat()},
        **advise_on(outcome, fail=advise("correct_enrolment"), unclear=advise("attach", document="enrolment_proof")),
    )


def social(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    if rule_context.occupation is None:
        return  # said by the line about the occupation
    yield _shortage(rule_context)
    passes = bool(rule_context.standard)
    yield ruled(
        rule_context.law["eligibility.social_standard"],
        "social.standard",
        Outcome.PASS if passes else Outcome.FAIL,
        found={"form": "standard", "is": passes, "version": rule_context.standard},
        found_source=COMPUTED,
        limit={"form": "yes"},
        **({} if passes else advise("choose_occupation")),
    )


def _shortage(rule_context: RuleContext) -> Line:
    """By the list that somebody has confirmed with number and day; without one nobody passes and nobody is refused."""
    rule, listed = rule_context.law["eligibility.social_shortage"], rule_context.law["eligibility.shortage_list"]
    is_in_list = rule_context.context.occupation_code in listed.value
    found = {"form": "shortage_list", "is": is_in_list, "list": listed.source}
    if rule.value is True:  # before the correction of 2026-11-30 the list was taken as it stood
        pinned = rule_context.context.in_shortage
        is_in_list = is_in_list if pinned is None else pinned
        found |= {"form": "shortage", "is": is_in_list}
    elif listed.is_provisional:
        found |= {"form": "shortage_unconfirmed"}
        advice = advise("confirm_list")
        return _of_list(rule, "social.shortage_unconfirmed", Outcome.UNCLEAR, found, advice)
    else:
        rule = listed
    outcome = Outcome.PASS if is_in_list else Outcome.FAIL
    return _of_list(rule, "social.shortage", outcome, found, {} if is_in_list else advise("choose_occupation"))


def _of_list(rule: Rule, code: str, outcome: Outcome, found: dict[str, Any], advice: dict[str, Any]) -> Line:
    return ruled(rule, code, outcome, found=found, found_source=COMPUTED, limit={"form": "yes"}, **advice)


KINDS: dict[str, Callable[[Facts, RuleContext], Iterator[Line]]] = {
    "employee": employee,
    "agency": agency,
    "student": student,
    "social": social,
}

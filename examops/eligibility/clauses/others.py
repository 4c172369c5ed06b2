"""Students of a college, candidates from the public, and whom a body may assess at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
    occupation = rule_context.occupation
    if occupation is None:
        return  # said by the line about the occupation
    in_list, has_standard = rule_context.in_shortage, bool(rule_context.standard)
    for key, code, passes, form in (
        ("eligibility.social_shortage", "social.shortage", in_list, "shortage"),
        ("eligibility.social_standard", "social.standard", has_standard, "standard"),
    ):
        found = {
            "form": form,
            "is": passes,
            "version": rule_context.standard,
            "list": rule_context.catalogue.shortage_source,
        }
        outcome = Outcome.PASS if passes else Outcome.FAIL
        advice = {} if passes else advise("choose_occupation")
        yield ruled(
            rule_context.law[key], code, outcome, found=found, found_source=COMPUTED, limit={"form": "yes"}, **advice
        )


KINDS: dict[str, Callable[[Facts, RuleContext], Iterator[Line]]] = {
    "employee": employee,
    "agency": agency,
    "student": student,
    "social": social,
}

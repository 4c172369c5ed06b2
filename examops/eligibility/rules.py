"""Judges a person on all clauses at once, from facts or from stored inputs. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.rulebook import Rulebook, rulebook
from examops.eligibility.clauses.advice import advise
from examops.eligibility.clauses.identity import identity, one_application
from examops.eligibility.clauses.level import level
from examops.eligibility.clauses.others import membership
from examops.eligibility.context import Context, RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, Verdict, ruled


def judge(facts: Facts, context: Context, book: Rulebook | None = None) -> Verdict:
    """Judge one person on the cut-off day.

    For many persons make one :class:`RuleContext` and use :func:`judge_with`.
    """
    return judge_with(RuleContext(context, book), facts)


def judge_with(rule_context: RuleContext, facts: Facts) -> Verdict:
    """Judge every clause, so that a person learns all faults at once."""
    return Verdict.of(_lines(facts, rule_context))


def stored_inputs(facts: Facts, context: Context) -> dict[str, Any]:
    """JSON from which :func:`judge_stored` judges again. It holds the ID number: seal or drop it before storing."""
    return {"facts": facts.to_json(), "context": RuleContext(context).pinned().to_json()}


def judge_stored(inputs: dict[str, Any], book: Rulebook | None = None) -> Verdict:
    """The verdict again from :func:`stored_inputs`, by the rules as they were known when it was made."""
    facts, context = _stored(inputs)
    return judge(facts, context, (book or rulebook()).known_on(context.rules_known_on))


def judge_corrected(inputs: dict[str, Any], book: Rulebook | None = None) -> tuple[Verdict, dict[str, Any]]:
    """The verdict by the rules as corrected since, and the inputs to store beside it."""
    facts, context = _stored(inputs)
    rule_context = RuleContext(context, book)
    pinned = {**inputs, "context": rule_context.pinned().to_json()}
    return judge_with(rule_context, facts), pinned


def _stored(inputs: dict[str, Any]) -> tuple[Facts, Context]:
    return Facts.from_json(inputs["facts"]), Context.from_json(inputs["context"])


def _lines(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    yield from membership(facts, rule_context)
    yield from level(facts, rule_context)
    yield from filed(rule_context)
    yield from identity(facts, rule_context)
    yield from one_application(facts, rule_context)


def filed(rule_context: RuleContext) -> Iterator[Line]:
    """A line only where the body is not filed for this occupation and level."""
    if rule_context.context.offered is False:
        rule = rule_context.condition_clause()
        params = {"occupation": rule_context.context.occupation_code, "level": rule_context.context.level}
        found = {"form": "not_filed", **params}
        advice = advise("choose_occupation")
        yield ruled(rule, "body.not_filed", Outcome.FAIL, params=params, found=found, found_source=COMPUTED, **advice)

"""Judging a person: pure, all clauses at once, and the same again from what was stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.rulebook import Rulebook
from examops.eligibility.clauses.advice import advise
from examops.eligibility.clauses.identity import identity, one_application
from examops.eligibility.clauses.level import level
from examops.eligibility.clauses.others import membership
from examops.eligibility.context import Bench, Context
from examops.eligibility.facts import Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, Verdict, ruled


def judge(facts: Facts, context: Context, book: Rulebook | None = None) -> Verdict:
    """Judge one person on the cut-off day. For many persons make one :class:`Bench` and use :func:`judge_at`."""
    return judge_at(Bench(context, book), facts)


def judge_at(bench: Bench, facts: Facts) -> Verdict:
    """Judge every clause, so that all can be mended in one go."""
    return Verdict.of(_lines(facts, bench))


def stored_inputs(facts: Facts, context: Context) -> dict[str, Any]:
    """What must be kept beside a verdict to judge it again. The ID number is in it: seal or drop it before storing."""
    return {"facts": facts.to_json(), "context": Bench(context).pinned().to_json()}


def judge_stored(inputs: dict[str, Any], book: Rulebook | None = None) -> Verdict:
    """The verdict again from :func:`stored_inputs`."""
    return judge(Facts.from_json(inputs["facts"]), Context.from_json(inputs["context"]), book)


def _lines(facts: Facts, bench: Bench) -> Iterator[Line]:
    yield from membership(facts, bench)
    yield from level(facts, bench)
    yield from _filed(bench)
    yield from identity(facts, bench)
    yield from one_application(facts, bench)


def _filed(bench: Bench) -> Iterator[Line]:
    """Only told when the body is not filed for this occupation and level."""
    if bench.context.offered is False:
        rule = bench.law["eligibility.level_conditions"]
        params = {"occupation": bench.context.occupation_code, "level": bench.context.level}
        found = {"form": "not_filed", **params}
        advice = advise("choose_occupation")
        yield ruled(rule, "body.not_filed", Outcome.FAIL, params=params, found=found, found_source=COMPUTED, **advice)

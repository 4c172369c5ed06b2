"""The level conditions of the national standard: any one line suffices, the nearest one is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise
from examops.eligibility.clauses.needs import NEEDS, Attempt
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, citation, ruled

NEVER = 10**6
BY_RANK = attrgetter("rank")
FROM_WORST = (Outcome.FAIL, Outcome.UNCLEAR, Outcome.PASS)
PAPERS = frozenset(("certificate", "held", "graduation", "apprenticeship", "pre_technician", "title", "degree"))


@dataclass(frozen=True, slots=True)
class Alternative:
    """One line of the standard, judged. Not claimed: the person told nothing that this line could rest on.

    ``rank``: nearest first, and a line that nobody claims never hides one that fails. ``summary`` holds name, outcome,
    whether it is claimed, and the days until waiting has removed its faults, None where that does not help.
    """

    name: str
    lines: tuple[Line, ...]
    rank: tuple[bool, int, int]
    summary: dict[str, Any]

    @classmethod
    def of(cls, name: str, lines: list[Line], *, is_claimed: bool) -> Alternative:
        worst = min([line.outcome for line in lines], key=FROM_WORST.index)
        failing = [line.gap for line in lines if line.outcome is Outcome.FAIL]
        gap_days = sum([gap["total_days"] if gap else NEVER for gap in failing])
        summary = {
            "line": name,
            "outcome": str(worst),
            "is_claimed": is_claimed,
            "gap_days": gap_days if gap_days < NEVER else None,
        }
        return cls(name, tuple(lines), (not is_claimed, -FROM_WORST.index(worst), gap_days), summary)


def level(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    rule = rule_context.conditions()
    if rule is None:
        yield _no_conditions(rule_context)
        return
    yield from nearest([try_line(line, facts, rule_context, rule) for line in rule.value], rule)


def nearest(tried: Sequence[Alternative], rule: Rule) -> Iterator[Line]:
    """The lines of the nearest alternative, which name the others. They cite ``rule``, whose words may be those of
    another occupation for which they were tried."""
    best, cited = min(tried, key=BY_RANK), citation(rule)
    others = [one.summary for one in tried if one is not best]
    for line in best.lines:
        yield line.citing(cited, line=best.name, others=others)


def try_line(line: dict[str, Any], facts: Facts, rule_context: RuleContext, rule: Rule) -> Alternative:
    """One line of the standard. Which occupations count is asked only of a certificate that names one, and where the
    line asks for one ``of`` a related occupation."""
    trial = Attempt(facts, rule_context, rule)
    judged: list[Line] = []
    for need in line["needs"]:
        if need.get("after") == "certificate" and _has_failed_paper(judged):
            continue  # without the certificate there is no day to count from
        judged.append(NEEDS[need["need"]](need, trial))
    return Alternative.of(line["line"], judged, is_claimed=_is_claimed(line["needs"], facts))


def _has_failed_paper(judged: list[Line]) -> bool:
    return any(one.outcome is Outcome.FAIL and one.code == "level.certificate" for one in judged)


CLAIMED: dict[str, Callable[[Facts], bool]] = {
    "certificate": lambda facts: not all(one.is_pre_technician for one in facts.certificates),
    "held": lambda facts: not all(one.is_pre_technician for one in facts.certificates),
    "pre_technician": lambda facts: any(one.is_pre_technician for one in facts.certificates),
    "graduation": lambda facts: bool(facts.schooling),
    "apprenticeship": lambda facts: facts.apprenticeship_ended_on is not None,
    "work": lambda facts: facts.work_since is not None or facts.work_years is not None,
    "age": lambda facts: True,
    "title": lambda facts: False,  # nothing that is told carries them
    "degree": lambda facts: False,
}


def _is_claimed(needs: list[dict[str, Any]], facts: Facts) -> bool:
    """A line that asks for papers is claimed with all of them, whatever else it asks for."""
    kinds = [need["need"] for need in needs]
    return all(CLAIMED[kind](facts) for kind in [one for one in kinds if one in PAPERS] or kinds)


def _no_conditions(rule_context: RuleContext) -> Line:
    """No such level in the standard is a refusal; no standard at all is for a person to look at."""
    rule = rule_context.condition_clause()
    params = {
        "occupation": rule_context.context.occupation_code,
        "level": rule_context.context.level,
        "version": rule_context.standard,
    }
    code = "level.not_in_standard" if rule_context.standard else "standard.unknown"
    outcome = Outcome.FAIL if rule_context.standard else Outcome.UNCLEAR
    rest = {"found": {"form": code, **params}, "found_source": COMPUTED, **advise("choose_occupation")}
    return ruled(rule, code, outcome, params=params, **rest)

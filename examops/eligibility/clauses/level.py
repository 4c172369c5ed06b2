"""The level conditions of the national standard: any one line suffices, the nearest one is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise
from examops.eligibility.clauses.needs import NEEDS, Attempt
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, ruled

NEVER = 10**6
FROM_WORST = (Outcome.FAIL, Outcome.UNCLEAR, Outcome.PASS)
PAPERS = frozenset(("certificate", "held", "graduation", "apprenticeship", "pre_technician", "title", "degree"))


@dataclass(frozen=True, slots=True)
class Alternative:
    """One line of the standard, judged. Not claimed: the person told nothing that this line could rest on.

    ``worst`` is its outcome; ``gap_days`` the days until waiting has removed its faults, NEVER where it does not help.
    """

    name: str
    lines: tuple[Line, ...]
    is_claimed: bool
    worst: Outcome
    gap_days: int

    @classmethod
    def of(cls, name: str, lines: list[Line], *, is_claimed: bool) -> Alternative:
        worst = min([line.outcome for line in lines], key=FROM_WORST.index)
        failing = [line.gap for line in lines if line.outcome is Outcome.FAIL]
        gap_days = sum([gap["total_days"] if gap else NEVER for gap in failing])
        return cls(name, tuple(lines), is_claimed, worst, gap_days)

    def rank(self) -> tuple[bool, int, int]:
        """Nearest first. A line that nobody claims never hides one that fails."""
        return not self.is_claimed, -FROM_WORST.index(self.worst), self.gap_days

    def summary(self) -> dict[str, Any]:
        gap = self.gap_days
        return {
            "line": self.name,
            "outcome": str(self.worst),
            "is_claimed": self.is_claimed,
            "gap_days": gap if gap < NEVER else None,
        }


def level(facts: Facts, rule_context: RuleContext) -> Iterator[Line]:
    rule = rule_context.conditions()
    if rule is None:
        yield _no_conditions(rule_context)
        return
    tried = [_try(line, facts, rule_context, rule) for line in rule.value]
    best = min(tried, key=Alternative.rank)
    others = [one.summary() for one in tried if one is not best]
    for line in best.lines:
        line.params.update(line=best.name, others=others)  # made here a moment ago, shared with nobody yet
        yield line


def _try(line: dict[str, Any], facts: Facts, rule_context: RuleContext, rule: Rule) -> Alternative:
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

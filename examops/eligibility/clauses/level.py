"""The level conditions of the national standard: any one line suffices, the nearest one is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.rulebook import Rule
from examops.eligibility.clauses.advice import advise
from examops.eligibility.clauses.needs import NEEDS, Attempt
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Facts
from examops.eligibility.verdicts import COMPUTED, Line, Outcome, ruled

NEVER = 10**6
PAPERS = frozenset(("certificate", "held", "graduation", "apprenticeship", "pre_technician", "title", "degree"))


@dataclass(frozen=True, slots=True)
class Alternative:
    """One line of the standard, judged. Not claimed: the person told nothing that this line could rest on."""

    name: str
    lines: tuple[Line, ...]
    is_claimed: bool

    @property
    def worst(self) -> Outcome:
        outcomes = {line.outcome for line in self.lines}
        return next(one for one in (Outcome.FAIL, Outcome.UNCLEAR, Outcome.PASS) if one in outcomes)

    @property
    def gap_days(self) -> int:
        failing = [line for line in self.lines if line.outcome is Outcome.FAIL]
        return sum(line.gap["total_days"] if line.gap else NEVER for line in failing)

    def rank(self) -> tuple[bool, int, int]:
        """Nearest first. A line that nobody claims never hides one that fails."""
        return not self.is_claimed, (Outcome.PASS, Outcome.UNCLEAR, Outcome.FAIL).index(self.worst), self.gap_days

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
        has_failed_paper = any(one.outcome is Outcome.FAIL and one.code == "level.certificate" for one in judged)
        if need.get("after") == "certificate" and has_failed_paper:
            continue  # without the certificate there is no day to count from
        judged.append(NEEDS[need["need"]](need, trial))
    return Alternative(line["line"], tuple(judged), _is_claimed(line["needs"], facts))


def _is_claimed(needs: list[dict[str, Any]], facts: Facts) -> bool:
    told = {
        "certificate": any(not one.is_pre_technician for one in facts.certificates),
        "held": any(not one.is_pre_technician for one in facts.certificates),
        "pre_technician": any(one.is_pre_technician for one in facts.certificates),
        "graduation": bool(facts.schooling),
        "apprenticeship": facts.apprenticeship_ended_on is not None,
        "work": facts.work_since is not None or facts.work_years is not None,
        "age": True,
        "title": False,  # nothing that is told carries them
        "degree": False,
    }
    kinds = {need["need"] for need in needs}
    return all(told[kind] for kind in (kinds & PAPERS or kinds))


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

"""Judging a condition, and the same again from stored inputs by the rules as they were known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from config.rulebook import Rule, Rulebook, rulebook
from examops.filings.judging.conditions import BY_KEY, Condition
from examops.filings.judging.outcomes import Judged, Outcome, Why, because

__all__ = ["Line", "Outcome", "judge", "judge_stored", "waits_for_waiver"]


@dataclass(frozen=True)
class Line:
    """One condition, judged. ``subject``: the occupation's code, or empty. ``inputs``: JSON, enough to judge again."""

    condition: Condition
    subject: str
    rule: Rule
    inputs: dict[str, Any]
    judged: Judged

    @property
    def outcome(self) -> Outcome:
        return self.judged.outcome


def judge(condition: Condition, subject: str, inputs: dict[str, Any], book: Rulebook) -> Line:
    """``inputs`` as in :mod:`examops.filings.judging.checks`; ``known_on`` is added: the newest entry of the book."""
    known = book.last_recorded_on
    pinned = {**inputs, "known_on": known.isoformat() if known else None}
    rule = book[condition.key].on(date.fromisoformat(inputs["day"]))
    return Line(condition, subject, rule, pinned, _judged(condition, rule, pinned, book))


def _judged(condition: Condition, rule: Rule, inputs: dict[str, Any], book: Rulebook) -> Judged:
    """An open rule lets nobody pass; a waiver counts where the rules say that the condition may be waived."""
    found = because(Why.UNCONFIRMED) if rule.is_open else condition.test(rule, inputs, book)
    is_waived = (inputs.get("ruling") or {}).get("outcome") == "waived"
    if is_waived and found.outcome is not Outcome.MET and may_be_waived(condition.key, inputs, book):
        return because(Why.WAIVED)
    return found


def may_be_waived(key: str, inputs: dict[str, Any], book: Rulebook) -> bool:
    return key in book.value("filing.waivable", date.fromisoformat(inputs["day"]))


def waits_for_waiver(line: Line) -> bool:
    """Below a limit that holds in principle (原则上): it goes on to whoever may waive it, and is met once they do."""
    return line.judged.why is Why.BELOW and may_be_waived(line.condition.key, line.inputs, rulebook())


def judge_stored(key: str, subject: str, inputs: dict[str, Any], book: Rulebook | None = None) -> Line:
    """Again from stored inputs, by the book as it was known then. Raises LookupError for an unknown key."""
    known_on = date.fromisoformat(inputs["known_on"]) if inputs["known_on"] else None
    return judge(BY_KEY[key], subject, inputs, (book or rulebook()).known_on(known_on))

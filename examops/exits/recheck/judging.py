"""What the nightly check finds about one body. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.rulebook import Rule, Rulebook, rulebook
from examops.exits.opening import Judged
from examops.filings.judging import Line, Outcome, Why, judge_stored, months_later

IDLE, IDLE_SOON, STALE_RULE = "exit.idle_months", "exit.idle_warn_days", "filing.fact_months"
KIND_OF_IDLE = {IDLE: "idle", IDLE_SOON: "idle_soon"}
# A condition that was met once and is not now. What nobody ever stated is a question, not a loss.
LOST = {Why.BELOW, Why.NO, Why.UNSOUND, Why.REFUSED}


@dataclass(frozen=True)
class Found:
    """One finding. ``rule``: which rule was judged; ``switch``: the one that says whether it acts by itself."""

    kind: str
    switch: str
    fact: Judged

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.fact.rule, self.fact.subject


@dataclass(frozen=True)
class Idleness:
    """When a body was filed, and its last finished session (day and number), if any. ``entered_on``: the day on which
    a body that was filed on paper came into this system, which knows no session of before it but what an office typed.
    """

    filed_on: date | None
    last_on: date | None
    last_number: str = ""
    entered_on: date | None = None

    @property
    def since(self) -> date | None:
        """From which day the idle year is counted: nobody is idle for what was never entered."""
        days = [day for day in (self.filed_on, self.last_on or self.entered_on) if day]
        return max(days) if days else None

    def inputs(self, day: date, book: Rulebook) -> dict[str, Any]:
        known = book.last_recorded_on
        return {
            "day": day.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "filed_on": self.filed_on.isoformat() if self.filed_on else None,
            "last_session_on": self.last_on.isoformat() if self.last_on else None,
            "last_session": self.last_number,
            "entered_on": self.entered_on.isoformat() if self.entered_on else None,
            "known_on": known.isoformat() if known else None,
        }


def judge_idle(key: str, inputs: dict[str, Any], book: Rulebook) -> Judged:
    """``key``: the idle year, or the warning before it. The year is over after its matching day (articles 200–202 of
    the Civil Code: the first day is not counted)."""
    day = date.fromisoformat(inputs["day"])
    rule = book[key].on(day)
    is_over = inputs["since"] is not None and _is_over(key, rule, date.fromisoformat(inputs["since"]), day)
    outcome = ("missing" if key == IDLE else "open") if is_over else "met"
    return Judged(key, "", rule.content_hash, inputs, outcome, KIND_OF_IDLE[key] if is_over else "", rule.clause)


def _is_over(key: str, rule: Rule, since: date, day: date) -> bool:
    if key == IDLE:
        return day > months_later(since, rule.value)
    return day >= since + timedelta(days=rule.value)


def judge_kept(rule: str, subject: str, inputs: dict[str, Any], book: Rulebook | None = None) -> Judged:
    """Again from what was kept, by the book as it was known then. Raises LookupError for an unknown rule."""
    if rule in KIND_OF_IDLE:
        known_on = date.fromisoformat(inputs["known_on"]) if inputs["known_on"] else None
        return judge_idle(rule, inputs, (book or rulebook()).known_on(known_on))
    return kept(judge_stored(rule, subject, inputs, book))


def kept(line: Line) -> Judged:
    rule, why = line.rule, str(line.judged.why)
    return Judged(rule.key, line.subject, rule.content_hash, line.inputs, str(line.outcome), why, rule.clause)


def findings(lines: Sequence[Line], idleness: Idleness, day: date, book: Rulebook) -> Iterator[Found]:
    """The idle year, or the warning before it; each condition that is lost; each that rests on figures too old."""
    inputs = idleness.inputs(day, book)
    for key in (IDLE, IDLE_SOON):
        judged = judge_idle(key, inputs, book)
        if judged.outcome != "met":
            yield Found(KIND_OF_IDLE[key], key, judged)
            break  # whoever has been idle for a year is not warned as well
    for line in lines:
        if line.outcome is Outcome.MISSING and line.judged.why in LOST and not _is_unknown(line):
            yield Found("lost", line.rule.key, kept(line))
        elif line.judged.why is Why.STALE:
            yield Found("stale", STALE_RULE, kept(line))


def _is_unknown(line: Line) -> bool:
    """Counted, and nobody was ever entered who could count: nothing was lost, it was never kept here."""
    counted = line.inputs.get("counted") or {}
    return bool(counted) and not any(figure["who"] for figure in counted.values())

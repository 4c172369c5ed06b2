"""Judges the conditions of a filing from facts alone. Pure: no database, no clock."""

from examops.filings.judging.checks import months_later
from examops.filings.judging.conditions import CONDITIONS, Condition, condition_of, conditions_for
from examops.filings.judging.outcomes import Why
from examops.filings.judging.verdicts import Line, Outcome, judge, judge_stored, waits_for_waiver

__all__ = [
    "CONDITIONS",
    "Condition",
    "Line",
    "Outcome",
    "Why",
    "condition_of",
    "conditions_for",
    "judge",
    "judge_stored",
    "months_later",
    "waits_for_waiver",
]

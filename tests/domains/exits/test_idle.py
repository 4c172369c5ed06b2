"""The idle year: from the filing or the last session, whichever is later; both sides of each limit, to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.rulebook import rulebook
from examops.exits.recheck.judging import Idleness, findings, judge_kept

FILED = date(2025, 11, 23)
LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("filed", "last", "day", "found"),
    [
        (FILED, None, FILED + timedelta(days=299), ""),
        (FILED, None, FILED + timedelta(days=300), "idle_soon"),
        (FILED, None, date(2026, 11, 23), "idle_soon"),
        (FILED, None, date(2026, 11, 24), "idle"),
        (FILED, date(2026, 3, 1), date(2026, 11, 24), ""),
        (FILED, date(2026, 3, 1), date(2027, 3, 2), "idle"),
        (FILED, date(2025, 1, 1), date(2026, 11, 23), "idle_soon"),  # held before it was filed anew
        (LEAP, None, date(2025, 2, 28), "idle_soon"),  # the month's last day, where it has no such day
        (LEAP, None, date(2025, 3, 1), "idle"),
        (None, None, date(2026, 11, 24), ""),  # nothing to count from
    ],
)
def test_the_year_and_the_warning_before_it(filed, last, day, found) -> None:
    idleness = Idleness(filed, last, "2026-0417" if last else "")
    kinds = [one.kind for one in findings([], idleness, day, rulebook())]
    assert kinds == ([found] if found else [])
    for one in findings([], idleness, day, rulebook()):
        assert one.fact.clause
        again = judge_kept(one.fact.rule, "", one.fact.inputs)
        assert (again.outcome, again.hash) == (one.fact.outcome, one.fact.hash)


@pytest.mark.parametrize(
    ("entered", "last", "day", "found"),
    [
        (date(2026, 11, 1), None, date(2026, 11, 24), ""),  # years on paper, a month in this system
        (date(2026, 11, 1), None, date(2027, 11, 1), "idle_soon"),
        (date(2026, 11, 1), None, date(2027, 11, 2), "idle"),
        (date(2026, 11, 1), date(2025, 5, 1), date(2026, 11, 24), "idle"),  # an office typed its last session
        (date(2025, 1, 1), None, date(2026, 11, 24), "idle"),  # entered before it was filed
    ],
)
def test_a_body_from_paper_is_not_idle_for_what_nobody_entered(entered, last, day, found) -> None:
    idleness = Idleness(FILED, last, "", entered)
    kinds = [one.kind for one in findings([], idleness, day, rulebook())]
    assert kinds == ([found] if found else [])

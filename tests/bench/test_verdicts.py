"""What ``make bench`` says of a goal: reached on its side of the number, missed on the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.__main__ import RESULTS
from bench.verdicts import MISSED, NONE, REACHED, verdict


def row(goal: str, **values: Any) -> dict[str, Any]:
    return {"name": "one", "ours": 10.0, "ratio": 0.5, "goal": goal, **values}


@pytest.mark.parametrize(
    ("goal", "values", "expected"),
    [
        ("<= 0.5", {}, REACHED),
        ("<= 0.49", {}, MISSED),
        (">= 0.5", {}, REACHED),
        (">= 0.51", {}, MISSED),
        ("ratio <= 0.5", {}, REACHED),
        ("ours <= 10", {}, REACHED),
        ("ours <= 9.9", {}, MISSED),
        ("ours = 10", {"ours": 10}, REACHED),
        ("ours = 10", {"ours": 11}, MISSED),
        ("–", {}, NONE),
        ("<= 0.5", {"ratio": None}, NONE),
    ],
)
def test_a_goal_is_judged_on_both_sides_of_its_number(goal: str, values: dict[str, Any], expected: str) -> None:
    assert verdict(row(goal, **values)) == expected


def test_without_a_ratio_the_figure_itself_counts() -> None:
    assert verdict({"name": "one", "ours": 6.0, "goal": "<= 5"}) == MISSED


@pytest.mark.parametrize("goal", ["fast", "<= 15 s", "p95 <= 300 ms", "< 1", ""])
def test_a_goal_that_cannot_be_judged_is_refused(goal: str) -> None:
    with pytest.raises(ValueError, match="is no goal"):
        verdict(row(goal))


def test_every_kept_result_can_be_judged() -> None:
    kept = json.loads(RESULTS.read_text())
    assert {verdict(one) for one in kept} <= {NONE, REACHED, MISSED}
    assert len(kept) > 20

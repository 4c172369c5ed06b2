"""The line of movement below a camera: one value for each step of the armed time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy.dialects.postgresql import Range

from examops.footage.moments import iso
from examops.footage.review.room import activity

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
MS = START.timestamp() * 1000


def _line(*points: tuple[float, float]) -> list[float]:
    arming: Any = SimpleNamespace(during=Range(START, START + timedelta(seconds=30)))
    found = activity(arming, [SimpleNamespace(activity=[[MS + at, motion] for at, motion in points])], 10)
    return cast("list[float]", (found or {})["values"])


def test_the_strongest_of_a_step_counts_between_none_and_all() -> None:
    assert _line((0, 0.1234), (9_999, 0.5678), (9_000, 0.2)) == [0.568, 0.0, 0.0, 0.0]
    assert _line((10_000, 1.7), (20_000, -0.5), (30_000, 1)) == [0.0, 1.0, 0.0, 1.0]


def test_what_was_sampled_outside_of_the_armed_time_counts_nowhere() -> None:
    assert _line((-1, 0.9), (40_000, 0.9), (5, 0.25)) == [0.25, 0.0, 0.0, 0.0]


def test_a_moment_is_written_in_utc_whatever_zone_it_came_in() -> None:
    there = START.astimezone(datetime.fromisoformat("2026-11-23T09:00:00+08:00").tzinfo)
    assert iso(there) == iso(START) == "2026-11-23T01:00:00.000Z"

"""The coordinator's week: where sessions stand on the board."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from examops.core.clock import SHANGHAI
from examops.sessions.overview.queries import Overview
from examops.sessions.overview.week import CLOSES, OPENS, hours_shown, lanes, position

MONDAY = date(2026, 11, 30)


def held(day: int, begin: str, minutes: int) -> Overview:
    hour, minute = map(int, begin.split(":"))
    starts = datetime(2026, 11, 30, hour, minute, tzinfo=SHANGHAI) + timedelta(days=day)
    session = SimpleNamespace(starts_at=starts, ends_at=starts + timedelta(minutes=minutes), title="电工 四级 实操")
    return Overview(session, "A栋实训室", "华岭", 24, 24, 6)


def test_the_usual_hours_stay_where_nobody_examines_outside_them() -> None:
    hours = hours_shown([held(0, "08:00", 570)], MONDAY, 5)
    assert (hours.opens, hours.closes) == (OPENS, CLOSES)
    assert [hour for hour, _place in hours.marks] == [10, 12, 14, 16]


def test_a_session_of_the_evening_stands_in_its_own_day() -> None:
    rows = [held(0, "20:12", 190), held(1, "09:00", 190)]
    hours = hours_shown(rows, MONDAY, 5)
    evening, morning = lanes(rows, MONDAY, 5, hours)[0].blocks
    day = 200 / 5
    assert 0 < evening.left < evening.left + evening.width <= day <= morning.left
    assert [hour for hour, _place in hours.marks] == [12, 16, 20]


@pytest.mark.parametrize(
    ("begin", "minutes", "shown"),
    [("06:30", 120, (6 * 60, CLOSES)), ("16:00", 95, (OPENS, 18 * 60)), ("22:00", 240, (OPENS, 24 * 60))],
)
def test_the_hours_grow_to_whole_ones(begin: str, minutes: int, shown: tuple[int, int]) -> None:
    hours = hours_shown([held(2, begin, minutes)], MONDAY, 5)
    assert (hours.opens, hours.closes) == shown
    assert all(0 < place < 1 for _hour, place in hours.marks)


def test_a_session_of_next_week_changes_no_hours_of_this_one() -> None:
    assert hours_shown([held(7, "20:00", 120)], MONDAY, 5).closes == CLOSES


def test_now_stands_at_its_hour() -> None:
    hours = hours_shown([held(0, "20:12", 190)], MONDAY, 5)
    assert position(datetime(2026, 11, 30, 16, 0, tzinfo=SHANGHAI), MONDAY, 5, hours) == pytest.approx(10.0)


def test_hours_that_the_time_now_would_stand_on_are_left_out() -> None:
    hours = hours_shown([held(0, "20:12", 190)], MONDAY, 5)
    late, early = (datetime(2026, 11, 30, hour, 50, tzinfo=SHANGHAI) for hour in (21, 8))
    assert [hour for hour, _place in hours.marks_beside(late)] == [12, 16]
    assert hours.marks_beside(early) == hours.marks

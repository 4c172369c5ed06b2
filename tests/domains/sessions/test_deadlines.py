"""Deadlines of the coordinator's week, in working days."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Thing
from uuid import uuid4

from config.calendar import calendar
from config.rulebook import rulebook
from examops.sessions.overview.deadlines import deadlines

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 09:00 in Foshan, a Monday


def row(state: str, days: int):
    start = NOW + timedelta(days=days)
    session = Thing(
        state=state, title="电工 四级 实操", starts_at=start, bookings_close_at=start - timedelta(days=1), uid=uuid4()
    )
    return Thing(session=session)


def test_an_undeclared_session_is_due_ten_working_days_before_it_starts():
    (found,) = deadlines([row("draft", 24)], rulebook(), calendar(), NOW)

    assert (found.word, found.day, found.working_days) == ("考前申报", date(2026, 11, 12), 8)


def test_a_missed_deadline_counts_backwards():
    (found,) = deadlines([row("returned", 11)], rulebook(), calendar(), NOW)

    assert found.day < NOW.date()
    assert found.working_days < 0


def test_open_sessions_close_their_bookings_and_running_ones_have_no_deadline():
    found = deadlines([row("running", 0), row("open", 4)], rulebook(), calendar(), NOW)

    assert [(one.word, one.working_days) for one in found] == [("名单定稿", 3)]


def test_the_soonest_four_are_shown():
    found = deadlines([row("open", days) for days in (9, 3, 5, 2, 12)], rulebook(), calendar(), NOW)

    assert [one.day.day for one in found] == [3, 4, 6, 10]

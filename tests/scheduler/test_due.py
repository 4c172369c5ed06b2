"""When jobs are due and what is made up after downtime."""

from datetime import UTC, datetime, timedelta

import pytest

from examops.app.domains import registry
from examops.core.domain import JobSpec
from scheduler.due import MAX_CATCH_UP, WrongCron, decide, is_late, newest_due, next_due, trigger_of

NOON = datetime(2026, 11, 23, 4, 0, 7, tzinfo=UTC)  # 12:00:07 in Foshan
HOURLY = "0 * * * *"


def job(catch_up: str, cron: str = HOURLY, grace: int = 5) -> JobSpec:
    return JobSpec("example", "example.task", cron, grace, catch_up, "示例")  # type: ignore[arg-type]


def hour(number: int, minute: int = 0) -> datetime:
    """That hour in Foshan."""
    return datetime(2026, 11, 23, number, minute, tzinfo=UTC) - timedelta(hours=8)


def test_cron_is_read_in_foshan_time() -> None:
    assert next_due("10 2 * * *", NOON) == datetime(2026, 11, 23, 18, 10, tzinfo=UTC)


def test_six_fields_begin_with_seconds() -> None:
    assert newest_due("*/5 * * * * *", NOON) == NOON.replace(second=5)
    assert next_due("*/5 * * * * *", NOON) == NOON.replace(second=10)


def test_a_due_time_is_not_due_again_after_itself() -> None:
    assert next_due(HOURLY, hour(12)) == hour(13)


@pytest.mark.parametrize("cron", ["* * *", "0 9 * * 1"])
def test_a_cron_that_would_be_misread_is_refused(cron: str) -> None:
    with pytest.raises(WrongCron):
        trigger_of(cron)


def test_the_newest_due_time_of_a_yearly_job_is_found() -> None:
    assert newest_due("0 0 1 1 *", NOON) == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)


def test_nothing_is_done_twice_for_one_due_time() -> None:
    assert decide(job("once"), hour(12), NOON).run == ()


def test_once_runs_the_newest_missed_time_however_late() -> None:
    assert decide(job("once"), hour(7), hour(12, 50)).run == (hour(12),)


def test_every_runs_each_missed_time_oldest_first() -> None:
    assert decide(job("every"), hour(9), hour(12, 50)).run == (hour(10), hour(11), hour(12))


def test_every_is_bounded_after_a_long_absence() -> None:
    assert len(decide(job("every"), hour(9) - timedelta(days=60), hour(12)).run) == MAX_CATCH_UP


def test_skip_runs_what_is_a_little_late() -> None:
    assert decide(job("skip"), hour(9), hour(12, 4)).run == (hour(12),)


def test_skip_writes_down_what_is_too_late() -> None:
    decision = decide(job("skip"), hour(9), hour(12, 50))
    assert (decision.run, decision.skip) == ((), (hour(12),))


def test_a_job_is_late_only_beyond_its_grace() -> None:
    assert not is_late(job("once"), hour(11), hour(12, 4))
    assert is_late(job("once"), hour(11), hour(12, 6))


def test_every_cron_of_the_table_can_be_read_and_names_are_unique() -> None:
    assert all(next_due(spec.cron, NOON) for spec in registry().timed_jobs())

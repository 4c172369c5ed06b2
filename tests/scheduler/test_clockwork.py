"""Due times become queued jobs once, whatever number of clocks runs."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from examops.app.factory import create_app
from examops.core.database import db
from examops.core.domain import JobSpec
from examops.core.jobs import QueueFault, defer
from examops.core.ledger import JobRun
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from scheduler.clockwork import TOO_LATE, Clockwork, queue_at_start, tick
from scheduler.overview import overview
from tests.factories import Factory
from tests.patience import PATIENCE_S, wait_for

MINUTELY = JobSpec("example", "example.task", "* * * * *", 5, "once", "示例")
EVERY = JobSpec("example", "example.task", "* * * * *", 5, "every", "示例")
AT_START = JobSpec("example", "example.task", "0 * * * *", 5, "once", "示例", at_start=True)
SKIP = JobSpec("example", "example.task", "0 * * * *", 5, "skip", "示例")


def jobs() -> list[str]:
    due = text("SELECT args->'timed'->>'due' FROM procrastinate_jobs ORDER BY id")
    found = list(db.session.execute(due).scalars())
    db.session.rollback()
    return found


def ledger() -> list[tuple[str, str]]:
    rows = db.session.execute(select(JobRun.state, JobRun.result).order_by(JobRun.due_at)).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def test_a_worker_that_starts_queues_what_follows_a_file_once(make: Factory, job_app, clock) -> None:
    with job_app.app_context():
        assert queue_at_start([MINUTELY, AT_START], clock) == ["example"]
        clock.instant += timedelta(seconds=1)
        assert queue_at_start([MINUTELY, AT_START], clock) == []
    assert ledger() == [("queued", "")]
    assert len(jobs()) == 1


def test_a_start_takes_no_due_time_from_the_timetable(make: Factory, clock) -> None:
    queue_at_start([AT_START], clock)
    db.session.execute(text("DELETE FROM procrastinate_jobs"))
    db.session.commit()
    clock.instant += timedelta(hours=1)
    assert len(tick(AT_START, since=clock.now(), clock=clock)) == 1


@pytest.mark.parametrize("name", ["recount-filing-terms", "follow-exit-terms"])
def test_terms_by_the_calendar_are_counted_anew_by_a_worker_that_starts(make: Factory, environment, name: str) -> None:
    """Nothing else queues them here: no clock runs. The calendar is a file that a process reads once."""
    process = subprocess.Popen([sys.executable, "-m", "scheduler", "worker"], env={**os.environ, **environment})
    try:
        wait_for(lambda: states_of(name) == ["done"])
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0


def states_of(name: str) -> list[str]:
    found = list(db.session.execute(select(JobRun.state).where(JobRun.job == name)).scalars())
    db.session.rollback()
    return found


def test_a_tick_writes_the_due_time_down_and_queues_the_job(make: Factory, clock) -> None:
    tick(MINUTELY, since=clock.now() - timedelta(minutes=1), clock=clock)
    assert jobs() == [clock.now().isoformat()]
    assert ledger() == [("queued", "")]


def test_what_was_due_before_the_first_start_is_not_owed(make: Factory, clock) -> None:
    assert tick(MINUTELY, since=clock.now(), clock=clock) == []
    assert jobs() == []


def test_after_downtime_one_run_makes_up_for_all(make: Factory, clock) -> None:
    start = clock.now()
    tick(MINUTELY, since=start - timedelta(minutes=1), clock=clock)
    db.session.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded'"))
    db.session.commit()
    clock.instant = start + timedelta(minutes=30)
    tick(MINUTELY, since=clock.now(), clock=clock)
    assert jobs() == [start.isoformat(), clock.now().isoformat()]


def test_after_downtime_every_missed_run_is_queued_where_the_job_says_so(make: Factory, clock) -> None:
    tick(EVERY, since=clock.now() - timedelta(minutes=3), clock=clock)
    assert jobs() == [(clock.now() - timedelta(minutes=late)).isoformat() for late in (2, 1, 0)]


def test_a_run_that_is_too_late_is_written_down_as_skipped(make: Factory, clock) -> None:
    tick(SKIP, since=clock.now() - timedelta(hours=2), clock=clock)  # 09:12, due at 09:00, grace of 5 minutes
    assert jobs() == []
    assert ledger() == [("skipped", TOO_LATE)]


def test_jobs_do_not_pile_up_while_no_worker_runs_and_are_seen_to_be_late(make: Factory, job_app, clock) -> None:
    since = clock.now() - timedelta(minutes=1)
    tick(MINUTELY, since=since, clock=clock)
    for _ in range(7):
        clock.instant += timedelta(minutes=1)
        with job_app.app_context():  # a due time that is not queued leaves the ledger again: the job role's right
            assert tick(MINUTELY, since=since, clock=clock) == []
    assert len(jobs()) == 1
    assert ledger() == [("queued", "")]
    assert state_now(clock) == "late"


def state_now(clock) -> str:
    lines = overview([MINUTELY], frozenset({"example.task"}), clock.now())
    db.session.rollback()
    return lines[0].state


def test_a_clock_that_dies_between_ledger_and_queue_leaves_neither(make: Factory, clock, monkeypatch) -> None:
    def die(*arguments: object, **options: object) -> None:
        raise QueueFault

    since = clock.now() - timedelta(minutes=1)
    with monkeypatch.context() as broken:
        broken.setattr("scheduler.clockwork.defer", die)
        with pytest.raises(QueueFault):
            tick(MINUTELY, since=since, clock=clock)
    assert (jobs(), ledger()) == ([], [])
    assert tick(MINUTELY, since=since, clock=clock) == [clock.now()]


def together(app, work, times: int) -> list[object]:
    """Run ``work`` in as many threads, let go at the same instant; returns what each gave."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        with app.app_context():
            barrier.wait()
            results.append(work())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.race
def test_eight_clocks_queue_a_due_job_once(make: Factory, job_app, clock) -> None:
    since = clock.now() - timedelta(minutes=3)
    results = together(job_app, lambda: tick(EVERY, since=since, clock=clock), 8)
    assert sum(len(queued) for queued in results) == 3
    assert len(jobs()) == 3


@pytest.mark.race
def test_without_the_ledger_each_clock_would_queue_it(make: Factory, job_app) -> None:
    def queue_without_ledger() -> None:
        with transaction(SYSTEM):
            defer("example.task", queue_name="timed")

    together(job_app, queue_without_ledger, 8)
    assert len(jobs()) == 8


def test_a_look_that_finds_the_database_away_is_made_up_by_the_next(make: Factory, settings, job_app, clock) -> None:
    nowhere = replace(settings, database_url="postgresql://nobody:x@127.0.0.1:1/none")
    clockwork = Clockwork(create_app(nowhere, kind="job", clock=clock), [MINUTELY], clock)
    clock.instant += timedelta(minutes=1)
    clockwork.tick_all()
    assert jobs() == []
    clockwork.app = job_app
    clockwork.tick_all()
    assert jobs() == [clock.now().isoformat()]


def test_the_clock_process_queues_in_real_time_and_stops_on_sigterm(make: Factory, environment) -> None:
    process = subprocess.Popen([sys.executable, "-m", "scheduler", "run"], env={**os.environ, **environment})
    try:
        wait_for(lambda: "audit.seal" in task_names())
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0


def task_names() -> set[str]:
    found = set(db.session.execute(text("SELECT task_name FROM procrastinate_jobs")).scalars())
    db.session.rollback()
    return found

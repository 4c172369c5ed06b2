"""The worker: runs jobs as the job role, keeps the ledger, ends with its database, loses no job to a kill."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select, text

from config.settings import load
from examops.core.actor import Actor
from examops.core.connections import owner_url, role_names
from examops.core.database import db
from examops.core.domain import JobSpec
from examops.core.extensions import clock as current_clock
from examops.core.jobs import defer
from examops.core.language import Message
from examops.core.ledger import JobRun
from examops.core.transaction import transaction
from examops.demo.servers import EmbeddedPostgres
from examops.ops.migrate import upgrade_database
from scheduler.clockwork import tick
from scheduler.failures import failed_jobs, try_again
from scheduler.rescue import GAVE_UP, MAX_ATTEMPTS, TAKEN_OVER, drop_old, most_attempts, rescue_stalled
from scheduler.worker import WorkerOptions, work
from tests.factories import Factory
from tests.patience import PATIENCE_S, wait_for
from tests.scheduler import example_tasks


@pytest.fixture
def start_worker(environment) -> Iterator:  # type: ignore[no-untyped-def]
    """Start a worker process that knows the example tasks; all are ended afterwards."""
    started: list[subprocess.Popen] = []

    def start(environ: dict[str, str] = environment) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.scheduler.example_tasks"]
        started.append(subprocess.Popen(command, env={**os.environ, **environ}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def worker(job_app, settings, monkeypatch) -> Iterator[None]:
    """A worker in a thread of this process, for what needs no process of its own."""
    monkeypatch.setattr("scheduler.worker.CONNECT_TIMEOUT_S", PATIENCE_S)
    loop = asyncio.new_event_loop()
    options = WorkerOptions(poll_s=0.2, heartbeat_s=0.5)

    def supervised() -> None:
        while not options.stop_event.is_set():  # as its supervisor does with a process that ended with 1
            loop.run_until_complete(work(job_app, settings, options))

    example_tasks.released.clear()
    thread = threading.Thread(target=supervised)
    thread.start()
    yield
    db.session.remove()
    example_tasks.released.set()
    loop.call_soon_threadsafe(options.stop_event.set)
    thread.join()
    loop.close()


def due_now(task: str, clock) -> None:
    spec = JobSpec("example", task, "* * * * *", 5, "once", "示例")
    tick(spec, since=clock.now() - timedelta(minutes=1), clock=clock)


def run_of(job: str = "example") -> JobRun:
    run = db.session.execute(select(JobRun).where(JobRun.job == job)).scalar_one()
    db.session.refresh(run)
    db.session.rollback()
    return run


def statuses() -> list[tuple[str, str]]:
    rows = db.session.execute(text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def test_a_timed_job_runs_and_its_outcome_stands_in_the_ledger(make: Factory, clock, worker) -> None:
    make.body()
    due_now("example.count", clock)
    wait_for(lambda: run_of().state == "done")
    run = run_of()
    assert (run.result, run.attempts) == ("1 bodies", 1)
    assert run.started_at <= run.finished_at


def test_a_refusal_is_recorded_with_its_code(make: Factory, clock, worker) -> None:
    due_now("example.fail", clock)
    wait_for(lambda: run_of().state == "failed")
    assert run_of().result == "conflict: 示例出错"


def test_a_database_error_is_recorded_without_the_values_of_the_statement(make: Factory, clock, worker) -> None:
    due_now("example.break", clock)
    wait_for(lambda: run_of().state == "failed")
    assert "nowhere" in str(run_of().result)
    assert "440604" not in str(run_of().result)


def test_an_error_of_a_job_is_kept_in_one_line_until_it_is_tried_again(make: Factory, clock, worker) -> None:
    with transaction():
        defer("example.refuse")
    wait_for(failed_jobs)
    (job,) = failed_jobs()
    assert (job.task, job.words) == ("example.refuse", "conflict: 示例出错")
    db.session.rollback()
    with transaction():
        assert try_again(job.number, actor=Actor.system("test"), clock=clock)
    wait_for(lambda: [again.attempts for again in failed_jobs()] == [2])


def test_a_job_enqueues_another_inside_a_worker(make: Factory, worker) -> None:
    with transaction():
        defer("example.follow")
    wait_for(lambda: statuses() == [("example.follow", "succeeded"), ("example.count", "succeeded")])


def test_timed_jobs_run_while_long_jobs_fill_the_worker(make: Factory, clock, worker) -> None:
    with transaction():
        for _ in range(3):
            defer("example.hang")
    wait_for(lambda: statuses().count(("example.hang", "doing")) == 2)
    due_now("example.count", clock)
    wait_for(lambda: run_of().state == "done")
    assert run_of().result == "0 bodies"
    make.body()  # lets the hanging jobs end
    wait_for(lambda: statuses().count(("example.hang", "succeeded")) == 3)


def test_other_jobs_run_while_footage_waits_in_a_long_line(make: Factory, worker) -> None:
    with transaction():
        for _ in range(3):
            defer("example.hang", queue_name="media")
        defer("example.count")
    wait_for(lambda: ("example.count", "succeeded") in statuses())
    assert statuses().count(("example.hang", "doing")) <= 1
    make.body()  # lets the hanging jobs end
    wait_for(lambda: statuses().count(("example.hang", "succeeded")) == 3)


def test_without_queues_named_every_queue_has_a_lane_and_with_them_only_these() -> None:
    assert WorkerOptions().slots({"timed", "exports"}) == [(["timed"], 2), (["media"], 1), (["default", "exports"], 2)]
    assert WorkerOptions(queues=("media",), concurrency=4).slots({"timed"}) == [(["media"], 4)]


def test_a_worker_stops_cleanly_when_told(make: Factory, clock, start_worker) -> None:
    due_now("example.count", clock)
    worker = start_worker()
    wait_for(lambda: run_of().state == "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 0


def test_a_worker_goes_on_after_its_connections_were_cut(make: Factory, clock, settings, worker) -> None:
    with transaction():
        defer("example.count")
    wait_for(lambda: statuses() == [("example.count", "succeeded")])  # a cut before that leaves it to queue.rescue
    cut_connections_of_the_job_role(settings)
    with transaction():
        defer("example.count")
    wait_for(lambda: statuses() == [("example.count", "succeeded")] * 2)


def cut_connections_of_the_job_role(settings) -> None:
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role")
    engine = create_engine(owner_url(settings))
    with engine.begin() as connection:
        connection.execute(cut, {"role": role_names(settings)["job"]})
    engine.dispose()


def test_a_worker_whose_database_went_away_ends_so_that_it_is_started_again(
    environment, tmp_path, start_worker
) -> None:
    server = EmbeddedPostgres(tmp_path)
    own = {**environment, "EXAMOPS_DATABASE_URL": server.start()}
    try:
        upgrade_database(load(own))
        worker = start_worker(own)
        wait_for(lambda: workers_at(own) > 0)
    finally:
        server.stop()
    assert worker.wait(PATIENCE_S) == 1


def workers_at(environ: dict[str, str]) -> int:
    engine = create_engine(owner_url(load(environ)))
    with engine.begin() as connection:
        found = connection.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one()
    engine.dispose()
    return int(found)


def test_a_job_of_a_killed_worker_is_queued_again_and_ends(make: Factory, start_worker) -> None:
    with transaction():
        defer("example.hang")
    first = start_worker()
    wait_for(lambda: statuses() == [("example.hang", "doing")])
    first.kill()
    first.wait()
    silence_workers()
    with transaction():
        assert rescue_stalled(current_clock()) == (1, 0)
    make.body()
    start_worker()
    wait_for(lambda: statuses() == [("example.hang", "succeeded")])


def silence_workers() -> None:
    """As if the last heartbeat were a minute old."""
    db.session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
    db.session.commit()


def test_a_job_that_keeps_killing_its_worker_is_given_up(make: Factory, clock) -> None:
    due_now("example.hang", clock)
    stalled = "UPDATE procrastinate_jobs SET status = 'doing', attempts = :attempts"
    db.session.execute(text(stalled), {"attempts": MAX_ATTEMPTS - 1})
    db.session.commit()
    with transaction():
        assert rescue_stalled(clock) == (0, 1)
    assert statuses() == [("example.hang", "failed")]
    assert (run_of().state, run_of().result) == ("failed", GAVE_UP)


def test_a_dead_job_whose_successor_waits_leaves_the_work_to_it_and_holds_up_no_other(make: Factory, clock) -> None:
    """As after a killed worker, when the clock has queued the next run before anybody noticed."""
    due_now("example.hang", clock)
    with transaction():
        defer("example.other", once="other")
    db.session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    db.session.commit()
    clock.instant += timedelta(minutes=1)
    due_now("example.hang", clock)
    with transaction():
        assert rescue_stalled(clock) == (2, 0)
    assert statuses() == [("example.hang", "aborted"), ("example.other", "todo"), ("example.hang", "todo")]
    query = select(JobRun.state, JobRun.result).order_by(JobRun.due_at)
    assert [tuple(row) for row in db.session.execute(query)] == [("failed", TAKEN_OVER), ("queued", Message(""))]


def test_a_task_that_asks_for_tries_of_its_own_is_not_given_up_for_them() -> None:
    assert most_attempts("example.patient") == MAX_ATTEMPTS + 9
    assert most_attempts("example.hang") == MAX_ATTEMPTS


def test_a_job_that_is_being_worked_on_is_left_alone(make: Factory, clock, worker) -> None:
    with transaction():
        defer("example.hang")
    wait_for(lambda: statuses() == [("example.hang", "doing")])
    with transaction():
        assert rescue_stalled(clock) == (0, 0)
    make.body()


def test_quiet_runs_go_after_a_day_told_ones_later_failed_ones_last(make: Factory, job_app, clock) -> None:
    for days in (0, 2, 31, 91):
        due = clock.now() - timedelta(days=days)
        make.save(
            JobRun(job="a", due_at=due, state="done"),
            JobRun(job="b", due_at=due, state="done", result="链封 1 条"),
            JobRun(job="c", due_at=due, state="failed"),
        )
    with job_app.app_context(), transaction():
        drop_old(clock)
    kept = select(JobRun.job, func.count()).group_by(JobRun.job).order_by(JobRun.job)
    assert [tuple(row) for row in db.session.execute(kept)] == [("a", 1), ("b", 2), ("c", 3)]


def test_the_newest_run_of_a_job_stays_however_old(make: Factory, job_app, clock) -> None:
    make.save(JobRun(job="a", due_at=clock.now() - timedelta(days=400), state="done"))
    with job_app.app_context(), transaction():
        assert drop_old(clock) == (0, 0)


def test_jobs_that_ended_long_ago_are_dropped_and_waiting_ones_never(make: Factory, job_app, clock) -> None:
    with transaction():
        defer("example.waiting")
        defer("example.ended")
    db.session.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = 'example.ended'"))
    db.session.execute(text("UPDATE procrastinate_events SET at = now() - interval '2 days'"))
    db.session.commit()
    with job_app.app_context(), transaction():
        assert drop_old(clock) == (1, 0)
    assert statuses() == [("example.waiting", "todo")]

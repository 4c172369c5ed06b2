"""Jobs whose worker died go back into the queue, a few times; old rows of queue and ledger are dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from examops.core.clock import Clock
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from scheduler.failures import AGAIN, drop_failures, record_failure
from scheduler.runs import mark_finished

SILENT_SECONDS = 30  # three missed heartbeats
MAX_ATTEMPTS = 5  # a job that kills its worker every time is given up then
# Runs that found nothing to do are most of the ledger (a job of every five seconds makes 17,000 a day).
KEEP_DAYS = {"quiet": 1, "told": 30, "failed": 90}
GAVE_UP = message(N_("工作进程连续中断 {count} 次，不再重试"), count=MAX_ATTEMPTS)
TAKEN_OVER = message(N_("工作进程中断，由排在后面的同一任务接手"))

STALLED = text(
    "SELECT job.id, job.task_name, job.attempts, job.args FROM procrastinate_jobs job"
    " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing'"
    " AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :silent))"
    " ORDER BY job.id FOR UPDATE OF job SKIP LOCKED"
)
GIVE_UP = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
TAKE_OVER = text("SELECT procrastinate_finish_job_v1(:id, 'aborted', false)")
DROP_JOBS = text(
    "DELETE FROM procrastinate_jobs job USING"
    " (SELECT job_id, max(at) AS ended_at FROM procrastinate_events GROUP BY job_id) event"
    " WHERE event.job_id = job.id AND event.ended_at < now() - make_interval(days =>"
    " CASE status WHEN 'succeeded' THEN :quiet WHEN 'failed' THEN :failed ELSE :told END)"
    " AND status NOT IN ('todo', 'doing')"
)
DROP_RUNS = text(
    "DELETE FROM job_run run USING (SELECT job, max(due_at) AS due_at FROM job_run GROUP BY job) newest"
    # The newest row of each job stays: missed due times are counted from it.
    " WHERE newest.job = run.job AND run.due_at < newest.due_at AND run.due_at < :now - make_interval(days =>"
    " CASE WHEN state = 'failed' THEN :failed WHEN state = 'done' AND result = '' THEN :quiet ELSE :told END)"
)


@queue.task(name="queue.rescue", queue="timed")
def rescue() -> Message | str:
    with transaction(SYSTEM):
        again, given_up = rescue_stalled(clock())
    if not again and not given_up:
        return ""
    return message(N_("重新排入 {again}，放弃 {given_up}"), again=again, given_up=given_up)


def rescue_stalled(clock: Clock) -> tuple[int, int]:
    """Queue stalled jobs again, or leave their work to the same job that waits; returns how many.

    And how many were given up after too many attempts.
    """
    stalled = db.session.execute(STALLED, {"silent": SILENT_SECONDS}).all()
    lost = [job for job in stalled if job.attempts + 1 >= most_attempts(job.task_name)]
    for job in lost:
        db.session.execute(GIVE_UP, {"id": job.id})
        record_failure(job.id, GAVE_UP, clock.now())
        _fail_in_ledger(job.args, GAVE_UP, clock)
    again = [job for job in stalled if job not in lost]
    for job in again:
        _queue_again(job, clock)
    return len(again), len(lost)


def _queue_again(job: Any, clock: Clock) -> None:
    """At most one job of a name waits: where the next one does already, it does the work, and this one ends."""
    try:
        with db.session.begin_nested():
            db.session.execute(AGAIN, {"id": job.id})
    except IntegrityError:
        db.session.execute(TAKE_OVER, {"id": job.id})
        _fail_in_ledger(job.args, TAKEN_OVER, clock)


def most_attempts(task: str) -> int:
    """Tries of its own that a task asks for do not count as killed workers."""
    strategy = queue.tasks[task].retry_strategy if task in queue.tasks else None
    return MAX_ATTEMPTS + (getattr(strategy, "max_attempts", None) or 0)


def _fail_in_ledger(arguments: dict[str, Any], words: Message, clock: Clock) -> None:
    timed = arguments.get("timed")
    if timed:
        mark_finished(timed["job"], datetime.fromisoformat(timed["due"]), clock.now(), "failed", words)


@queue.task(name="queue.purge", queue="timed")
def purge() -> Message:
    with transaction(SYSTEM):
        jobs, runs = drop_old(clock())
    return message(N_("任务 {jobs} 条，台账 {runs} 条"), jobs=jobs, runs=runs)


def drop_old(clock: Clock) -> tuple[int, int]:
    """Drop ended jobs and old ledger rows; returns how many of each."""
    jobs: Any = db.session.execute(DROP_JOBS, KEEP_DAYS)
    runs: Any = db.session.execute(DROP_RUNS, {"now": clock.now(), **KEEP_DAYS})
    drop_failures(KEEP_DAYS["failed"], clock.now())
    return jobs.rowcount, runs.rowcount

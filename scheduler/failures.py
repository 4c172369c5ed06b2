"""Failed jobs of the queue: the reason in one line, and retrying them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, column, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, Message, from_line
from examops.core.ledger import JobFailure
from examops.core.prepared import Prepared
from scheduler.runs import short
from scheduler.tags import Tag

FAILED_DAYS, MAX_FAILED = 7, 20

FAILED = Prepared(
    text(
        "SELECT job.id, job.task_name, job.queue_name, job.attempts, job.args, max(event.at) AS ended_at,"
        " coalesce(failure.words, '') AS words FROM procrastinate_jobs job"
        " JOIN procrastinate_events event ON event.job_id = job.id"
        " LEFT JOIN job_failure failure ON failure.job_id = job.id"
        " WHERE job.status = 'failed' AND NOT job.args ? 'timed' GROUP BY job.id, failure.words"
        " HAVING max(event.at) > now() - make_interval(days => :days) ORDER BY ended_at DESC LIMIT :most"
    )
    .bindparams(bindparam("days", type_=Integer), bindparam("most", type_=Integer))
    .columns(*map(column, ("id", "task_name", "queue_name", "attempts", "args", "ended_at", "words")))
)
# Timed jobs are left out: their next due time tries again.
LOCKED = text(
    "SELECT task_name, status::text AS status, attempts FROM procrastinate_jobs"
    " WHERE id = :id AND NOT args ? 'timed' FOR UPDATE"
)
AGAIN = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
COUNT_ONCE = text("UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = :id")


@dataclass(frozen=True)
class FailedJob:
    """``number`` is the queue's job id, ``attempts`` the number of tries, ``words`` the error in one line ("" when the
    worker was killed before it could store one)."""

    number: int
    task: str
    queue: str
    attempts: int
    arguments: dict[str, Any]
    ended_at: datetime
    words: Message


def failed_jobs() -> list[FailedJob]:
    """The newest failures of jobs that are not timed: imports, frames, exports."""
    return [
        FailedJob(row.id, row.task_name, row.queue_name, row.attempts, row.args, row.ended_at, from_line(row.words))
        for row in FAILED.all(days=FAILED_DAYS, most=MAX_FAILED)
    ]


def record_failure(job: int, words: Message | str, now: datetime) -> None:
    """Store why a job failed; the newest error of a job replaces the earlier one."""
    values = {"job_id": job, "words": short(words), "failed_at": now}
    newest = {"words": values["words"], "failed_at": now}
    db.session.execute(
        insert(JobFailure).values(**values).on_conflict_do_update(index_elements=["job_id"], set_=newest)
    )


def try_again(job: int, *, actor: Actor, clock: Clock) -> bool:
    """Queue a failed job once more. False when that is not needed: it waits, runs or has ended well, or the same
    work waits as another job. Raises :class:`NotFound` for a deleted or a timed job."""
    found = db.session.execute(LOCKED, {"id": job}).one_or_none()
    if found is None:
        raise NotFound(N_("没有这个任务，或它由定时任务自己再试"))
    if found.status != "failed":
        return False
    try:
        with db.session.begin_nested():
            db.session.execute(AGAIN, {"id": job})
            # The queue counted this try when it failed, and counts it again when it is queued.
            db.session.execute(COUNT_ONCE, {"id": job})
    except IntegrityError:  # at most one waiting job of a name: the newer one does the work
        return False
    failure = db.session.execute(select(JobFailure).where(JobFailure.job_id == job)).scalar_one_or_none()
    record(Tag.JOB_RETRIED, actor, failure, words=found.task_name, at=clock.now(), job=job, tried=found.attempts)
    return True


def drop_failures(days: int, now: datetime) -> None:
    """Delete stored errors older than ``days``."""
    old = text("failed_at < :now - make_interval(days => :days)").bindparams(now=now, days=days)
    db.session.execute(delete(JobFailure).where(old))

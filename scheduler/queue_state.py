"""What stands in the queue now, and which jobs ended badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from examops.core.database import db
from examops.ops.probes import QUEUE

FAILED_DAYS, MOST_FAILED = 7, 20

FAILED = text(
    "SELECT job.task_name, job.queue_name, job.attempts, job.args, max(event.at) AS ended_at FROM procrastinate_jobs job"
    " JOIN procrastinate_events event ON event.job_id = job.id WHERE job.status = 'failed' AND NOT job.args ? 'timed'"
    " GROUP BY job.id HAVING max(event.at) > now() - make_interval(days => :days) ORDER BY ended_at DESC LIMIT :most"
)


@dataclass(frozen=True)
class QueueState:
    """``oldest_s`` is the age of the oldest job that waits, None when none does; ``lanes`` counts live heartbeats."""

    waiting: int
    oldest_s: float | None
    lanes: int


@dataclass(frozen=True)
class FailedJob:
    task: str
    queue: str
    attempts: int
    arguments: dict[str, Any]
    ended_at: datetime


def queue_state() -> QueueState:
    row = db.session.execute(text(QUEUE)).one()
    return QueueState(row.waiting, row.oldest_s, row.workers)


def failed_jobs() -> list[FailedJob]:
    """The newest failures of jobs that no ledger speaks of: imports, frames, exports."""
    rows = db.session.execute(FAILED, {"days": FAILED_DAYS, "most": MOST_FAILED})
    return [FailedJob(row.task_name, row.queue_name, row.attempts + 1, row.args, row.ended_at) for row in rows]

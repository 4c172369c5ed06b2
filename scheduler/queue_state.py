"""The queue now: waiting jobs, age of the oldest, live lanes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from examops.core.database import db
from examops.ops import QUEUE


@dataclass(frozen=True)
class QueueState:
    """``oldest_s`` is the age of the oldest job that waits, None when none does; ``lanes`` counts live heartbeats."""

    waiting: int
    oldest_s: float | None
    lanes: int


def queue_state() -> QueueState:
    row = db.session.execute(text(QUEUE)).one()
    return QueueState(row.waiting, row.oldest_s, row.workers)

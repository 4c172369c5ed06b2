"""The queue now: waiting jobs, age of the oldest, live lanes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import column, text

from examops.core.prepared import Prepared
from examops.ops import QUEUE

_QUEUE = Prepared(text(QUEUE).columns(*map(column, ("waiting", "oldest_s", "workers"))))


@dataclass(frozen=True)
class QueueState:
    """``oldest_s`` is the age of the oldest job that waits, None when none does; ``lanes`` counts live heartbeats."""

    waiting: int
    oldest_s: float | None
    lanes: int


def queue_state() -> QueueState:
    row = _QUEUE.one()
    return QueueState(row.waiting, row.oldest_s, row.workers)

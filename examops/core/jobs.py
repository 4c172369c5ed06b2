"""The queue: Procrastinate on the same database. A job is enqueued in the transaction of the fact behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import procrastinate
from procrastinate import exceptions

from examops.core.database import db

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())
AlreadyQueued = exceptions.AlreadyEnqueued


def defer(
    task: str,
    *,
    queue_name: str = "default",
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **arguments: Any,
) -> None:
    """Enqueue ``task`` together with the running transaction: saved together or not at all.

    ``once``: at most one waiting job of this name; a second call changes nothing.
    """
    raw = db.session.connection().connection.driver_connection
    deferrer = queue.configure_task(
        task, connection=raw, queue=queue_name, lock=lock, queueing_lock=once, schedule_at=at, priority=priority
    )
    if once is None:
        deferrer.defer(**arguments)
        return
    try:
        with db.session.begin_nested():
            deferrer.defer(**arguments)
    except AlreadyQueued:
        return

"""The queue: Procrastinate on the same database. A job is enqueued in the transaction of the fact behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import procrastinate
from procrastinate import exceptions

from examops.core.database import db

# The worker's side: task bodies register here; the worker gives it a connector of its own (scheduler/worker.py).
queue = procrastinate.App(connector=procrastinate.PsycopgConnector())
# The enqueuing side uses the caller's connection only, so its pool is never opened. A connector of its own, because
# inside a worker the one above is open for asyncio and could not be used from the thread of a job.
_enqueuing = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
AlreadyQueued, QueueFault = exceptions.AlreadyEnqueued, exceptions.ConnectorException


def defer(
    task: str,
    *,
    queue_name: str = "default",
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **arguments: Any,
) -> bool:
    """Enqueue ``task`` together with the running transaction: both are committed, or neither.

    ``once``: at most one waiting job of this name; a second call changes nothing and returns False.
    ``lock``: jobs of the same lock run one after the other.
    """
    options: dict[str, Any] = {"queue": queue_name, "lock": lock, "queueing_lock": once, "schedule_at": at}
    if once is None:
        _enqueue(task, options | {"priority": priority}, arguments)
        return True
    try:
        with db.session.begin_nested():
            _enqueue(task, options | {"priority": priority}, arguments)
    except AlreadyQueued:
        return False
    return True


def _enqueue(task: str, options: dict[str, Any], arguments: dict[str, Any]) -> None:
    # Asking the session for its connection is also what makes a savepoint begin: SQLAlchemy waits for first use.
    raw = db.session.connection().connection.driver_connection
    _enqueuing.configure_task(task, connection=raw, **options).defer(**arguments)

"""Middleware around every job: an application context, a closed scope, and the ledger of timed jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from procrastinate import JobContext

from examops.core.clock import Clock
from examops.core.extensions import clock
from examops.core.language import Message
from examops.core.scope import CLOSED, SYSTEM, set_scope
from examops.core.transaction import transaction
from scheduler.alarms import tell_operators
from scheduler.failures import record_failure
from scheduler.runs import error_line, mark_finished, mark_running

CallNext = Callable[[], Any]


def in_application(app: Flask) -> Callable[[CallNext, JobContext, Any], Any]:
    """A middleware for the queue's worker; it runs in the thread of the job."""

    def surround(call_next: CallNext, context: JobContext, worker: Any) -> Any:
        # The clock adds this argument; the body of a timed task takes none.
        timed: Any = context.job.task_kwargs.pop("timed", None)
        with app.app_context():
            set_scope(CLOSED)
            if timed:
                return run_timed(call_next, timed, clock())
            return run_recording_failure(call_next, context.job.id, clock(), context.job.task_name)

    return surround


def run_recording_failure(body: CallNext, job: int | None, clock: Clock, task: str = "") -> Any:
    """Run a body. When it raises, store the error's line for the page of timed work, tell operators, raise again."""
    try:
        return body()
    except BaseException as error:
        if job is not None:
            with transaction(SYSTEM):
                record_failure(job, error_line(error), clock.now())
                tell_operators(task, error_line(error), clock)
        raise


def run_timed(body: CallNext, timed: dict[str, str], clock: Clock) -> Any:
    """Run a body and write start, end, outcome and error into the ledger. Raises what the body raises.

    ``timed`` is ``{"job": name, "due": ISO 8601}``."""
    name, due = timed["job"], datetime.fromisoformat(timed["due"])
    with transaction(SYSTEM):
        mark_running(name, due, clock.now())
    try:
        result = body()
    except BaseException as error:
        with transaction(SYSTEM):
            mark_finished(name, due, clock.now(), "failed", error_line(error))
            tell_operators(name, error_line(error), clock)
        raise
    with transaction(SYSTEM):
        mark_finished(name, due, clock.now(), "done", result if isinstance(result, Message) else str(result or ""))
    return result

"""Tasks for the worker's tests. Run as a program it is a worker that knows them; ``python -m … N`` sets N slots."""

from __future__ import annotations

import os
import sys
import threading
import time

from procrastinate import RetryStrategy
from sqlalchemy import text

from config.settings import load
from examops.app.factory import create_app
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.jobs import defer, queue
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from scheduler.worker import WorkerOptions, run_worker

released = threading.Event()


@queue.task(name="example.count", queue="timed")
def count() -> str:
    with transaction(SYSTEM):
        found = db.session.execute(text("SELECT count(*) FROM body")).scalar_one()
    return f"{found} bodies"


@queue.task(name="example.fail", queue="timed")
def fail() -> None:
    raise Conflict("示例出错")


@queue.task(name="example.break", queue="timed")
def broken() -> None:
    with transaction(SYSTEM):
        db.session.execute(text("SELECT * FROM nowhere WHERE secret = :secret"), {"secret": "440604199001010001"})


@queue.task(name="example.refuse", queue="default")
def refuse() -> None:
    raise Conflict("示例出错")


@queue.task(name="example.follow", queue="default")
def follow() -> None:
    with transaction(SYSTEM):
        defer("example.count")


@queue.task(name="example.hang", queue="default")
def hang() -> None:
    """Hangs until somebody has a body filed: what a killed worker leaves behind. Ends also with the test of a worker
    in its process: what a failed one leaves hanging would hold up the whole run."""
    while not released.is_set():
        with transaction(SYSTEM):
            if db.session.execute(text("SELECT count(*) FROM body")).scalar_one():
                return
        time.sleep(0.05)


@queue.task(name="example.patient", queue="default", retry=RetryStrategy(max_attempts=9))
def patient() -> None:
    raise Conflict("示例出错")


def main() -> int:
    settings = load(os.environ)
    options = WorkerOptions(poll_s=0.2, heartbeat_s=0.5)
    return run_worker(create_app(settings, kind="job"), settings, options)


if __name__ == "__main__":
    sys.exit(main())

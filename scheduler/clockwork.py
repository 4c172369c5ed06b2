"""The clock process: each tick adds the due time to the ledger and queues the job, in one transaction.

No job body runs here. The ledger is unique on (job, due time), and only the process that inserted the row queues the
job, so several clocks may run. What is due is computed from the ledger, so a kill or an outage loses nothing.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from examops.core.clock import Clock
from examops.core.domain import JobSpec
from examops.core.jobs import QueueFault, defer
from examops.core.language import N_
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from scheduler.due import decide, trigger_of
from scheduler.runs import error_line, last_due, record_due, remove_due

logger = logging.getLogger("scheduler.clock")
QUEUE, PRIORITY = "timed", 10
TOO_LATE = N_("停机期间错过，已过补做时限")


def tick(spec: JobSpec, *, since: datetime, clock: Clock) -> list[datetime]:
    """Queue what is due by now; returns the due times queued here.

    ``since`` is the start for a job without any run in the ledger: earlier due times are not made up.
    """
    with transaction(SYSTEM):
        decision = decide(spec, last_due(spec.name) or since, clock.now())
        for due in decision.skip:
            record_due(spec.name, due, "skipped", TOO_LATE)
        return [due for due in decision.run if _queue(spec, due)]


def _queue(spec: JobSpec, due: datetime) -> bool:
    if not record_due(spec.name, due):
        return False
    label = f"timed:{spec.name}"
    queued = defer(
        spec.task,
        queue_name=QUEUE,
        priority=PRIORITY,
        lock=None if spec.overlaps else label,
        # Without a worker, jobs of every few seconds would pile up; one waiting job does the work of all of them.
        once=None if spec.catch_up == "every" else label,
        timed={"job": spec.name, "due": due.isoformat()},
    )
    if not queued:
        # Without a ledger row for this due time, the overview shows that the job is late.
        remove_due(spec.name, due)
    return queued


def queue_at_start(table: Sequence[JobSpec], clock: Clock) -> list[str]:
    """For a worker that starts: queue the jobs that follow a file, which no running worker has read anew. Whoever
    starts last queues last, so with several workers one that read the file does the work. Returns the names."""
    with transaction(SYSTEM):
        return [spec.name for spec in table if spec.at_start and _queue(spec, clock.now())]


class Clockwork:
    """Ticks each job by its cron, and every job once a minute.

    The second timer makes up for ticks that failed, for example while the database was unavailable.
    """

    def __init__(self, app: Flask, table: Sequence[JobSpec], clock: Clock) -> None:
        self.app, self.table, self.clock = app, table, clock
        self.since = clock.now()
        self._scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(4)})

    def start(self) -> None:
        rules = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        for spec in self.table:
            self._scheduler.add_job(self.tick_job, trigger_of(spec.cron), [spec], id=spec.name, **rules)
        at_once = {"next_run_time": datetime.now(UTC)}
        self._scheduler.add_job(self.tick_all, IntervalTrigger(seconds=60), id="tick-all", **rules, **at_once)
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for a running tick: it ends with its transaction."""
        self._scheduler.shutdown(wait=True)

    def tick_all(self) -> bool:
        """Tick every job. False, at once, when one fails: without the database the others would fail too."""
        return all(self.tick_job(spec) for spec in self.table)

    def tick_job(self, spec: JobSpec) -> bool:
        """False when database or queue refused; logged, and made up within a minute by :meth:`tick_all`."""
        try:
            with self.app.app_context():
                tick(spec, since=self.since, clock=self.clock)
            return True
        except (SQLAlchemyError, QueueFault) as error:
            logger.warning("%s could not be queued, the next tick tries again: %s", spec.name, error_line(error))
            return False


def run_until_stopped(clockwork: Clockwork) -> None:
    """Run until SIGTERM or SIGINT."""
    stop_event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop_event.set())
    clockwork.start()
    logger.info("the clock runs with %d timed jobs", len(clockwork.table))
    stop_event.wait()
    clockwork.stop()
    logger.info("the clock has stopped")

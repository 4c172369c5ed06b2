"""The queue's worker: runs the jobs of all domains as the job role, on as many machines as wanted.

Two lanes share one process: the first takes timed jobs only, so that a long import or export never keeps cameras
from being armed; the second takes everything. When the database goes away the process ends with 1 and its
supervisor starts it again; a job that was cut off is queued again by ``queue.rescue``.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from dataclasses import dataclass, field
from typing import Any

import procrastinate
from flask import Flask

from config.settings import Settings
from examops.core.connections import conninfo
from examops.core.jobs import queue
from scheduler.clockwork import QUEUE
from scheduler.timed import in_application

logger = logging.getLogger("scheduler.worker")
PATIENCE_S = 4.0


@dataclass(frozen=True)
class WorkerOptions:
    """``queues`` None takes all. Seconds for the intervals; ``grace_s`` is how long running jobs may end at a stop."""

    concurrency: int = 3
    timed_concurrency: int = 2
    queues: tuple[str, ...] | None = None
    poll_s: float = 1.0
    heartbeat_s: float = 10.0
    grace_s: float = 20.0
    told: asyncio.Event = field(default_factory=asyncio.Event)


def run_worker(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    """Work until told to stop (0) or until the connection to the database is lost (1)."""
    return asyncio.run(_run(app, settings, options))


async def _run(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, options.told.set)
    return await work(app, settings, options)


async def work(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    """The lanes of one process; see :func:`run_worker`."""
    most = options.concurrency + options.timed_concurrency + 2
    # The pool waits `timeout` seconds for a lost database before each statement gives up; its own 30 s, several
    # times over at the end of a lane, would keep a dead worker around for minutes.
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(settings, "job"), min_size=1, max_size=most, timeout=PATIENCE_S
    )
    with queue.replace_connector(connector):
        async with queue.open_async():
            return await _until_told_or_lost(_lanes(app, options), options.told)


def _lanes(app: Flask, options: WorkerOptions) -> list[asyncio.Task[None]]:
    common: dict[str, Any] = {
        "fetch_job_polling_interval": options.poll_s,
        "update_heartbeat_interval": options.heartbeat_s,
        "shutdown_graceful_timeout": options.grace_s,
        "install_signal_handlers": False,
        "task_middleware": [in_application(app)],
    }
    everything: Any = options.queues  # None stands for all queues; the queue's own annotation does not say so
    lanes = [queue.run_worker_async(queues=everything, concurrency=options.concurrency, name="general", **common)]
    if options.queues is None or QUEUE in options.queues:
        own = options.timed_concurrency
        lanes.append(queue.run_worker_async(queues=[QUEUE], concurrency=own, name="timed", **common))
    return [asyncio.create_task(lane) for lane in lanes]


async def _until_told_or_lost(lanes: list[asyncio.Task[None]], told: asyncio.Event) -> int:
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait([waiting, *lanes], return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, *lanes):
        task.cancel()  # a cancelled lane lets its running jobs end first
    for ended in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(ended, Exception):
            logger.error("a lane ended: %s: %s", type(ended).__name__, ended.__cause__ or ended)
    return 0 if told.is_set() else 1

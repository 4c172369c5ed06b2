"""The queue's worker: runs the jobs of all domains as the job role, on as many machines as wanted.

Lanes share one process, and each has its own number of concurrent jobs (slots), so a thousand waiting segments never
delay the arming of cameras or the import of a roster. When the connection to the database is lost, the process ends
with 1 and its supervisor restarts it; ``queue.rescue`` queues an interrupted job again.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterable, Mapping
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
CONNECT_TIMEOUT_S = 10.0  # a busy machine takes seconds to open a connection


@dataclass(frozen=True)
class WorkerOptions:
    """Without ``queues``, each queue of ``lanes`` has its own slots and all others share ``concurrency`` slots.

    With ``queues`` (for example on a machine for footage) one lane serves only these. ``…_s`` are seconds. Setting
    ``stop_event`` ends the worker after its running jobs.
    """

    concurrency: int = 2
    lanes: Mapping[str, int] = field(default_factory=lambda: {QUEUE: 2, "media": 1})
    queues: tuple[str, ...] = ()
    poll_s: float = 1.0
    heartbeat_s: float = 10.0
    stop_event: asyncio.Event = field(default_factory=asyncio.Event)

    def slots(self, known: Iterable[str]) -> list[tuple[list[str], int]]:
        """``(queues, slots)`` of each lane, when tasks of the queues ``known`` exist."""
        if self.queues:
            return [(list(self.queues), self.concurrency)]
        others = sorted({"default", *known} - self.lanes.keys())
        return [*(([name], slots) for name, slots in self.lanes.items()), (others, self.concurrency)]


def run_worker(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    """Work until SIGTERM or SIGINT (returns 0) or until the connection to the database is lost (returns 1)."""
    return asyncio.run(_run(app, settings, options))


async def _run(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, options.stop_event.set)
    return await work(app, settings, options)


async def work(app: Flask, settings: Settings, options: WorkerOptions) -> int:
    """Run all lanes; returns as :func:`run_worker`. Installs no signal handlers."""
    lanes = options.slots(task.queue for task in queue.tasks.values())
    # Each running job may hold one connection while it is fetched or ended, each lane one for its heartbeat.
    most = sum(slots + 1 for _, slots in lanes) + 1
    # The pool waits `timeout` seconds for a lost database before each statement gives up; its own 30 s, several
    # times over at the end of a lane, would keep a dead worker around for minutes.
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(settings, "job"), min_size=1, max_size=most, timeout=CONNECT_TIMEOUT_S
    )
    with queue.replace_connector(connector):
        async with queue.open_async():
            running = [asyncio.create_task(_lane(app, options, *lane)) for lane in lanes]
            return await _until_stopped_or_lost(running, options.stop_event)


async def _lane(app: Flask, options: WorkerOptions, queues: list[str], slots: int) -> None:
    common: dict[str, Any] = {
        "fetch_job_polling_interval": options.poll_s,
        "update_heartbeat_interval": options.heartbeat_s,
        "install_signal_handlers": False,
        "task_middleware": [in_application(app)],
    }
    await queue.run_worker_async(queues=queues, concurrency=slots, name="+".join(queues), **common)


async def _until_stopped_or_lost(lanes: list[asyncio.Task[None]], stop_event: asyncio.Event) -> int:
    waiting = asyncio.create_task(stop_event.wait())
    await asyncio.wait([waiting, *lanes], return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, *lanes):
        task.cancel()  # a cancelled lane lets its running jobs end first
    for ended in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(ended, Exception):
            logger.error("a lane ended: %s: %s", type(ended).__name__, ended.__cause__ or ended)
    return 0 if stop_event.is_set() else 1

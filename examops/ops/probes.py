"""Health probes, one for each part of the installation. They run in threads and raise when the part is unavailable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from config.settings import Settings
from examops.core.connections import conninfo
from examops.ops.overdue import OVERDUE

Facts = dict[str, Any]
WAIT = {"connect_timeout": 2, "options": "-c statement_timeout=2000 -c lock_timeout=1000 -c timezone=UTC"}

QUEUE = """
    SELECT count(*) AS waiting,
      extract(epoch FROM now() - min(coalesce(job.scheduled_at, deferred.at)))::float AS oldest_s,
      (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds') AS workers
    FROM procrastinate_jobs job
    LEFT JOIN LATERAL (
      SELECT max(at) AS at FROM procrastinate_events event WHERE event.job_id = job.id AND type <> 'scheduled'
    ) deferred ON true
    WHERE status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"""
CLOCK = "SELECT extract(epoch FROM now() - created_at)::float AS last_queued_s FROM job_run ORDER BY id DESC LIMIT 1"
AUDIT = (
    "SELECT extract(epoch FROM %(now)s - min(at))::float AS oldest_unsealed_s"
    " FROM audit_entry WHERE seal_number IS NULL"
)
RECORDERS = """
    SELECT count(*) AS paired, count(*) FILTER (WHERE last_seen_at > %(fresh)s) AS heard,
      extract(epoch FROM %(now)s - max(last_seen_at))::float AS newest_s
    FROM device WHERE kind = 'recorder' AND revoked_at IS NULL"""

OUTBOX = """
    SELECT count(*) FILTER (WHERE state = 'given_up') AS given_up,
      count(*) FILTER (WHERE state = 'expired' AND ended_at > %(now)s - interval '1 day') AS expired,
      count(*) FILTER (WHERE state IN ('waiting', 'failed')) AS waiting,
      extract(epoch FROM %(now)s - min(first_due) FILTER (WHERE state IN ('waiting', 'failed')))::float AS oldest_s
    FROM outbox WHERE state <> 'sent'"""


def database_facts(settings: Settings, now: datetime, fresh_since: datetime) -> dict[str, Facts]:
    """Part of the installation → its measurements, ages in seconds. Raises psycopg.Error.

    Uses a connection of its own, so that a full pool does not count as a fault. Recorders are counted and not named,
    because ``/healthz`` needs no sign-in.
    """
    with psycopg.connect(conninfo(settings, "web"), row_factory=dict_row, **WAIT) as connection:  # type: ignore[arg-type]
        connection.execute("SELECT set_config('examops.everything', 'on', true)")
        parameters = {"now": now, "fresh": fresh_since}
        return {
            "database": {},
            "queue": connection.execute(QUEUE).fetchone() or {},
            "scheduler": connection.execute(CLOCK).fetchone() or {"last_queued_s": None},
            "audit": connection.execute(AUDIT, parameters).fetchone() or {},
            "recorders": connection.execute(RECORDERS, parameters).fetchone() or {},
            "outbox": connection.execute(OUTBOX, parameters).fetchone() or {},
            "clocks": connection.execute(OVERDUE % {"now": "%(now)s"}, parameters).fetchone() or {},
        }


class Probe:
    """Runs ``check`` in a thread. While a run hangs, later callers get the same future instead of a second thread."""

    def __init__(self, check: Callable[..., Any]) -> None:
        self._check, self._lock = check, threading.Lock()
        self._running: Future[Any] | None = None

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    def start(self, *arguments: Any) -> Future[Any]:
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                # A daemon, so that a hanging check does not keep the process alive.
                threading.Thread(target=self._run, args=(self._running, arguments), daemon=True).start()
            return self._running

    def _run(self, future: Future[Any], arguments: tuple[Any, ...]) -> None:
        try:
            future.set_result(self._check(*arguments))
        except Exception as error:  # noqa: BLE001  whatever goes wrong is the answer
            future.set_exception(error)

"""The ledger of timed jobs: written by the clock when a job is queued and by the worker as it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import column, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from examops.core.database import MessageText, db
from examops.core.errors import DomainError
from examops.core.language import Message
from examops.core.ledger import JobRun
from examops.core.prepared import Prepared

RESULT_LENGTH = 500
ROW = ("job", "which", "due_at", "state", "started_at", "finished_at")


def last_due(name: str) -> datetime | None:
    """The newest due time of a job in the ledger."""
    return db.session.execute(select(func.max(JobRun.due_at)).where(JobRun.job == name)).scalar()


def record_due(name: str, due: datetime, state: str = "queued", result: Message | str = "") -> bool:
    """Insert a due time. False when it exists already: another clock inserted it and queues the job."""
    row = insert(JobRun).values(job=name, due_at=due, state=state, result=short(result))
    written = row.on_conflict_do_nothing(index_elements=["job", "due_at"]).returning(JobRun.id)
    return db.session.execute(written).first() is not None


def remove_due(name: str, due: datetime) -> None:
    """Delete the row that :func:`record_due` inserted in this transaction."""
    db.session.execute(delete(JobRun).where(JobRun.job == name, JobRun.due_at == due))


def mark_running(name: str, due: datetime, now: datetime) -> None:
    _change(name, due, state="running", started_at=now, finished_at=None, attempts=JobRun.attempts + 1)


def mark_finished(name: str, due: datetime, now: datetime, state: str, result: Message | str) -> None:
    """``state`` is ``done`` or ``failed``."""
    _change(name, due, state=state, finished_at=now, result=short(result))


def short(words: Message | str) -> Message | str:
    """Cut a plain string to RESULT_LENGTH characters; a :class:`Message` is short and stays whole."""
    return words[:RESULT_LENGTH] if isinstance(words, str) else words


def _change(name: str, due: datetime, **values: object) -> None:
    db.session.execute(update(JobRun).where(JobRun.job == name, JobRun.due_at == due).values(**values))


# Two probes of an index for each job, however long the ledger is. One statement reads both rows from one snapshot.
_LATEST = """
    SELECT wanted.name AS job, run.* FROM unnest(CAST(:names AS text[])) AS wanted(name) CROSS JOIN LATERAL (
      (SELECT 'newest' AS which, due_at, state, started_at, finished_at, result FROM job_run
       WHERE job = wanted.name ORDER BY due_at DESC LIMIT 1)
      UNION ALL
      (SELECT 'ended' AS which, due_at, state, started_at, finished_at, result FROM job_run
       WHERE job = wanted.name AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1)
    ) run"""
LATEST = Prepared(text(_LATEST).columns(*(column(name) for name in ROW), column("result", MessageText())))


@dataclass(frozen=True)
class LedgerRow:
    """A row of the ledger as it was when it was read. A :class:`JobRun` would keep the state of its first read in the
    session, even where a later query found the row by its new state."""

    due_at: datetime
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    result: Message


@dataclass(frozen=True)
class LatestRuns:
    """``newest`` by due time; ``ended`` the one that finished last."""

    newest: LedgerRow | None = None
    ended: LedgerRow | None = None


def latest_runs(names: Iterable[str]) -> dict[str, LatestRuns]:
    """The latest rows of each job that has any, all read at the same moment."""
    found: dict[str, LatestRuns] = {}
    for job, which, *values in LATEST.all(names=list(names)):
        found[job] = replace(found.get(job, LatestRuns()), **{which: LedgerRow(*values)})
    return found


def error_line(error: BaseException) -> Message | str:
    """An error in one line, without statement and parameters of a database error, which may hold personal data."""
    if isinstance(error, DomainError):
        return error.logged
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause).strip()
    return f"{type(cause).__name__}: {text.splitlines()[0]}" if text else type(cause).__name__

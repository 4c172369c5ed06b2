"""The ledger of timed jobs: written by the clock when a job is queued and by the worker as it runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.ledger import JobRun

RESULT_LENGTH = 500


def last_due(name: str) -> datetime | None:
    """The newest due time of a job in the ledger."""
    return db.session.execute(select(func.max(JobRun.due_at)).where(JobRun.job == name)).scalar()


def enter(name: str, due: datetime, state: str = "queued", result: str = "") -> bool:
    """Write a due time down. False when another clock was first: only the one that wrote it may queue the job."""
    row = insert(JobRun).values(job=name, due_at=due, state=state, result=result)
    written = row.on_conflict_do_nothing(index_elements=["job", "due_at"]).returning(JobRun.id)
    return db.session.execute(written).first() is not None


def mark_skipped(name: str, due: datetime, result: str) -> None:
    _change(name, due, state="skipped", result=result)


def mark_running(name: str, due: datetime, now: datetime) -> None:
    _change(name, due, state="running", started_at=now, finished_at=None, attempts=JobRun.attempts + 1)


def mark_finished(name: str, due: datetime, now: datetime, state: str, result: str) -> None:
    """``state`` is ``done`` or ``failed``."""
    _change(name, due, state=state, finished_at=now, result=result[:RESULT_LENGTH])


def _change(name: str, due: datetime, **values: object) -> None:
    db.session.execute(update(JobRun).where(JobRun.job == name, JobRun.due_at == due).values(**values))


def newest_runs(names: Iterable[str], *, finished: bool) -> dict[str, JobRun]:
    """The newest row of each job; with ``finished`` the newest that came to an end."""
    found = (newest_run(name, finished=finished) for name in names)
    return {run.job: run for run in found if run is not None}


def newest_run(name: str, *, finished: bool) -> JobRun | None:
    query = select(JobRun).where(JobRun.job == name).limit(1)
    if finished:
        query = query.where(JobRun.finished_at.is_not(None)).order_by(JobRun.finished_at.desc())
    else:
        query = query.order_by(JobRun.due_at.desc())
    return db.session.execute(query).scalar_one_or_none()


def words_of(error: BaseException) -> str:
    """An error in one line. Statement and parameters of a database error stay out: they may hold personal data."""
    if isinstance(error, DomainError):
        return str(error)
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause).strip()
    return f"{type(cause).__name__}: {text.splitlines()[0]}" if text else type(cause).__name__

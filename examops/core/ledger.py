"""The ledger of timed jobs: one row per job and due time, so that two schedulers never run a job twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Row
from examops.core.language import Message


class JobRun(Row, Base):
    __tablename__ = "job_run"
    job: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="queued")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[Message] = mapped_column(default=Message(""))
    __table_args__ = (
        UniqueConstraint("job", "due_at"),
        CheckConstraint("state IN ('queued','running','done','failed','skipped')", name="state"),
        Index(None, "job", "finished_at"),
        Index(None, "job", "id"),
        Index("ix_job_run_news", "id", postgresql_where="state <> 'done' OR result <> ''"),
    )


class JobFailure(Row, Base):
    """Why a job of the queue failed last, in one line. ``job_id`` is the queue's number; the queue keeps no reasons."""

    __tablename__ = "job_failure"
    job_id: Mapped[int] = mapped_column(unique=True)
    words: Mapped[Message]
    failed_at: Mapped[datetime]

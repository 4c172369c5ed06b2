"""Fitness trials: a camera is pulled for a minute by the site's recorder, and what came is judged."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, MessageJson, Tenant, in_states, one_of
from examops.core.table_access import NO_DELETE, access

ASKED, RUNNING, PASSED, FAILED, COULD_NOT_RUN = "asked", "running", "passed", "failed", "could_not_run"
OPEN = (ASKED, RUNNING)
JUDGED = (PASSED, FAILED)
STATES = (*OPEN, *JUDGED, COULD_NOT_RUN)


class FitnessTrial(Tenant, Base):
    """设备试运行 of one camera: asked for here, run by the recorder of its site, reported back and judged.

    ``due_at``: until then a recorder has to take it. ``attempts`` counts how often one began; ``device_id`` is the
    last that did. ``measures`` is what the recorder measured, ``lines`` how each rule judged it, ``pictures`` the keys
    of what it sent, ``cause`` a code where it could not run.
    """

    __tablename__ = "fitness_trial"
    number: Mapped[str] = mapped_column(unique=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    state: Mapped[str] = mapped_column(default=ASKED)
    seconds: Mapped[int]
    asked_by: Mapped[str]
    asked_by_uid: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(default="")
    measures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lines: Mapped[list[Any]] = mapped_column(MessageJson, default=list)
    pictures: Mapped[list[str]] = mapped_column(default=list)
    still_key: Mapped[str] = mapped_column(default="")
    still_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("(state IN ('asked', 'running')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'could_not_run') = (cause <> '')", name="cause"),
        CheckConstraint("state <> 'running' OR (device_id IS NOT NULL AND started_at IS NOT NULL)", name="running"),
        CheckConstraint("state <> 'passed' OR still_key <> ''", name="passed_with_still"),
        Index("uq_fitness_trial_open", "camera_id", unique=True, postgresql_where=text(in_states(OPEN))),
        Index(None, "camera_id", "id"),
        access(NO_DELETE),
    )

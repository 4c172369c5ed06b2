"""One act over many filings: each is an item with a decision of its own."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Row, Tenant, one_of
from examops.core.language import Message
from examops.core.table_access import NO_DELETE, access

RUNNING, DONE, CUT = "running", "done", "cut"
WAITING, DECIDED, LEFT_OUT = "waiting", "decided", "left_out"
OF_OFFICE = "(SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])"


class AcceptanceRun(Row, Base):
    """What an officer confirmed on one page: ``act`` (reviewed or filed) over the items that were shown there."""

    __tablename__ = "acceptance_run"
    role: Mapped[str]
    district: Mapped[str | None]
    act: Mapped[str]
    officer: Mapped[uuid.UUID]
    officer_name: Mapped[str]
    state: Mapped[str] = mapped_column(default=RUNNING)
    total: Mapped[int]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("act", ("reviewed", "filed")), name="act"),
        CheckConstraint(one_of("state", (RUNNING, DONE, CUT)), name="state"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
        Index(None, "officer", "id"),
        access(NO_DELETE, policies={"scope": f"USING ({OF_OFFICE})"}),
    )


class AcceptanceItem(Tenant, Base):
    """``seen``: the newest act that was shown. ``refusal``: why it was left out."""

    __tablename__ = "acceptance_item"
    run_id: Mapped[int] = mapped_column(ForeignKey("acceptance_run.id"))
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    seen: Mapped[str]
    for_officer: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(default=WAITING)
    decision: Mapped[uuid.UUID | None]
    refusal: Mapped[Message] = mapped_column(default=Message(""))
    __table_args__ = (
        CheckConstraint(one_of("state", (WAITING, DECIDED, LEFT_OUT)), name="state"),
        CheckConstraint("(state = 'decided') = (decision IS NOT NULL)", name="decision"),
        UniqueConstraint("run_id", "filing_id"),
        access(NO_DELETE),
    )

"""One table, of a body and within its scope."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant, one_of
from examops.core.table_access import NO_DELETE, access

STATES = ("kept", "claimed", "given_up")


class LostItem(Tenant, Base):
    """失物. ``kept`` until somebody claims it or the time is over."""

    __tablename__ = "lost_item"
    thing: Mapped[str]
    found_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="kept")
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        Index(None, "body_id", "id"),
        access(NO_DELETE),
    )

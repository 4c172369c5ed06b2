"""Assessment bodies and what they may assess."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import LETTERS
from examops.core.database import Base, Row, Tenant
from examops.core.table_access import IN_SCOPE, access

# A body's own row is its tenant. The public reads the directory instead: examops/organisations/directory.
SEEN = IN_SCOPE.replace("body_id =", "id =")
LEVELS = ", ".join(repr(letter) for letter in LETTERS)
BODY_STATES = ("draft", "filed", "suspended", "exiting", "exited", "expired")


class Body(Row, Base):
    """评价机构: an enterprise, a technician college or a social organisation."""

    __tablename__ = "body"
    kind: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    credit_code: Mapped[str] = mapped_column(unique=True)
    district: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="filed")
    filed_on: Mapped[date | None]
    last_session_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint("kind IN ('enterprise','college','social')", name="kind"),
        CheckConstraint(f"state IN {BODY_STATES}", name="state"),
        access(policies={"scope": f"USING ({SEEN})"}),
    )


class BodyOccupation(Tenant, Base):
    __tablename__ = "body_occupation"
    occupation_code: Mapped[str]
    levels: Mapped[list[str]]
    __table_args__ = (
        UniqueConstraint("body_id", "occupation_code"),
        CheckConstraint(f"levels <@ ARRAY[{LEVELS}]::text[]", name="levels"),
    )

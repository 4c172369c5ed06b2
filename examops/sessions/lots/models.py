"""What the seats of a turn are drawn from, bound before anybody can know the draw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.table_access import Rights, access

RIGHTS = Rights(("SELECT", "INSERT"), ("SELECT", "INSERT", "UPDATE (seed_sealed)"))  # examops rekey


class LotCommitment(Tenant, Base):
    """One for each approval of a session's declaration; the newest of a turn counts.

    ``people`` are uids of bookings, ``stations`` codes of workstations; ``seed_sealed`` opens when the door does.
    """

    __tablename__ = "lot_commitment"
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"))
    commitment: Mapped[bytes] = mapped_column(LargeBinary)
    seed_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    people: Mapped[list[str]]
    stations: Mapped[list[str]]
    committed_at: Mapped[datetime]
    __table_args__ = (Index(None, "turn_id", "id"), access(RIGHTS))

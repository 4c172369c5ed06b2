"""回避: what each person on duty said about the people of a session."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.table_access import ADD_ONLY, access, across_bodies


class RecusalStatement(Tenant, Base):
    """Somebody on duty has gone through the list of candidates; their relations stand in ``recusal_relation``.

    ``candidates`` are the inner numbers of those on the list then: somebody who came later was not looked at.
    """

    __tablename__ = "recusal_statement"
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_member.id", info=across_bodies("whoever is on duty says so, lent people too"))
    )
    candidates: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    stated_at: Mapped[datetime]
    written_by: Mapped[str]
    written_by_uid: Mapped[uuid.UUID | None]
    is_own: Mapped[bool]
    __table_args__ = (Index(None, "session_id", "staff_id", "id"), access(ADD_ONLY))

"""Notices on their way: who is told what, by which channel, how often that was tried."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Row, in_states, one_of
from examops.core.table_access import Rights, access

EMAIL, SMS = "email", "sms"
WAITING, SENT, FAILED, GIVEN_UP = "waiting", "sent", "failed", "given_up"
TOLD = "told"  # by another way than this notice, as somebody wrote down
EXPIRED = "expired"  # useless before it went out: never sent, whoever needs it asks for another
TO_SEND = (WAITING, FAILED)
STUCK = (FAILED, GIVEN_UP)
# Recipients are telephone numbers and mailboxes of people: anybody's transaction may add one, nobody's but the
# system's and the operators' may read one.
POSTED = {"scope": "USING ((SELECT scope_everything())) WITH CHECK (true)"}
RIGHTS = Rights(("SELECT", "INSERT", "UPDATE"), ("SELECT", "INSERT", "UPDATE", "DELETE"))


class OutboxNotice(Row, Base):
    """One notice to one recipient. ``uid`` is the Message-ID or Idempotency-Key under which it is sent every time.

    ``key`` says what the notice is about, once: whoever is told once is not told again. ``payload`` is
    ``{subject, text}``. ``next_try`` is when it is due. ``attempts`` counts from 0 again when an operator tries again.
    ``told_how`` is a code of ``HOWS``; of a notice that was told another way ``recipient`` is masked.
    After ``useless_after`` it is not sent any more; None: it never gets useless.
    """

    __tablename__ = "outbox"
    recipient: Mapped[str]
    channel: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    first_due: Mapped[datetime]
    next_try: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")
    useless_after: Mapped[datetime | None]
    told_how: Mapped[str] = mapped_column(default="", server_default=text("''"))
    told_whom: Mapped[str] = mapped_column(default="", server_default=text("''"))
    told_on: Mapped[date | None]
    closed_by_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        CheckConstraint(one_of("channel", (EMAIL, SMS)), name="channel"),
        CheckConstraint(one_of("state", (WAITING, SENT, FAILED, GIVEN_UP, TOLD, EXPIRED)), name="state"),
        CheckConstraint("(state IN ('sent', 'given_up', 'told', 'expired')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint(
            "(state = 'told') = (told_how <> '' AND told_whom <> '' AND told_on IS NOT NULL AND closed_by_name <> '')",
            name="told",
        ),
        Index("ix_outbox_due", "next_try", "id", postgresql_where=in_states(TO_SEND)),
        Index("ix_outbox_state", "state", "id"),
        access(RIGHTS, POSTED),
    )

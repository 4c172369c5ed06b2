"""The exam day: lots, scans and sittings."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, MessageJson, Tenant, one_of
from examops.core.language import Message
from examops.core.table_access import ADD_ONLY, NO_DELETE, access, across_bodies

NOT_ADMITTED = ("refused", "unsettled")  # scans that a desk counts: few of the many
HELD_ELSEWHERE = across_bodies("a session may be held at a site that is lent")


class LotDraw(Tenant, Base):
    """Seats by lot, drawn when the door opens: ``seed`` is what :class:`LotCommitment` bound, revealed.

    ``public_value`` is the signed head of the log of ``public_day``; ``unusable`` are codes of stations that broke in
    between. A draw from before commitments has none of the three.
    """

    __tablename__ = "lot_draw"
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"), unique=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]
    public_value: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_day: Mapped[date | None]
    unusable: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'::text[]"))
    __table_args__ = (access(NO_DELETE),)


class Lot(Tenant, Base):
    __tablename__ = "lot"
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id", info=HELD_ELSEWHERE))
    __table_args__ = (UniqueConstraint("turn_id", "workstation_id"), access(NO_DELETE))


class Scan(Tenant, Base):
    """Every scan, kept for good. A repeated nonce with the same reading gets the stored answer word for word.

    ``repeated``: the code of somebody who was admitted before. ``unsettled``: the coordinator decides, see
    :class:`ScanDecision`. ``judged_at``: the moment that counted; ``moment_doubt``: why that is the arrival, see
    checkin/moments.py. ``reading_digest``: of the code or ID number that was read.
    """

    __tablename__ = "scan"
    session_id: Mapped[int]
    booking_id: Mapped[int | None]
    desk: Mapped[str]
    operator_uid: Mapped[uuid.UUID]
    nonce: Mapped[uuid.UUID] = mapped_column(unique=True)
    via: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    answer: Mapped[dict[str, Any]] = mapped_column(MessageJson)
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    judged_at: Mapped[datetime | None]
    moment_doubt: Mapped[str | None]
    reading_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    device_uid: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("outcome IN ('admitted','refused','repeated','unsettled')", name="outcome"),
        CheckConstraint("via IN ('camera','scanner','id_number')", name="via"),
        Index(None, "session_id", "received_at"),
        Index("ix_scan_not_admitted", "session_id", postgresql_where=text(one_of("outcome", NOT_ADMITTED))),
        access(ADD_ONLY),
    )


class ScanFrame(Tenant, Base):
    """What the room's camera saw when a ticket was scanned, cut from verified footage. Kept as long as that footage.

    Without ``object_key``: the footage is there and this picture cannot be decoded. Keys to no scan or segment:
    nothing holds those in place.
    """

    __tablename__ = "scan_frame"
    scan_id: Mapped[int] = mapped_column(unique=True)
    session_id: Mapped[int]
    booking_id: Mapped[int]
    camera_label: Mapped[str]
    segment_uid: Mapped[uuid.UUID]
    taken_at: Mapped[datetime]
    object_key: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        CheckConstraint("object_key = '' OR (size > 0 AND sha256 IS NOT NULL)", name="picture"),
        Index(None, "session_id", "booking_id"),
        access(ADD_ONLY),
    )


class ScanDecision(Tenant, Base):
    """What a coordinator decided about an unsettled scan. Keys to no scan: nothing holds scans in place."""

    __tablename__ = "scan_decision"
    scan_id: Mapped[int] = mapped_column(unique=True)
    session_id: Mapped[int]
    admitted: Mapped[bool]
    note: Mapped[str]
    decided_by_uid: Mapped[uuid.UUID]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    __table_args__ = (access(ADD_ONLY),)


class Sitting(Tenant, Base):
    """One candidate's time in the room, from scan to hand-in.

    ``turned_away_at``: somebody else stood at the door with this ticket; ``left_at`` is set with it.
    """

    __tablename__ = "sitting"
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id"))
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id", info=HELD_ELSEWHERE))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    admitted_by: Mapped[str]
    identity_doubt: Mapped[Message] = mapped_column(default=Message(""))
    turned_away_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("left_at IS NULL OR left_at >= entered_at", name="times"),
        Index("ix_sitting_turned_away", "session_id", postgresql_where=text("turned_away_at IS NOT NULL")),
        access(NO_DELETE),
    )


class SeatMove(Tenant, Base):
    """Somebody who sat at a workstation that went out of service was moved to another one. Added, never changed."""

    __tablename__ = "seat_move"
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    from_workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id", info=HELD_ELSEWHERE))
    to_workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id", info=HELD_ELSEWHERE))
    reason: Mapped[str]
    moved_at: Mapped[datetime]
    moved_by: Mapped[str]
    moved_by_uid: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("from_workstation_id <> to_workstation_id AND reason <> ''", name="moved"),
        access(ADD_ONLY),
    )


class IdentityCheck(Tenant, Base):
    """Somebody compared the face with the ticket: ``same``, ``other``, or ``withdrawn`` (a second person undid it)."""

    __tablename__ = "identity_check"
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    result: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    checked_by_uid: Mapped[uuid.UUID]
    checked_by: Mapped[str]
    checked_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("result IN ('same','other','withdrawn')", name="result"), access(ADD_ONLY))


class SittingExit(Tenant, Base):
    __tablename__ = "sitting_exit"
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    left_at: Mapped[datetime]
    back_at: Mapped[datetime | None]
    reason: Mapped[str]

"""Sessions with groups, turns and bookings: what applications are placed into."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import levels_check
from examops.core.database import Base, MessageJson, Row, Tenant, in_states, one_of, overlap_guard
from examops.core.language import Message, message
from examops.core.table_access import DELETED_BY_PAGES, NO_DELETE, access, across_bodies
from examops.sessions.states import LIVE_BOOKING, BookingState, SessionState

# Twenty turns of ten hours with their pauses are the most a plan may ask for; nothing that runs began earlier.
LONGEST_SESSION = timedelta(days=12)
HELD_ELSEWHERE = across_bodies("a session may be held at a site that is lent; the database asks for the agreement")
# Everybody had a place all the time, was moved to one, or gets none here; or what was out works again.
SETTLEMENTS = ("enough", "moved", "none", "put_back")
PARTS = "part IN ('theory','skill','review')"


class ExamSession(Tenant, Base):
    """场次: room × time × staff × cameras. ``district`` is the site's."""

    __tablename__ = "exam_session"
    number: Mapped[str] = mapped_column(unique=True)
    batch_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", info=HELD_ELSEWHERE))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", info=HELD_ELSEWHERE))
    title: Mapped[Message]
    # The exclusive time of the room, set-up and clearing included; `starts_at`..`ends_at` is the exam itself.
    during: Mapped[Range[datetime]]
    desk_opens_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=SessionState.DRAFT)
    bookings_close_at: Mapped[datetime]
    notes: Mapped[str] = mapped_column(default="")
    # The lead time counts from here, also when the office returns the declaration and it is declared anew.
    first_declared_on: Mapped[date | None]
    # Why the session does not start though its desk is due: one Message each, and since when.
    start_held: Mapped[list[Any]] = mapped_column(MessageJson, default=list, server_default=text("'[]'::jsonb"))
    start_held_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", SessionState), name="state"),
        CheckConstraint("desk_opens_at <= starts_at AND starts_at < ends_at", name="times"),
        ForeignKeyConstraint(["batch_id", "body_id"], ["batch.id", "batch.body_id"], name="fk_exam_session_batch"),
        UniqueConstraint("id", "body_id"),
        UniqueConstraint("id", "during"),
        overlap_guard("no_overlap_room", "room_id", "state NOT IN ('cancelled','void')"),
        Index(None, "body_id", "starts_at", "id"),
        Index(None, "district", "starts_at"),
        Index(None, "starts_at", "id"),
        Index(None, "state", "starts_at", "id"),
        # Range operators are not pushed below row-level security: what holds a room is found by the number alone.
        Index(None, "room_id", "starts_at"),
        Index(None, "batch_id"),
    )

    @property
    def words(self) -> Message:
        """Number and title, as the log names a session."""
        return message("{number} {title}", number=self.number, title=self.title)


class SessionGroup(Tenant, Base):
    """One occupation, level, part and paper inside a session. ``number`` counts within the session, from 1."""

    __tablename__ = "session_group"
    session_id: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    occupation_code: Mapped[str]
    level: Mapped[str]
    part: Mapped[str]
    standard_version: Mapped[str]
    paper: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint(PARTS, name="part"),
        ForeignKeyConstraint(
            ["session_id", "body_id"], ["exam_session.id", "exam_session.body_id"], name="fk_session_group_session"
        ),
        UniqueConstraint("session_id", "occupation_code", "level", "part"),
        CheckConstraint(levels_check("level"), name="level"),
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("id", "body_id"),
        access(DELETED_BY_PAGES),
    )


class Turn(Tenant, Base):
    """轮次. The database itself refuses more confirmed bookings than places.

    ``number`` counts through the whole session by time, so that "第 3 轮" is one turn, whatever the group.
    """

    __tablename__ = "turn"
    session_id: Mapped[int]
    group_id: Mapped[int] = mapped_column(ForeignKey("session_group.id"), index=True)
    number: Mapped[int]
    during: Mapped[Range[datetime]]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    factors: Mapped[list[Any]] = mapped_column(MessageJson, default=list)
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="not_overbooked"),
        ForeignKeyConstraint(
            ["session_id", "body_id"], ["exam_session.id", "exam_session.body_id"], name="fk_turn_session"
        ),
        UniqueConstraint("session_id", "group_id", "number"),
        UniqueConstraint("id", "body_id"),
        access(DELETED_BY_PAGES),
    )


class SessionDuty(Tenant, Base):
    """A person on duty. Nobody is in two places: the constraint looks at every live duty of the person, at any body.

    ``person_id`` is that of the member and follows it; the database fills it (function ``duty_person``). ``serves``
    are the numbers of the groups this person is there for; empty means all of them.
    """

    __tablename__ = "session_duty"
    session_id: Mapped[int]
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_member.id", info=across_bodies("an examiner or supervisor may be lent by another body"))
    )
    person_id: Mapped[int] = mapped_column(server_default=FetchedValue())
    role: Mapped[str]
    serves: Mapped[list[int]] = mapped_column(default=list)
    during: Mapped[Range[datetime]]
    is_released: Mapped[bool] = mapped_column(default=False)
    signed_in_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("role IN ('leader','examiner','proctor','internal_supervisor','supervisor')", name="role"),
        ForeignKeyConstraint(
            ["session_id", "during"],
            ["exam_session.id", "exam_session.during"],
            name="fk_session_duty_session",
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["staff_id", "person_id"],
            ["staff_member.id", "staff_member.person_id"],
            name="fk_session_duty_person",
            onupdate="CASCADE",
            info=across_bodies("an examiner or supervisor may be lent by another body"),
        ),
        overlap_guard("no_overlap_duty", "person_id", "NOT is_released"),
        Index(None, "session_id"),
        Index(None, "staff_id"),
        Index(None, "person_id"),
        access(DELETED_BY_PAGES),
    )


class CityDuty(Row, Base):
    """Somebody of the city goes to a session: nobody else than the city's offices sees it beforehand.

    Nobody is in two places: a constraint looks at the city's duties of the person, a trigger (``duty_elsewhere``) at
    those that bodies plan. A session that is cancelled or void gives them back.
    """

    __tablename__ = "city_duty"
    session_id: Mapped[int]
    city_person_id: Mapped[int]
    person_id: Mapped[int]
    during: Mapped[Range[datetime]]
    is_released: Mapped[bool] = mapped_column(default=False)
    assigned_by: Mapped[str]
    assigned_by_uid: Mapped[uuid.UUID | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "during"],
            ["exam_session.id", "exam_session.during"],
            name="fk_city_duty_session",
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["city_person_id", "person_id"],
            ["city_person.id", "city_person.person_id"],
            name="fk_city_duty_person",
            onupdate="CASCADE",
        ),
        overlap_guard("no_overlap_city_duty", "person_id", "NOT is_released"),
        Index(None, "session_id"),
        Index(None, "city_person_id"),
        Index(None, "person_id"),
        access(NO_DELETE, policies={"scope": "USING ((SELECT scope_everything()))"}),
    )


class SessionStation(Tenant, Base):
    """A workstation held by a session. ``serves`` are the numbers of the groups that use it; empty means all."""

    __tablename__ = "session_station"
    session_id: Mapped[int]
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id", info=HELD_ELSEWHERE))
    serves: Mapped[list[int]] = mapped_column(default=list)
    during: Mapped[Range[datetime]]
    is_released: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "during"],
            ["exam_session.id", "exam_session.during"],
            name="fk_session_station_session",
            onupdate="CASCADE",
        ),
        overlap_guard("no_overlap_workstation", "workstation_id", "NOT is_released"),
        Index(None, "session_id"),
        Index(None, "workstation_id"),
        access(DELETED_BY_PAGES),
    )


class Booking(Tenant, Base):
    """An application's part placed into a turn. ``during`` is the turn's, so that nobody sits in two rooms at once."""

    __tablename__ = "booking"
    application_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[str]
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    turn_id: Mapped[int]
    during: Mapped[Range[datetime]]
    state: Mapped[str] = mapped_column(default=BookingState.HELD)
    hold_until: Mapped[datetime | None]
    # 拟缺考: set by the clock, decided by a person; the state does not change by itself.
    no_show_proposed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", BookingState), name="state"),
        CheckConstraint(PARTS, name="part"),
        ForeignKeyConstraint(
            ["application_id", "body_id"], ["application.id", "application.body_id"], name="fk_booking_application"
        ),
        ForeignKeyConstraint(["turn_id", "body_id"], ["turn.id", "turn.body_id"], name="fk_booking_turn"),
        Index(
            "uq_booking_live",
            "application_id",
            "part",
            unique=True,
            postgresql_where=text(in_states(LIVE_BOOKING)),
        ),
        overlap_guard("no_overlap_person", "person_id", in_states(LIVE_BOOKING)),
        Index(None, "session_id", "id"),
        Index(None, "turn_id", "state"),
        Index(None, "application_id"),
        Index("ix_booking_held", "hold_until", postgresql_where=text("state = 'held'")),
        Index("ix_booking_expected", "session_id", postgresql_where=text("state = 'confirmed'")),
        access(NO_DELETE),
    )


class SessionBreak(Tenant, Base):
    """停用影响: a session that something out of service breaks, and who knows of it.

    ``act_uid`` names the act that took ``stations`` (codes) and ``cameras`` (labels) out of service. ``people`` have no
    place because of it. ``told``: who was sent a notice, a name each. It is settled when everybody has a place again,
    when somebody says that there is none, or when what was out is put back.
    """

    __tablename__ = "session_break"
    session_id: Mapped[int]
    act_uid: Mapped[uuid.UUID]
    stations: Mapped[list[str]]
    cameras: Mapped[list[str]]
    out_from: Mapped[datetime]
    out_until: Mapped[datetime | None]
    reason: Mapped[str]
    people: Mapped[int]
    known_by: Mapped[str]
    known_by_uid: Mapped[uuid.UUID | None]
    known_at: Mapped[datetime]
    told: Mapped[list[str]]
    settlement: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "body_id"], ["exam_session.id", "exam_session.body_id"], name="fk_session_break_session"
        ),
        CheckConstraint(one_of("settlement", ("", *SETTLEMENTS)), name="settlement"),
        CheckConstraint("(settlement = '') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("settlement <> 'none' OR note <> ''", name="none_says_why"),
        CheckConstraint("known_by <> '' AND people >= 0", name="known"),
        UniqueConstraint("session_id", "act_uid"),
        access(NO_DELETE),
    )


class Ticket(Tenant, Base):
    """准考证: one per application. The QR holds an opaque code; only its digest is searched, the code itself is
    kept sealed so that the ticket can be shown and printed again."""

    __tablename__ = "ticket"
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

"""缺考: the clock lists who did not come, a named person decides. A genuine late record always wins."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_
from examops.core.transitions import check_transition
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sessions.states import BOOKING_TRANSITIONS, BookingState
from examops.sessions.tags import Tag

CLAUSE = "系统规则 缺考"


class NotProposed(Conflict):
    code, message = "booking.no_show_not_proposed", N_("有人不在拟缺考名单里，或已经到了")
    advice = N_("刷新页面，看最新的拟缺考名单再确认")


def proposed_no_shows(session: ExamSession) -> list[Any]:
    """Rows of (booking, candidate, number of the turn) that wait for a decision."""
    query = (
        select(Booking, Candidate, Turn.number.label("turn"))
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .where(Booking.session_id == session.id, Booking.state == BookingState.CONFIRMED)
        .where(Booking.no_show_proposed_at.is_not(None))
        .order_by(Turn.number, Booking.id)
    )
    return list(db.session.execute(query).all())


def confirm_no_shows(session: ExamSession, booking_uids: Collection[UUID], *, actor: Actor) -> int:
    """All of them or none. Raises :class:`NotProposed` where somebody was never listed, or came meanwhile."""
    query = select(Booking).where(
        Booking.session_id == session.id, Booking.uid.in_(booking_uids), Booking.no_show_proposed_at.is_not(None)
    )
    rows = db.session.execute(query.order_by(Booking.id).with_for_update()).scalars().all()
    if len(rows) < len(set(booking_uids)) or any(row.state != BookingState.CONFIRMED for row in rows):
        raise NotProposed(clause=CLAUSE)
    for booking in rows:
        check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.NO_SHOW)
        booking.state = BookingState.NO_SHOW
        record(Tag.NO_SHOW_CONFIRMED, actor, booking, words=session.number)
    db.session.flush()
    return len(rows)

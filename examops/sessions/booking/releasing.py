"""Giving places back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select, update

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.language import N_
from examops.core.transitions import check_transition
from examops.sessions.booking.asking import must_be_unlocked
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sessions.refusals import NoSuchTurn
from examops.sessions.states import BOOKING_TRANSITIONS, BookingState
from examops.sessions.tags import Tag

# What a turn takes in by its tightest limit. One that holds more people than that must not offer a place given back.
ALLOWS = cast(func.jsonb_extract_path_text(Turn.factors, "0", "allows"), BigInteger)
ONE_LESS = {"taken": Turn.taken - 1, "capacity": func.greatest(Turn.taken - 1, func.least(Turn.capacity, ALLOWS))}


def release(booking_uid: UUID, *, reason: str, actor: Actor) -> Booking:
    """Give a place back. Only the booking's own row is locked, so that two who press at once free one place.
    Releasing what was released changes nothing. Raises :class:`RosterLocked` once the session is declared."""
    booking = _locked(booking_uid)
    if booking.state == BookingState.CANCELLED:
        return booking
    must_be_unlocked(db.session.get_one(ExamSession, booking.session_id, populate_existing=True).state)
    return give_back(booking, reason=reason, actor=actor)


def expire_hold(booking_uid: UUID, *, reason: str, actor: Actor) -> Booking:
    """Give a held place back that nobody confirmed in time: it was never on the roster, whatever became of that."""
    booking = _locked(booking_uid)
    return give_back(booking, reason=reason, actor=actor) if booking.state == BookingState.HELD else booking


def _locked(booking_uid: UUID) -> Booking:
    query = select(Booking).where(Booking.uid == booking_uid).with_for_update()
    booking = db.session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if booking is None:
        raise NoSuchTurn(N_("没有找到这个预约"))
    return booking


def give_back(booking: Booking, *, reason: str, actor: Actor) -> Booking:
    """The act itself, for a booking that the caller has locked and may release."""
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CANCELLED)
    booking.state = BookingState.CANCELLED
    db.session.flush()
    db.session.execute(update(Turn).where(Turn.id == booking.turn_id).values(**ONE_LESS))
    record(Tag.BOOKING_RELEASED, actor, booking, words=reason)
    return booking

"""Letting somebody in: the seat drawn for them, the sitting that begins, and what the desk shows of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from examops.checkin.answers import admitted_answer
from examops.checkin.finding import ScanMatch
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot, Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.locking import lock_all
from examops.core.transitions import check_transition
from examops.sessions import BOOKING_TRANSITIONS, BookingState
from examops.sessions.capacity import turn_stations
from examops.sessions.models import Booking, ExamSession, Turn


def admit(session: ExamSession, found: ScanMatch, at: datetime, *, actor: Actor, clock: Clock) -> dict[str, Any]:
    """Seat a person who came at the moment ``at``; the answer for the desk."""
    booking, turn = found.booking, found.turn
    assert booking
    assert turn
    draw_lots(turn, session, actor=actor, clock=clock)
    station_id = _station_of(booking, turn, session)
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CHECKED_IN)
    booking.state = BookingState.CHECKED_IN
    sitting = Sitting(
        **owner_of(booking),
        booking_id=booking.id,
        session_id=session.id,
        turn_id=turn.id,
        workstation_id=station_id,
        entered_at=at,
        admitted_by=actor.name,
    )
    db.session.add(sitting)
    db.session.flush()
    return admitted_answer(session, found.candidate, found.application, turn, station_id, at)


def seated_answer(session: ExamSession, found: ScanMatch) -> dict[str, Any]:
    """The same for somebody who is in already."""
    assert found.booking
    assert found.turn
    query = select(Sitting).where(Sitting.booking_id == found.booking.id)
    sitting = db.session.execute(query).scalar_one()
    seat, at = sitting.workstation_id, sitting.entered_at
    return admitted_answer(session, found.candidate, found.application, found.turn, seat, at)


def _station_of(booking: Booking, turn: Turn, session: ExamSession) -> int:
    """The drawn station; for somebody booked after the draw the first one left over, by code."""
    drawn = db.session.execute(select(Lot.workstation_id).where(Lot.booking_id == booking.id)).scalar()
    if drawn is not None:
        return int(drawn)
    lock_all(("lots", turn.id))
    taken = set(db.session.execute(select(Lot.workstation_id).where(Lot.turn_id == turn.id)).scalars())
    free = next(station.id for station in turn_stations(session, turn) if station.id not in taken)
    owner = owner_of(turn)
    db.session.add(Lot(**owner, turn_id=turn.id, booking_id=booking.id, workstation_id=free))
    db.session.flush()
    return free

"""Letting somebody in: the seat drawn for them, the sitting that begins, and what the desk shows of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, insert, select, update

from examops.checkin.finding import Place
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot, Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of, table_of
from examops.core.language import Message
from examops.core.locking import lock_all
from examops.core.transitions import check_transition
from examops.sessions import BOOKING_TRANSITIONS, BookingState
from examops.sessions.capacity import turn_stations
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Workstation

_SITTING = table_of(Sitting)
_COLUMNS = ("uid", "body_id", "district", "booking_id", "session_id", "turn_id", "workstation_id", "entered_at")
_SET = (*_COLUMNS, "admitted_by", "identity_doubt")
_BOOKING = table_of(Booking)
# What admits somebody, with parameters named ``sitting_…``: check-in writes both together with the scan (storing.py).
IS_IN = (
    update(_BOOKING)
    .where(_BOOKING.c.id == bindparam("sitting_booking_id", type_=BigInteger))
    .values(state=bindparam("booking_state", type_=Text))
)
UNMOVED = (
    _BOOKING.c.state == bindparam("booking_before", type_=Text),
    _BOOKING.c.turn_id == bindparam("sitting_turn_id", type_=BigInteger),
)
SITTING = {name: bindparam(f"sitting_{name}", type_=_SITTING.c[name].type) for name in _SET}
BEGINS = insert(_SITTING).inline().values(SITTING)


def seated(place: Place, session: ExamSession, *, actor: Actor, clock: Clock) -> Place:
    """The same with a seat: drawn now where nobody of the turn has come yet; for somebody booked after the draw the
    first station left over, by code."""
    if place.station_id is not None:
        return place
    turn = db.session.get_one(Turn, place.turn_id)
    if not place.is_drawn:
        draw_lots(turn, session, actor=actor, clock=clock)
    station_id, seat = _drawn(place) or _left_over(place, turn, session)
    return replace(place, is_drawn=True, station_id=station_id, seat=seat)


def values_of_sitting(place: Place, at: datetime, actor: Actor) -> dict[str, Any]:
    """The parameters of ``IS_IN``, ``UNMOVED`` and ``BEGINS`` for who came at the moment ``at`` and has a seat."""
    check_transition(BOOKING_TRANSITIONS, place.state, BookingState.CHECKED_IN)
    values = {
        "uid": uuid.uuid4(),
        **owner_of(place),
        "booking_id": place.id,
        "session_id": place.session_id,
        "turn_id": place.turn_id,
        "workstation_id": place.station_id,
        "entered_at": at,
        "admitted_by": actor.name,
        "identity_doubt": Message(""),
    }
    states = {"booking_before": str(place.state), "booking_state": BookingState.CHECKED_IN.value}
    return {**states, **{f"sitting_{name}": one for name, one in values.items()}}


def admit(place: Place, session: ExamSession, at: datetime, *, actor: Actor, clock: Clock) -> None:
    """Seat a person without a scan of their own."""
    values = values_of_sitting(seated(place, session, actor=actor, clock=clock), at, actor)
    for statement in (IS_IN, BEGINS):
        db.session.execute(statement, values)


def _drawn(place: Place) -> tuple[int, str] | None:
    query = select(Workstation.id, Workstation.code).join(Lot, Lot.workstation_id == Workstation.id)
    row = db.session.execute(query.where(Lot.booking_id == place.id)).one_or_none()
    return (row.id, row.code) if row else None


def _left_over(place: Place, turn: Turn, session: ExamSession) -> tuple[int, str]:
    lock_all(("lots", turn.id))
    taken = set(db.session.execute(select(Lot.workstation_id).where(Lot.turn_id == turn.id)).scalars())
    free = next(station for station in turn_stations(session, turn) if station.id not in taken)
    db.session.add(Lot(**owner_of(turn), turn_id=turn.id, booking_id=place.id, workstation_id=free.id))
    db.session.flush()
    return free.id, free.code

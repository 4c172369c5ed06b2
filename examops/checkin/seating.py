"""Letting somebody in: the seat drawn for them, the sitting that begins, and what the desk shows of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, insert, or_, select, update

from examops.audit import record
from examops.checkin.finding import Place
from examops.checkin.lots import draw_lots
from examops.checkin.models import Lot, Sitting
from examops.checkin.outages import is_out
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of, table_of
from examops.core.errors import Conflict
from examops.core.language import N_, Message, message
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


class NoSeatLeft(Conflict):
    code, message = "seating.none_left", N_("这一轮没有能用的空工位了")
    advice = N_("请考生在候考区等，考务在场次页把人换到别的轮次")


def seated(place: Place, session: ExamSession, *, actor: Actor, clock: Clock) -> Place:
    """The same with a seat: drawn now where nobody did so when the door opened (opening.py); for somebody booked after
    the draw the first station left over, by code."""
    if place.station_id is not None:
        return place
    turn = db.session.get_one(Turn, place.turn_id)
    if not place.is_drawn:
        draw_lots(turn, session, actor=actor, clock=clock)
    station_id, seat = _drawn(place) or _left_over(place, turn, session, actor)
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
    """None also where it has gone out of service since."""
    query = select(Workstation.id, Workstation.code).join(Lot, Lot.workstation_id == Workstation.id)
    query = query.join(Turn, Turn.id == Lot.turn_id).where(Lot.booking_id == place.id)
    row = db.session.execute(query.where(~is_out(Workstation.id, Turn.during))).one_or_none()
    return (row.id, row.code) if row else None


def _left_over(place: Place, turn: Turn, session: ExamSession, actor: Actor) -> tuple[int, str]:
    """The first station that nobody of the turn was drawn for and nobody sits at. Raises NoSeatLeft."""
    lock_all(("lots", turn.id))
    free = next(iter(free_stations(turn, session)), None)
    if free is None:
        raise NoSeatLeft()
    lots = select(Lot).where(
        or_(Lot.booking_id == place.id, (Lot.turn_id == turn.id) & (Lot.workstation_id == free.id))
    )
    lot = db.session.execute(lots.order_by((Lot.booking_id == place.id).desc()).limit(1)).scalar_one_or_none()
    if lot is None:
        lot = Lot(**owner_of(turn), turn_id=turn.id, booking_id=place.id, workstation_id=free.id)
        db.session.add(lot)
        db.session.flush()
    else:  # what was drawn stays as it was drawn; the log and the sitting say where the person sits instead
        record(Tag.SEAT_REPLACED, actor, lot, words=message("{number} {seat}", number=session.number, seat=free.code))
    return free.id, free.code


def free_stations(turn: Turn, session: ExamSession) -> list[Workstation]:
    """Stations of the turn that work, were drawn for nobody who is still to come, and at which nobody sits. Call it
    behind the lock of the turn's lots."""
    awaited = select(Lot.workstation_id).join(Booking, Booking.id == Lot.booking_id)
    still_to_come = (Booking.turn_id == turn.id) & Booking.state.in_((BookingState.CONFIRMED, BookingState.HELD))
    taken = set(db.session.execute(awaited.where(Lot.turn_id == turn.id, still_to_come)).scalars())
    sitting = select(Sitting.workstation_id).where(
        Sitting.session_id == session.id, or_(Sitting.turn_id == turn.id, Sitting.left_at.is_(None))
    )
    taken |= set(db.session.execute(sitting).scalars())
    return [station for station in turn_stations(session, turn) if station.id not in taken]

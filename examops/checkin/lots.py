"""Seats by lot: bound when the declaration closed, drawn with a public value when the door opens, recomputable.

How: :mod:`examops.core.draws`. The public value is the signed head of the log of the newest day before the desk opens,
a day that was not over when the lots were committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from examops.audit import PublicHead, head_between, record
from examops.checkin.models import Lot, LotDraw
from examops.checkin.tags import Tag
from examops.core import draws
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.sessions import LIVE_BOOKING
from examops.sessions.capacity import turn_stations
from examops.sessions.lots import commitment_of_turn, secret_of
from examops.sessions.models import Booking, ExamSession, Turn


class TooFewStations(Conflict):
    code, message = "lots.too_few_stations", N_("可用工位少于已排考生，不能抽签")
    advice = N_("请考务在场次页把没有位子的人换到别的轮次，或恢复工位")


@dataclass(frozen=True)
class _Ground:
    """What a turn is drawn from. ``public`` is empty where no value was published after the commitment."""

    secret: bytes
    commitment: bytes
    people: Sequence[str]
    stations: Sequence[str]
    public: PublicHead | None


def draw_lots(
    turn: Turn,
    session: ExamSession,
    *,
    actor: Actor,
    clock: Clock,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> bool:
    """Draw once per turn; a second call changes nothing and returns False. Late bookings get the first station left
    over. Raises TooFewStations before anything is written."""
    if _is_drawn(turn):
        return False  # nobody waits here for the other desks
    lock_all(("lots", turn.id))
    if _is_drawn(turn):
        return False
    bookings = {str(booking.uid): booking.id for booking in _bookings(turn)}
    stations = {station.code: station.id for station in turn_stations(session, turn)}
    if len(stations) < len(bookings):
        raise TooFewStations(bookings=len(bookings), stations=len(stations))
    ground = _ground(turn, session, list(bookings), list(stations), randomness)
    unusable = sorted(set(ground.stations) - set(stations))
    public = ground.public.digest if ground.public else b""
    chosen = draws.allot(ground.secret, public, ground.people, ground.stations, unusable)
    draw = _keep(turn, ground, unusable, clock)
    owner = {**owner_of(turn), "turn_id": turn.id}
    # Who gave the place back after all, or broke the list in another way, keeps a line on the page and no seat.
    db.session.add_all(
        Lot(**owner, booking_id=bookings[uid], workstation_id=stations[code])
        for uid, code in chosen.items()
        if uid in bookings
    )
    db.session.flush()
    words = message(N_("{session} 第 {turn} 轮"), session=session.number, turn=turn.number)
    record(Tag.LOTS_DRAWN, actor, draw, words=words, commitment=ground.commitment.hex(), people=len(bookings))
    return True


def _ground(
    turn: Turn, session: ExamSession, people: list[str], stations: list[str], randomness: Callable[[int], bytes]
) -> _Ground:
    """As committed; a turn approved before commitments were made is bound only now, and its page says so."""
    found = commitment_of_turn(turn)
    if found is None:
        secret = randomness(draws.SECRET_BYTES)
        return _Ground(secret, draws.commit(secret, people, stations), people, stations, None)
    head = head_between(local_day(found.committed_at), _opening_day(session))
    return _Ground(secret_of(found), bytes(found.commitment), found.people, found.stations, head)


def _opening_day(session: ExamSession) -> date:
    """The first day on which anybody may draw, so that whoever draws finds the same newest day before it."""
    return local_day(session.desk_opens_at)


def _keep(turn: Turn, ground: _Ground, unusable: list[str], clock: Clock) -> LotDraw:
    draw = LotDraw(
        **owner_of(turn),
        turn_id=turn.id,
        seed=ground.secret,
        commitment=ground.commitment,
        drawn_at=clock.now(),
        public_value=ground.public.digest if ground.public else None,
        public_day=ground.public.day if ground.public else None,
        unusable=unusable,
    )
    db.session.add(draw)
    db.session.flush()
    return draw


def _is_drawn(turn: Turn) -> bool:
    return db.session.execute(select(LotDraw.id).where(LotDraw.turn_id == turn.id)).scalar() is not None


def _bookings(turn: Turn) -> list[Booking]:
    query = select(Booking).where(Booking.turn_id == turn.id, Booking.state.in_(LIVE_BOOKING)).order_by(Booking.id)
    return list(db.session.execute(query).scalars())

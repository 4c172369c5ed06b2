"""Seats by lot: fixed and committed when the door opens, so that the desk only reveals them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import select

from examops.audit import record
from examops.checkin.models import Lot, LotDraw
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.sessions import LIVE_BOOKING
from examops.sessions.capacity import turn_stations
from examops.sessions.models import Booking, ExamSession, Turn


class TooFewStations(Conflict):
    code, message = "lots.too_few_stations", N_("可用工位少于已排考生，不能抽签")
    advice = N_("先把多出的人换到别的轮次，或修好工位")


def allot(seed: bytes, bookings: Sequence[str], stations: Sequence[str]) -> dict[str, str]:
    """Booking uid → station code. Anybody with seed and lists gets the same: stations sorted by SHA-256(seed, code)."""
    shuffled = sorted(stations, key=lambda code: hashlib.sha256(seed + code.encode()).digest())
    return dict(zip(sorted(bookings), shuffled, strict=False))


def commitment_of(seed: bytes, bookings: Sequence[str], stations: Sequence[str]) -> bytes:
    """What is published before anybody enters: it binds the seed and both lists."""
    lists = "\n".join([*sorted(bookings), "--", *sorted(stations)])
    return hashlib.sha256(seed + lists.encode()).digest()


def draw_lots(
    turn: Turn,
    session: ExamSession,
    *,
    actor: Actor,
    clock: Clock,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> None:
    """Draw once per turn; a second call changes nothing. Late bookings get the first station left over."""
    if _is_drawn(turn):
        return  # all but the first scan of a turn: nobody waits here for the other desks
    lock_all(("lots", turn.id))
    if _is_drawn(turn):
        return
    bookings = _bookings(turn)
    stations = {station.code: station.id for station in turn_stations(session, turn)}
    if len(stations) < len(bookings):
        raise TooFewStations(bookings=len(bookings), stations=len(stations))
    seed, uids = randomness(32), [str(booking.uid) for booking in bookings]
    owner = {**owner_of(turn), "turn_id": turn.id}
    commitment = commitment_of(seed, uids, list(stations))
    draw = LotDraw(**owner, seed=seed, commitment=commitment, drawn_at=clock.now())
    db.session.add(draw)
    chosen = allot(seed, uids, list(stations))
    db.session.add_all(
        Lot(**owner, booking_id=booking.id, workstation_id=stations[chosen[str(booking.uid)]]) for booking in bookings
    )
    db.session.flush()
    words = message(N_("{session} 第 {turn} 轮"), session=session.number, turn=turn.number)
    record(Tag.LOTS_DRAWN, actor, draw, words=words, commitment=commitment.hex(), people=len(bookings))


def _is_drawn(turn: Turn) -> bool:
    return db.session.execute(select(LotDraw.id).where(LotDraw.turn_id == turn.id)).scalar() is not None


def _bookings(turn: Turn) -> list[Booking]:
    query = select(Booking).where(Booking.turn_id == turn.id, Booking.state.in_(LIVE_BOOKING)).order_by(Booking.id)
    return list(db.session.execute(query).scalars())

"""Binding the seats of a session: one secret a turn, committed to while nobody can know the public value."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import select

from examops.audit import record
from examops.core import draws
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.extensions import keyring
from examops.core.language import N_, message
from examops.sessions.capacity import turn_stations
from examops.sessions.lots.models import LotCommitment
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sessions.states import LIVE_BOOKING
from examops.sessions.tags import Tag


def commit_lots(
    session: ExamSession, *, actor: Actor, clock: Clock, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> list[LotCommitment]:
    """Commit each turn of a session to its people and workstations as they stand; the log keeps the commitments."""
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars()
    return [_commit(turn, session, randomness(draws.SECRET_BYTES), actor, clock) for turn in turns]


def commitment_of_turn(turn: Turn) -> LotCommitment | None:
    """The newest; None for a turn of a session that was approved before commitments were made."""
    query = select(LotCommitment).where(LotCommitment.turn_id == turn.id).order_by(LotCommitment.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def secret_of(commitment: LotCommitment) -> bytes:
    """What the commitment binds; for the draw itself and for nobody before."""
    return bytes.fromhex(keyring().open(commitment.seed_sealed, place_of_seed(commitment.turn_id)))


def place_of_seed(turn_id: int) -> str:
    """What the sealed secret of a turn is bound to."""
    return f"lot_commitment.seed_sealed.{turn_id}"


def _commit(turn: Turn, session: ExamSession, secret: bytes, actor: Actor, clock: Clock) -> LotCommitment:
    booked = select(Booking.uid).where(Booking.turn_id == turn.id, Booking.state.in_(LIVE_BOOKING))
    people = sorted(str(uid) for uid in db.session.execute(booked).scalars())
    stations = sorted(station.code for station in turn_stations(session, turn))
    row = LotCommitment(
        **owner_of(turn),
        turn_id=turn.id,
        commitment=draws.commit(secret, people, stations),
        seed_sealed=keyring().seal(secret.hex(), place_of_seed(turn.id)),
        people=people,
        stations=stations,
        committed_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    words = message(N_("{session} 第 {turn} 轮"), session=session.number, turn=turn.number)
    record(Tag.LOTS_COMMITTED, actor, row, words=words, commitment=row.commitment.hex(), people=len(people))
    return row

"""Where people without a place can go: another turn of their group, or a session of their batch that takes bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.core.refusals import constraints_as
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.booking.asking import BOOKABLE
from examops.sessions.booking.service import turn_full
from examops.sessions.capacity.limits import capacity
from examops.sessions.capacity.resources import measured, recount
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sessions.outages.breaks import settle_moved
from examops.sessions.refusals import CONSTRAINTS, NoSuchTurn, WrongGroup
from examops.sessions.states import LIVE_BOOKING, BookingState
from examops.sessions.tags import Tag
from examops.sessions.turn_locks import lock_turns

MOVABLE = (BookingState.HELD, BookingState.CONFIRMED)


class TurnHasBegun(Conflict):
    code, message, advice = "booking.turn_begun", N_("这一轮已经开始"), N_("换一轮还没有开始的")


@dataclass(frozen=True)
class Target:
    """A turn that has places left."""

    turn: Turn
    session: ExamSession
    free: int


def people_to_move(session: ExamSession, rules: Rulebook) -> list[tuple[Turn, int, list[Any]]]:
    """Turns that hold more people than they have places for, with how many too many, and rows of (Booking, Candidate)
    of those who have not come yet, whoever was placed last first."""
    people = _people(session)
    found = []
    for turn, limits in measured(session, rules):
        live = people.get(turn.id, [])
        too_many = len(live) - capacity(limits)
        if too_many > 0:
            waiting = [row for row in live if row.Booking.state in MOVABLE]
            found.append((turn, too_many, waiting))
    return found


def targets_of(turn: Turn, session: ExamSession, clock: Clock) -> list[Target]:
    """Turns that have not begun, with a place left: of the same group first, then of other sessions of the batch that
    still take bookings."""
    group = db.session.get_one(SessionGroup, turn.group_id)
    takes = or_(ExamSession.id == session.id, ExamSession.state.in_(BOOKABLE))
    query = (
        select(Turn, ExamSession)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .join(ExamSession, ExamSession.id == Turn.session_id)
        .where(*_same(group), ExamSession.batch_id == session.batch_id, takes, Turn.id != turn.id)
        .where(Turn.taken < Turn.capacity, func.lower(Turn.during) > clock.now())
        .order_by((ExamSession.id != session.id), func.lower(Turn.during), Turn.id)
        .limit(40)
    )
    rows = db.session.execute(query)
    return [Target(row.Turn, row.ExamSession, row.Turn.capacity - row.Turn.taken) for row in rows]


def move_people(
    bookings: Sequence[UUID], target: UUID, session: ExamSession, *, actor: Actor, clock: Clock, rules: Rulebook
) -> int:
    """Each of these people into the turn; all of them or, with a refusal, none. How many.

    They stay on the list that was declared: a session that takes no bookings any more moves people among its own turns
    only. When everybody of the session has a place again, what was open is settled.
    """
    rows = _movable(bookings, session)
    aimed_at = set(db.session.execute(select(Turn.id).where(Turn.uid == target)).scalars())
    lock_turns({*(row.turn_id for row in rows), *aimed_at})
    turn, other = _target(target, session, clock)
    for row in rows:
        db.session.refresh(row, with_for_update=True)
        _move(row, turn, other, actor)
    db.session.flush()
    recount(session, rules)
    if other.id != session.id:
        recount(other, rules)
    db.session.flush()
    if not people_to_move(session, rules):
        settle_moved(session, actor=actor, clock=clock)
    return len(rows)


def _people(session: ExamSession) -> dict[int, list[Any]]:
    query = (
        select(Booking, Candidate)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Booking.session_id == session.id, Booking.state.in_(LIVE_BOOKING))
        .order_by(Booking.id.desc())
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.Booking.turn_id, []).append(row)
    return found


def _same(group: SessionGroup) -> tuple[Any, ...]:
    names = ("body_id", "occupation_code", "level", "part")
    return tuple(getattr(SessionGroup, name) == getattr(group, name) for name in names)


def _movable(uids: Sequence[UUID], session: ExamSession) -> list[Booking]:
    query = select(Booking).where(Booking.uid.in_(uids), Booking.session_id == session.id).order_by(Booking.id)
    rows = list(db.session.execute(query).scalars())
    if not rows or len(rows) != len(set(uids)):
        raise NotFound(N_("有人已经不在这一场"), advice=N_("刷新页面，再勾选一次"))
    return rows


def _target(uid: UUID, session: ExamSession, clock: Clock) -> tuple[Turn, ExamSession]:
    query = select(Turn, ExamSession).join(ExamSession, ExamSession.id == Turn.session_id).where(Turn.uid == uid)
    query = query.with_for_update(read=True, of=ExamSession)  # a declaration waits, or is waited for
    row = db.session.execute(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None or row.ExamSession.batch_id != session.batch_id:
        raise NoSuchTurn()
    if row.ExamSession.id != session.id and row.ExamSession.state not in BOOKABLE:
        raise NoSuchTurn()
    if row.Turn.during.lower <= clock.now():
        raise TurnHasBegun()
    return row.Turn, row.ExamSession


def _move(booking: Booking, turn: Turn, other: ExamSession, actor: Actor) -> None:
    before = db.session.get_one(Turn, booking.turn_id, populate_existing=True)
    of_before, of_turn = (db.session.get_one(SessionGroup, one.group_id) for one in (before, turn))
    if booking.state not in MOVABLE:
        raise NotFound(N_("有人已经入场或退出"), advice=N_("刷新页面，再勾选一次"))
    if any(getattr(of_before, name) != getattr(of_turn, name) for name in ("occupation_code", "level", "part")):
        raise WrongGroup(part=booking.part)
    if turn.taken >= turn.capacity:
        raise turn_full(turn)
    with constraints_as(CONSTRAINTS):
        before.taken -= 1
        turn.taken += 1
        booking.turn_id, booking.session_id, booking.during = turn.id, other.id, turn.during
        db.session.flush()
    words = message(N_("{session} 第 {turn} 轮"), session=other.number, turn=turn.number)
    record(Tag.BOOKING_MOVED, actor, booking, words=words, before=before.number, after=turn.number)

"""Leaving and coming back, handing in, and undoing a hand-in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from config.rulebook import rulebook
from examops.audit import record
from examops.checkin.models import Sitting, SittingExit
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock, local, local_day
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_
from examops.core.transitions import check_transition
from examops.sessions import BOOKING_TRANSITIONS, BookingState, SessionState
from examops.sessions.models import Booking, ExamSession, Turn


class NotInTheRoom(Conflict):
    code, message, advice = "sitting.not_in_the_room", N_("这位考生现在不在场内"), N_("先扫码入场或登记返场")


class NotHandedIn(Conflict):
    code, message, advice = "sitting.not_handed_in", N_("这位考生没有交卷，不用撤销"), N_("刷新页面看最新状态")


class HandInStands(Conflict):
    code, message = "sitting.session_over", N_("场次已经结束，交卷不能再撤销")
    advice = N_("有出入请写进场次的情况说明")


def sitting_by_uid(uid: UUID, desks: ColumnElement[bool]) -> tuple[Sitting, ExamSession]:
    """The sitting and its session, if it is one of ``desks`` (a condition over sessions)."""
    query = select(Sitting, ExamSession).join(ExamSession, ExamSession.id == Sitting.session_id)
    found = db.session.execute(query.where(Sitting.uid == uid, desks).with_for_update(of=Sitting)).one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这位考生的入场记录"))
    return found.Sitting, found.ExamSession


def open_exit(sitting: Sitting) -> SittingExit | None:
    query = select(SittingExit).where(SittingExit.sitting_id == sitting.id, SittingExit.back_at.is_(None))
    return db.session.execute(query).scalar_one_or_none()


def leave(sitting: Sitting, *, reason: str, actor: Actor, clock: Clock) -> SittingExit:
    if sitting.left_at is not None or open_exit(sitting) is not None:
        raise NotInTheRoom()
    owner = owner_of(sitting)
    exit_ = SittingExit(**owner, sitting_id=sitting.id, left_at=clock.now(), reason=reason)
    db.session.add(exit_)
    record(Tag.SITTING_LEFT, actor, sitting, words=reason)
    return exit_


def come_back(sitting: Sitting, *, actor: Actor, clock: Clock) -> None:
    exit_ = open_exit(sitting)
    if exit_ is None:
        raise Conflict(N_("没有离场登记，不用登记返场"), advice=N_("刷新页面看最新状态"))
    exit_.back_at = clock.now()
    record(Tag.SITTING_BACK, actor, sitting, words=exit_.reason)


class TooEarlyToLeave(Conflict):
    code, message = "sitting.too_early_to_leave", N_("开考 {minutes} 分钟后才能交卷离场，{time} 起可以")
    advice = N_("请考生留在工位；身体不适等情况先登记“离场”")


def hand_in(sitting: Sitting, *, actor: Actor, clock: Clock) -> None:
    """The end of the sitting; an open exit ends with it. Raises :class:`TooEarlyToLeave`."""
    if sitting.left_at is not None:
        return
    booking = db.session.execute(select(Booking).where(Booking.id == sitting.booking_id)).scalar_one()
    _may_leave(booking, clock)
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.COMPLETED)
    exit_ = open_exit(sitting)
    if exit_ is not None:
        exit_.back_at = clock.now()
    sitting.left_at, booking.state = clock.now(), BookingState.COMPLETED
    record(Tag.SITTING_ENDED, actor, sitting)


def _may_leave(booking: Booking, clock: Clock) -> None:
    assert booking.during.lower
    rule = rulebook()["session.earliest_leave_minutes"].on(local_day(booking.during.lower))
    opens = booking.during.lower + timedelta(minutes=rule.value)
    if clock.now() < opens:
        raise TooEarlyToLeave(clause=rule.clause, minutes=rule.value, time=f"{local(opens):%H:%M}")


def hand_in_turn(turn: Turn, *, actor: Actor, clock: Clock) -> int:
    """The end for everybody of the turn who is still in; how many."""
    query = select(Sitting).where(Sitting.turn_id == turn.id, Sitting.left_at.is_(None)).order_by(Sitting.id)
    sittings = db.session.execute(query).scalars().all()
    for sitting in sittings:
        hand_in(sitting, actor=actor, clock=clock)
    return len(sittings)


def reopen(sitting: Sitting, session: ExamSession, *, actor: Actor) -> None:
    """Undo a hand-in that was a slip of the finger. Raises HandInStands once the session is over."""
    booking = db.session.execute(select(Booking).where(Booking.id == sitting.booking_id)).scalar_one()
    if sitting.turned_away_at is not None or booking.state != BookingState.COMPLETED:
        raise NotHandedIn()
    if session.state != SessionState.RUNNING:
        raise HandInStands()
    check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CHECKED_IN)
    sitting.left_at, booking.state = None, BookingState.CHECKED_IN
    record(Tag.SITTING_REOPENED, actor, sitting)

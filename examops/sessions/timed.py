"""What happens to sessions by the clock: bookings close, sessions begin and end, holds run out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.jobs import defer
from examops.core.language import N_, join_messages, message
from examops.sessions.booking.releasing import expire_hold
from examops.sessions.declarations.gate import start_refusals
from examops.sessions.models import Booking, ExamSession
from examops.sessions.states import BookingState, SessionState
from examops.sessions.tags import Tag
from examops.sessions.transitions import move_session

S = SessionState
CLOCKWORK = Actor.system(N_("定时任务"))
BATCH = 200


def close_bookings(clock: Clock) -> int:
    """Approved sessions whose booking time is over: the roster is final. Returns how many were closed."""
    approved = ExamSession.state.in_((S.APPROVED, S.OPEN))
    return _move_all(approved, ExamSession.bookings_close_at <= clock.now(), S.CLOSED, N_("排人截止，名单定稿"), clock)


def begin_sessions(clock: Clock) -> int:
    """Closed sessions whose desk opens now and whose panel is there; returns how many began.

    One without a lawful panel stays closed, says why on its pages and in the log, and is asked again a minute later.
    """
    due = select(ExamSession).where(ExamSession.state == S.CLOSED, ExamSession.desk_opens_at <= clock.now())
    rows = db.session.execute(due.limit(BATCH).with_for_update(skip_locked=True)).scalars().all()
    return sum(begin_session(session, clock) for session in rows)


def begin_session(session: ExamSession, clock: Clock) -> bool:
    """Start a session whose desk is due, or keep down why it cannot start. Also called when somebody signs in."""
    missing = start_refusals(session, rulebook(), calendar(), clock)
    if not missing:
        move_session(session, S.RUNNING, reason=N_("签到台开放，考评组到岗"), actor=CLOCKWORK, clock=clock)
        # By its name, since the desk builds on sessions. Not up to a minute later: people stand at the door.
        defer("checkin.draw_lots", queue_name="timed", once="checkin.draw_lots")
        return True
    if [str(one) for one in missing] != [str(one) for one in session.start_held]:
        session.start_held = missing
        session.start_held_at = session.start_held_at or clock.now()
        why = join_messages(N_("；"), missing)
        record(Tag.START_HELD, CLOCKWORK, session, words=message("{number} {why}", number=session.number, why=why))
    return False


def held_back(clock: Clock) -> int:
    """How many sessions should have started by now and have no lawful panel."""
    query = select(func.count()).where(
        ExamSession.state == S.CLOSED, ExamSession.start_held_at.is_not(None), ExamSession.ends_at > clock.now()
    )
    return int(db.session.execute(query).scalar_one())


def finish_sessions(clock: Clock) -> int:
    """Running sessions some minutes after their end, for whoever hands in last."""
    minutes = rulebook().value("session.finish_after_minutes", today(clock))
    over = ExamSession.ends_at <= clock.now() - timedelta(minutes=minutes)
    return _move_all(ExamSession.state == S.RUNNING, over, S.FINISHED, N_("考试时间结束"), clock)


def _move_all(
    now: ColumnElement[bool], condition: ColumnElement[bool], to: SessionState, reason: str, clock: Clock
) -> int:
    query = select(ExamSession).where(now, condition).limit(BATCH)
    rows = db.session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    for session in rows:
        move_session(session, to, reason=reason, actor=CLOCKWORK, clock=clock)
    return len(rows)


def release_holds(clock: Clock) -> int:
    """Held places whose time is over are given back."""
    query = select(Booking).where(Booking.state == BookingState.HELD, Booking.hold_until <= clock.now()).limit(BATCH)
    rows = db.session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    for booking in rows:
        expire_hold(booking.uid, reason=N_("保留期已过"), actor=CLOCKWORK)
    return len(rows)


def propose_no_shows(clock: Clock) -> int:
    """List who did not come once the door has been closed to latecomers for a while. A person decides."""
    rules, day = rulebook(), today(clock)
    minutes = rules.value("session.late_minutes", day) + rules.value("session.no_show_after_minutes", day)
    query = (
        select(Booking, ExamSession)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .where(Booking.state == BookingState.CONFIRMED, Booking.no_show_proposed_at.is_(None))
        .where(ExamSession.state.in_((S.RUNNING, S.FINISHED)))
        .where(func.lower(Booking.during) <= clock.now() - timedelta(minutes=minutes))
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Booking)
    )
    rows = db.session.execute(query).all()
    for booking, session in rows:
        booking.no_show_proposed_at = clock.now()
        record(Tag.NO_SHOWS_PROPOSED, CLOCKWORK, booking, words=session.number)
    return len(rows)

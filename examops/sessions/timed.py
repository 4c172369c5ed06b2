"""What happens to sessions by the clock: bookings close, sessions begin and end, holds run out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_
from examops.sessions.booking.service import release
from examops.sessions.models import Booking, ExamSession
from examops.sessions.states import BookingState, SessionState
from examops.sessions.tags import Tag
from examops.sessions.transitions import move_session

S = SessionState
CLOCKWORK = Actor.system(N_("定时任务"))
BATCH = 200


def close_bookings(clock: Clock) -> int:
    """Open sessions whose booking time is over; returns how many were closed."""
    return _move_all(S.OPEN, ExamSession.bookings_close_at <= clock.now(), S.CLOSED, N_("预约时间到"))


def begin_sessions(clock: Clock) -> int:
    """Closed sessions whose desk opens now."""
    return _move_all(S.CLOSED, ExamSession.desk_opens_at <= clock.now(), S.RUNNING, N_("签到台开放"))


def finish_sessions(clock: Clock) -> int:
    """Running sessions a quarter of an hour after their end."""
    over = ExamSession.ends_at <= clock.now() - timedelta(minutes=15)
    return _move_all(S.RUNNING, over, S.FINISHED, N_("考试时间结束"))


def _move_all(now: SessionState, condition: object, to: SessionState, reason: str) -> int:
    query = select(ExamSession).where(ExamSession.state == now, condition).limit(BATCH)  # type: ignore[arg-type]
    rows = db.session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    for session in rows:
        move_session(session, to, reason=reason, actor=CLOCKWORK)
    return len(rows)


def release_holds(clock: Clock) -> int:
    """Held places whose time is over are given back."""
    query = select(Booking).where(Booking.state == BookingState.HELD, Booking.hold_until <= clock.now()).limit(BATCH)
    rows = db.session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    for booking in rows:
        release(booking.uid, reason=N_("保留期已过"), actor=CLOCKWORK)
    return len(rows)


def propose_no_shows(clock: Clock) -> int:
    """Confirmed people who did not come to a session that is over. A person may still scan in late records."""
    query = (
        select(Booking, ExamSession)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .where(Booking.state == BookingState.CONFIRMED, ExamSession.state == S.FINISHED)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Booking)
    )
    rows = db.session.execute(query).all()
    for booking, session in rows:
        booking.state = BookingState.NO_SHOW
        record(Tag.NO_SHOWS_PROPOSED, CLOCKWORK, booking, words=session.number)
    return len(rows)

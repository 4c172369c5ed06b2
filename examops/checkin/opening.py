"""Lots are drawn when the door of a turn opens, so that the first who is scanned does not wait for it.

Whoever comes first draws: the timed job, whoever opens the desk, or the first scan. The seats are the same: the draw
follows from what was committed at the approval and from a day that was over before any of them could come.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from config.rulebook import rulebook
from examops.checkin.lots import TooFewStations, draw_lots
from examops.checkin.models import LotDraw
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.locking import try_lock
from examops.sessions import LIVE_BOOKING, SessionState
from examops.sessions.models import Booking, ExamSession, Turn

AHEAD = timedelta(minutes=2)  # the job looks each minute, and may be a minute late
BEGUN = (SessionState.RUNNING, SessionState.INTERRUPTED)


def undrawn_turns(clock: Clock) -> list[int]:
    """Ids of turns whose door is open or opens in a moment, in sessions that have begun: somebody is to come, and
    nothing is drawn yet."""
    return list(db.session.execute(_undrawn(clock, Turn.id)).scalars())


def draw_turn(turn_id: int, *, actor: Actor, clock: Clock) -> bool:
    """Whether this call drew one of :func:`undrawn_turns`. Raises TooFewStations."""
    row = db.session.execute(_undrawn(clock, Turn, ExamSession).where(Turn.id == turn_id)).one_or_none()
    return row is not None and draw_lots(row.Turn, row.ExamSession, actor=actor, clock=clock)


def draw_at_desk(session: ExamSession, *, actor: Actor, clock: Clock) -> None:
    """The turns of a session whose desk is opened. One that somebody else draws at this moment is not waited for, and
    one with fewer stations than people is left as it is, since the desk has to open: its first scan is told."""
    for turn in db.session.execute(_undrawn(clock, Turn).where(Turn.session_id == session.id)).scalars().all():
        try:
            if try_lock("lots", turn.id):
                draw_lots(turn, session, actor=actor, clock=clock)
        except TooFewStations:  # raised before anything is written
            continue


def _undrawn(clock: Clock, *columns: Any) -> Select[Any]:
    opens = timedelta(minutes=rulebook().value("session.early_minutes", today(clock))) + AHEAD
    awaited = select(Booking.id).where(Booking.turn_id == Turn.id, Booking.state.in_(LIVE_BOOKING))
    return (
        select(*columns)
        .join(ExamSession, ExamSession.id == Turn.session_id)
        .outerjoin(LotDraw, LotDraw.turn_id == Turn.id)
        .where(ExamSession.state.in_(BEGUN), LotDraw.id.is_(None), awaited.exists())
        .where(func.lower(Turn.during) <= clock.now() + opens, func.upper(Turn.during) > clock.now())
        .order_by(Turn.id)
    )

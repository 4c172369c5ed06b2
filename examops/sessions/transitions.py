"""Moving a session along its states: who may, from where, past which gate, and what follows."""

from __future__ import annotations

from sqlalchemy import select, update

from config.calendar import calendar
from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import NotAllowed
from examops.core.language import N_, message
from examops.core.transitions import check_transition
from examops.sessions.booking.releasing import give_back
from examops.sessions.declarations.gate import must_have_panel, must_pass_checks
from examops.sessions.lots import commit_lots
from examops.sessions.models import Booking, ExamSession, SessionDuty, SessionStation
from examops.sessions.states import LIVE_BOOKING, SESSION_TRANSITIONS, SessionState
from examops.sessions.tags import Tag
from examops.sessions.turn_locks import lock_turns_of

S = SessionState
BODY, OFFICE, SYSTEM = {"coordinator"}, {"city_bureau", "city_centre", "district_bureau", "district_centre"}, {"system"}
RELEASING = (S.CANCELLED, S.VOID)
ALLOWED_ROLES = {
    S.DECLARED: BODY,
    S.APPROVED: OFFICE,
    S.RETURNED: OFFICE,
    S.CLOSED: BODY | SYSTEM,
    S.RUNNING: BODY | SYSTEM,
    S.INTERRUPTED: BODY,
    S.FINISHED: BODY | SYSTEM,
    S.CANCELLED: BODY,
}


def move_session(session: ExamSession, to: SessionState, *, reason: str, actor: Actor, clock: Clock) -> None:
    """Move, or raise: not allowed for this role, not from this state, or not past a gate.

    :class:`NotDeclarable` where checks fail at the declaration or the approval, :class:`NoPanel` where no lawful
    panel has signed in at the start.
    """
    if actor.role not in ALLOWED_ROLES.get(to, set()):
        raise NotAllowed(role=actor.role, to=str(to))
    _move(session, to, reason, actor, clock)


def cancel_by_decision(session: ExamSession, *, reason: str, actor: Actor, clock: Clock) -> None:
    """Cancel a session of a body whose filing ended, with everything that follows. Whoever calls this has seen to it
    that the actor may: on a session's own page only its body cancels."""
    _move(session, S.CANCELLED, reason, actor, clock)


def _move(session: ExamSession, to: SessionState, reason: str, actor: Actor, clock: Clock) -> None:
    if to in RELEASING:  # what follows writes turns, and those are locked before the session
        lock_turns_of(session.id)
    db.session.refresh(session, with_for_update=True)
    check_transition(SESSION_TRANSITIONS, SessionState(session.state), to)
    _must_pass(session, to, clock)
    before, session.state = session.state, to
    _follow(session, to, actor, clock)
    db.session.flush()
    words = message("{number} {reason}", number=session.number, reason=message(reason)) if reason else session.number
    record(Tag.SESSION_MOVED, actor, session, words=words, before=before, after=str(to))


def _must_pass(session: ExamSession, to: SessionState, clock: Clock) -> None:
    if to in (S.DECLARED, S.APPROVED):
        must_pass_checks(session, rulebook(), calendar(), clock)
    elif to is S.RUNNING and session.state == S.CLOSED:
        must_have_panel(session, rulebook(), calendar(), clock)


def _follow(session: ExamSession, to: SessionState, actor: Actor, clock: Clock) -> None:
    if to is S.DECLARED and session.first_declared_on is None:
        session.first_declared_on = today(clock)
    elif to is S.APPROVED:  # the roster is closed with it: from here on the seats are bound
        commit_lots(session, actor=actor, clock=clock)
    elif to is S.RUNNING:
        session.start_held, session.start_held_at = [], None
    elif to in RELEASING:
        _release_everything(session, actor)


def _release_everything(session: ExamSession, actor: Actor) -> None:
    for table in (SessionDuty, SessionStation):
        db.session.execute(update(table).where(table.session_id == session.id).values(is_released=True))
    live = select(Booking).where(Booking.session_id == session.id, Booking.state.in_(LIVE_BOOKING))
    for booking in db.session.execute(live.with_for_update().order_by(Booking.id)).scalars():
        give_back(booking, reason=N_("场次取消"), actor=actor)

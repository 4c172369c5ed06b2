"""Moving a session along its states: who may, from where, and what follows."""

from __future__ import annotations

from sqlalchemy import update

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import NotAllowed
from examops.core.language import message
from examops.core.transitions import check_transition
from examops.sessions.models import ExamSession, SessionDuty, SessionStation
from examops.sessions.states import SESSION_TRANSITIONS, SessionState
from examops.sessions.tags import Tag

S = SessionState
BODY, OFFICE, SYSTEM = {"coordinator"}, {"city_bureau", "city_centre", "district_bureau", "district_centre"}, {"system"}
ALLOWED_ROLES = {
    S.DECLARED: BODY,
    S.APPROVED: OFFICE,
    S.RETURNED: OFFICE,
    S.OPEN: BODY | SYSTEM,
    S.CLOSED: BODY | SYSTEM,
    S.RUNNING: BODY | SYSTEM,
    S.INTERRUPTED: BODY,
    S.FINISHED: BODY | SYSTEM,
    S.CANCELLED: BODY,
}


def move_session(session: ExamSession, to: SessionState, *, reason: str, actor: Actor) -> None:
    """Move, or raise: not allowed for this role, or not from this state."""
    if actor.role not in ALLOWED_ROLES.get(to, set()):
        raise NotAllowed(role=actor.role, to=str(to))
    check_transition(SESSION_TRANSITIONS, SessionState(session.state), to)
    before, session.state = session.state, to
    if to in (S.CANCELLED, S.VOID):
        _release_everything(session)
    db.session.flush()
    words = message("{number} {reason}", number=session.number, reason=message(reason)) if reason else session.number
    record(Tag.SESSION_MOVED, actor, session, words=words, before=before, after=str(to))


def _release_everything(session: ExamSession) -> None:
    for table in (SessionDuty, SessionStation):
        db.session.execute(update(table).where(table.session_id == session.id).values(is_released=True))

"""A card that is ended, changed or entered changes how many people a turn can take: sessions to come are counted anew.

Nobody is thrown out. Where somebody has no place by it, the session is warned as when something is out of service.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_
from examops.sessions.capacity.limits import CapacityLimit
from examops.sessions.capacity.resources import measured, recount
from examops.sessions.models import ExamSession, SessionDuty, Turn
from examops.sessions.outages.acting import TakeOut
from examops.sessions.outages.breaks import note_break, settle_by_cards
from examops.sessions.outages.effects import OVER, BrokenSession, lost_turns
from examops.sessions.outages.reseating import people_to_move
from examops.sessions.turn_locks import lock_turns_of
from examops.staff.models import StaffMember

ACTOR = Actor.system(N_("容量重算"))
REASON = N_("按现在的证件和人员重算，位子少了")
Measured = Sequence[tuple[Turn, list[CapacityLimit]]]


def sessions_to_recount(clock: Clock, member: UUID | None = None) -> list[int]:
    """Inner numbers of sessions that have not begun; of those on which this member is on duty, of all for None."""
    query = select(ExamSession.id).where(ExamSession.state.not_in(OVER), ExamSession.starts_at > clock.now())
    if member is not None:
        duty = select(SessionDuty.session_id).join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        query = query.where(ExamSession.id.in_(duty.where(StaffMember.uid == member, ~SessionDuty.is_released)))
    return list(db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars())


def recount_session(session_id: int, *, clock: Clock, rules: Rulebook) -> bool:
    """Whether a limit of some turn had changed. Behind the locks of booking; safe to run twice."""
    session = db.session.get_one(ExamSession, session_id)
    lock_turns_of(session.id)
    now = measured(session, rules)
    if all(turn.factors == [one.to_json() for one in found] for turn, found in now):
        return False
    before = {turn.id: _stored(turn) for turn, _found in now}
    lost = lost_turns(session, before, now)
    recount(session, rules)
    db.session.flush()
    _follow(session, BrokenSession(session, [], lost), clock, rules)
    return True


def _stored(turn: Turn) -> int:
    """How many the limits allowed when they were counted last; more may sit there than that."""
    return min((one["allows"] for one in turn.factors), default=turn.capacity)


def _follow(session: ExamSession, broken: BrokenSession, clock: Clock, rules: Rulebook) -> None:
    if broken.people:
        asked = TakeOut((), (), Range(clock.now(), session.ends_at), REASON)
        note_break(broken, asked, uuid.uuid4(), actor=ACTOR, clock=clock)
    elif not people_to_move(session, rules):
        settle_by_cards(session, actor=ACTOR, clock=clock)

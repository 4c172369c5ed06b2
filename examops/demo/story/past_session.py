"""A session at past times: check-in and hand-in at its hours, cameras armed and disarmed by the rules."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from config.rulebook import rulebook
from examops.checkin import Reading, duties_of, hand_in, scan, sign_in_duty
from examops.checkin.models import Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock, FixedClock
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive import armed_time, plan_armings
from examops.footage.models import Arming
from examops.sessions import SessionState as S
from examops.sessions import move_session
from examops.sessions.booking import code_of
from examops.sessions.checks import state_relations
from examops.sessions.models import Booking, ExamSession, Ticket, Turn

LAST_BATCH = "2026 第 3 批"
CLOCKWORK = Actor.system("演示数据")
DOOR = Actor("user", uuid.UUID(int=3), "周玲", "proctor")


def session_named(uid: uuid.UUID) -> ExamSession:
    return db.session.execute(select(ExamSession).where(ExamSession.uid == uid)).scalar_one()


def state_recusals(session: ExamSession, clock: Clock) -> None:
    """Everybody on duty has gone through the list and knows nobody on it."""
    for row in duties_of(session):
        actor = Actor("user", uuid.UUID(int=4), row.StaffMember.name, "examiner")
        state_relations(row.SessionDuty, session, {}, actor=actor, clock=clock, is_own=True)


def sign_in_panel(uid: uuid.UUID, clock: Clock) -> None:
    """Everybody on duty comes to the door and shows their card; the last of them starts a session that is due."""
    with transaction(SYSTEM):
        session = session_named(uid)
        for row in duties_of(session):
            sign_in_duty(row.SessionDuty, row.StaffMember, session, actor=DOOR, clock=clock, way="card")


def start(uid: uuid.UUID, clock: Clock) -> None:
    """The list is final and the panel signs in, as on the day."""
    with transaction(SYSTEM):
        session = session_named(uid)
        if session.state != S.CLOSED:
            move_session(session, S.CLOSED, reason="", actor=CLOCKWORK, clock=clock)
    sign_in_panel(uid, clock)


def check_in(session: ExamSession, count: int, clock: Clock, actor: Actor) -> None:
    """Scan in the first ``count`` people of the first turn, each a transaction as at the desk."""
    query = (
        select(Ticket)
        .join(Booking, Booking.application_id == Ticket.application_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .where(Booking.session_id == session.id, Turn.number == 1)
        .order_by(Booking.id)
        .limit(count)
    )
    uid = session.uid
    with transaction(SYSTEM):
        codes = [code_of(ticket) for ticket in db.session.execute(query).scalars()]
    for code in codes:
        with transaction(SYSTEM):
            reading = Reading.at_once(code, clock.now(), "签到台 1")
            scan(reading, session_named(uid), actor=actor, clock=clock, rules=rulebook(), ring=keyring())


def hold_session(uid: uuid.UUID, actor: Actor) -> None:
    """Run a planned session at past times: everybody is checked in and hands in, except the last, who is absent."""
    with transaction(SYSTEM):
        session = session_named(uid)
        during, desk, ends = armed_time(session, rulebook()), session.desk_opens_at, session.ends_at
        assert during.lower
        assert during.upper
        plan_armings(session, rulebook(), FixedClock(during.lower))
        count = len(db.session.execute(select(Booking.id).where(Booking.session_id == session.id)).all())
        db.session.expunge(session)
    start(uid, FixedClock(desk))
    check_in(session, count - 1, FixedClock(desk + timedelta(minutes=4)), DOOR)
    with transaction(SYSTEM):
        sittings = select(Sitting).where(Sitting.session_id == session.id).order_by(Sitting.id)
        for place, sitting in enumerate(db.session.execute(sittings).scalars()):
            at = ends - timedelta(minutes=max(0, 11 - place))
            hand_in(sitting, actor=actor, clock=FixedClock(at))
        for arming in db.session.execute(select(Arming).where(Arming.session_id == session.id)).scalars():
            arming.state = "disarmed"
        move_session(session_named(uid), S.FINISHED, reason="", actor=CLOCKWORK, clock=FixedClock(ends))

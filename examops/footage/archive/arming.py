"""When cameras must record: planned from the session, armed and disarmed by the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.dialects.postgresql import Range, insert

from config.rulebook import Rulebook
from examops.audit import record
from examops.checkin.models import Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db, owner_of
from examops.core.language import N_, Message
from examops.footage.cameras.alarms import end_alarm, end_unarmed, explain_alarm, raise_alarm
from examops.footage.causes import silent_boxes
from examops.footage.models import Arming, CameraState
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room

SYSTEM = Actor.system(N_("录像布防"))
# A session that may take place: its cameras get armed. Whatever is over keeps its armings as they are.
EXPECTED = ("approved", "open", "closed", "running", "interrupted")
CALLED_OFF = ("cancelled", "void", "returned")


def armed_time(session: ExamSession, rulebook: Rulebook) -> Range[datetime]:
    """From before the first desk opens until after the end, by the rules of the session's day."""
    day = local_day(session.starts_at)
    before = timedelta(minutes=rulebook.value("session.arm_before_minutes", day))
    after = timedelta(minutes=rulebook.value("session.disarm_after_minutes", day))
    return Range(session.desk_opens_at - before, session.ends_at + after)


def plan_armings(session: ExamSession, rulebook: Rulebook, clock: Clock) -> int:
    """Plan, move or call off the armings of a session's cameras; returns how many rows changed. Safe to repeat."""
    if session.state in CALLED_OFF:
        return _call_off(session)
    if session.state not in EXPECTED:
        return 0
    during = armed_time(session, rulebook)
    assert during.lower
    rows = [
        {
            **owner_of(session),
            "session_id": session.id,
            "camera_id": camera.id,
            "during": Range(max(during.lower, camera.added_at or during.lower), during.upper),
            "state": "planned",
        }
        for camera in _cameras_in(session, during)
    ]
    if not rows:
        return 0
    statement = insert(Arming).values(rows)
    moved = statement.on_conflict_do_update(
        index_elements=["session_id", "camera_id"],
        set_={"during": statement.excluded.during, "state": "planned"},
        # An arming under way may only be extended by `extend_sitting`; one that has ended stands.
        where=Arming.state.in_(("planned", "cancelled"))
        & ((Arming.during != statement.excluded.during) | (Arming.state == "cancelled")),
    ).returning(Arming.id)
    return len(db.session.execute(moved).all())


def _cameras_in(session: ExamSession, during: Range[datetime]) -> Sequence[Any]:
    """Those of the room that are in use; one that was entered on a page counts from then on.

    In one order: two who plan the same session at once lock its armings in the same sequence.
    """
    query = select(Camera.id, Camera.added_at).where(Camera.room_id == session.room_id, Camera.retired_at.is_(None))
    counted = query.where(or_(Camera.added_at.is_(None), Camera.added_at < during.upper))
    return db.session.execute(counted.order_by(Camera.id)).all()


def _call_off(session: ExamSession) -> int:
    statement = (
        update(Arming)
        .where(Arming.session_id == session.id, Arming.state.in_(("planned", "armed")))
        .values(state="cancelled")
        .returning(Arming.id)
    )
    return len(db.session.execute(statement).all())


def plan_due(rulebook: Rulebook, clock: Clock) -> int:
    """Plan for every session that begins soon or was called off; returns how many armings changed."""
    return _plan(true(), rulebook, clock)


def plan_room(room_id: int, rulebook: Rulebook, clock: Clock) -> int:
    """Plan anew for the sessions of a room whose cameras have changed."""
    return _plan(ExamSession.room_id == room_id, rulebook, clock)


def _plan(which: ColumnElement[bool], rulebook: Rulebook, clock: Clock) -> int:
    now = clock.now()
    ahead = now + timedelta(days=rulebook.value("footage.plan_ahead_days", today(clock)))
    soon = ExamSession.ends_at > now, ExamSession.starts_at < ahead
    query = select(ExamSession).where(which, ExamSession.state.in_((*EXPECTED, *CALLED_OFF)), *soon)
    return sum(plan_armings(session, rulebook, clock) for session in db.session.execute(query).scalars())


def arm_due(clock: Clock) -> int:
    """Arm whatever must record now; returns how many."""
    now = clock.now()
    statement = (
        update(Arming)
        .where(Arming.state == "planned", Arming.during.contains(now))
        .values(state="armed")
        .returning(Arming.session_id)
    )
    return _record_moves(db.session.execute(statement).scalars(), Tag.CAMERAS_ARMED, clock)


def disarm_due(clock: Clock, rulebook: Rulebook) -> int:
    """Disarm whatever is past its time; returns how many. While somebody still sits in the room, time is added."""
    _extend_sitting(clock, rulebook)
    statement = (
        update(Arming)
        .where(Arming.state.in_(("planned", "armed")), Arming.during << Range(clock.now(), None))
        .values(state="disarmed")
        .returning(Arming.session_id)
    )
    return _record_moves(db.session.execute(statement).scalars(), Tag.CAMERAS_DISARMED, clock)


def _extend_sitting(clock: Clock, rulebook: Rulebook) -> None:
    """The rule counts from the last hand-in: a session that runs late is recorded to its real end."""
    now = clock.now()
    still_here = select(Sitting.session_id).where(Sitting.left_at.is_(None))
    query = (
        select(Arming)
        .join(ExamSession, ExamSession.id == Arming.session_id)
        .where(Arming.state == "armed", ExamSession.state.in_(("running", "interrupted")))
        .where(Arming.during << Range(now + timedelta(minutes=1), None), Arming.session_id.in_(still_here))
    )
    minutes = rulebook.value("session.disarm_after_minutes", today(clock))
    for arming in db.session.execute(query).scalars():
        arming.during = Range(arming.during.lower, now + timedelta(minutes=minutes))
    db.session.flush()


def _record_moves(session_ids: Iterable[int], tag: Tag, clock: Clock) -> int:
    counts = Counter(session_ids)
    query = select(ExamSession).where(ExamSession.id.in_(counts))
    for session in db.session.execute(query).scalars():
        record(tag, SYSTEM, session, words=session.words, at=clock.now(), cameras=counts[session.id])
    return counts.total()


def watch_cameras(rulebook: Rulebook, clock: Clock) -> int:
    """Raise an alarm for every camera that should record and does not, from the moment the desk opens.

    Ends those alarms when the camera is back or its armed time is over. Returns how many were raised.
    """
    now, raised = clock.now(), 0
    end_unarmed(clock)
    silent = timedelta(seconds=rulebook.value("footage.silent_seconds", today(clock)))
    query = (
        select(ExamSession, Arming, Camera, CameraState, Room.site_id)
        .join(Arming, Arming.session_id == ExamSession.id)
        .join(Camera, Camera.id == Arming.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .outerjoin(CameraState, CameraState.camera_id == Camera.id)
        .where(ExamSession.state.in_(EXPECTED), ExamSession.desk_opens_at <= now)
        .where(Arming.state != "cancelled", Arming.during.contains(now))
    )
    rows = db.session.execute(query).all()
    boxes = silent_boxes((row.site_id for row in rows), now, silent)
    for session, arming, camera, state, site_id in rows:
        faults = {"not_armed": arming.state != "armed", "offline": not is_online(state, now, silent)}
        for kind, is_wrong in faults.items():
            detail = boxes.get(site_id, Message(""))
            if not is_wrong:
                end_alarm(camera, kind, clock=clock)
            elif raise_alarm(camera, kind, session_id=session.id, detail=detail, clock=clock):
                raised += 1
            else:
                explain_alarm(camera, kind, detail)
    return raised


def is_online(state: CameraState | None, now: datetime, silent: timedelta) -> bool:
    """Whether the recorder said not long ago that this camera is recording."""
    return state is not None and state.state == "recording" and now - state.reported_at <= silent

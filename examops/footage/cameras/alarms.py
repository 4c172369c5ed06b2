"""Alarms: at most one open of a kind per camera, raised once, ended explicitly."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.language import N_, Message, message
from examops.footage.models import Alarm, Arming
from examops.footage.tags import Tag
from examops.footage.wording import ALARM_WORDS
from examops.sites.models import Camera

WATCH = Actor.system(N_("录像值守"))
# What only matters while the camera must record; a full box or quarantined footage matters always.
OF_ARMED_TIME = ("not_armed", "offline", "clock", "black", "frozen", "blurred", "covered", "moved")


def raise_alarm(
    camera: Camera,
    kind: str,
    *,
    clock: Clock,
    session_id: int | None = None,
    detail: Message | str = "",
    since: datetime | None = None,
) -> bool:
    """Open an alarm; False when one of this kind is open on the camera already. ``since``: when it was first seen."""
    values = {
        **owner_of(camera),
        "session_id": session_id,
        "camera_id": camera.id,
        "kind": kind,
        "detail": detail,
        "started_at": since or clock.now(),
    }
    statement = insert(Alarm).values(values).on_conflict_do_nothing().returning(Alarm.id)
    is_new = db.session.execute(statement).scalar_one_or_none() is not None
    if is_new:
        words = _named(camera, kind)
        record(Tag.ALARM_RAISED, WATCH, camera, words=words, at=clock.now(), kind=kind, detail=str(detail))
    return is_new


def explain_alarm(camera: Camera, kind: str, detail: Message | str) -> None:
    """Keep the newest word about an open alarm: who goes to mend it must read what is wrong now."""
    query = select(Alarm).where(Alarm.camera_id == camera.id, Alarm.kind == kind, Alarm.ended_at.is_(None))
    alarm = db.session.execute(query).scalar_one_or_none()
    detail = detail if isinstance(detail, Message) else Message(detail)
    if alarm is not None and detail and alarm.detail != detail:
        alarm.detail = detail


def _named(camera: Camera, kind: str) -> Message:
    return message("{camera} {alarm}", camera=camera.label, alarm=message(ALARM_WORDS.get(kind, kind)))


def end_alarm(camera: Camera, kind: str, *, clock: Clock) -> bool:
    """Close the open alarm of this kind; False when none is open."""
    query = select(Alarm).where(Alarm.camera_id == camera.id, Alarm.kind == kind, Alarm.ended_at.is_(None))
    alarm = db.session.execute(query).scalar_one_or_none()
    if alarm is None:
        return False
    alarm.ended_at = clock.now()
    record(Tag.ALARM_ENDED, WATCH, camera, words=_named(camera, kind), at=clock.now(), kind=kind)
    return True


def end_unarmed(clock: Clock) -> int:
    """Close what was raised about cameras that need not record any more; returns how many."""
    armed = select(Arming.camera_id).where(Arming.state != "cancelled", Arming.during.contains(clock.now()))
    query = (
        select(Camera, Alarm.kind)
        .join(Alarm, Alarm.camera_id == Camera.id)
        .where(Alarm.ended_at.is_(None), Alarm.kind.in_(OF_ARMED_TIME), Camera.id.not_in(armed))
    )
    return sum(end_alarm(camera, kind, clock=clock) for camera, kind in db.session.execute(query).all())

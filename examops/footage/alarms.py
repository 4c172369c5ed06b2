"""Alarms: at most one open of a kind per camera, raised once, ended explicitly."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import Tag, record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.footage.models import Alarm
from examops.footage.wording import ALARM_WORDS
from examops.sites.models import Camera

WATCH = Actor.system("录像值守")


def raise_alarm(camera: Camera, kind: str, *, clock: Clock, session_id: int | None = None, detail: str = "") -> bool:
    """Open an alarm; False when one of this kind is open on the camera already."""
    values = {
        "body_id": camera.body_id, "district": camera.district, "session_id": session_id, "camera_id": camera.id,
        "kind": kind, "detail": detail, "started_at": clock.now(),
    }  # fmt: skip
    statement = insert(Alarm).values(values).on_conflict_do_nothing().returning(Alarm.id)
    is_new = db.session.execute(statement).scalar_one_or_none() is not None
    if is_new:
        words = f"{camera.label} {ALARM_WORDS.get(kind, kind)}"
        record(Tag.ALARM_RAISED, WATCH, camera, words=words, at=clock.now(), kind=kind, detail=detail)
    return is_new


def end_alarm(camera: Camera, kind: str, *, clock: Clock) -> bool:
    """Close the open alarm of this kind; False when none is open."""
    query = select(Alarm).where(Alarm.camera_id == camera.id, Alarm.kind == kind, Alarm.ended_at.is_(None))
    alarm = db.session.execute(query).scalar_one_or_none()
    if alarm is None:
        return False
    alarm.ended_at = clock.now()
    record(
        Tag.ALARM_ENDED, WATCH, camera, words=f"{camera.label} {ALARM_WORDS.get(kind, kind)}", at=clock.now(), kind=kind
    )
    return True

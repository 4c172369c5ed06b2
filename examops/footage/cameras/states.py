"""The latest word of the recorder about each camera: state, clock, snapshot, and the alarms that follow."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from config.rulebook import Rulebook
from examops.accounts import Identity
from examops.accounts.models import Device
from examops.core.clock import Clock, today
from examops.core.database import among, db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_, message
from examops.core.queries import rows_of
from examops.footage.cameras.alarms import end_alarm, explain_alarm, raise_alarm
from examops.footage.causes import alarm_detail
from examops.footage.models import Arming, CameraState
from examops.sites.models import Camera, Room

WATCH_LIVES = timedelta(seconds=30)


def cameras_of(device: Identity) -> list[Camera]:
    """Those in use at the device's site that it takes: its own, and those that no other box of the site takes."""
    of_site = Room.site_id == device.site_id, Camera.retired_at.is_(None), taken_by(device)
    query = select(Camera).join(Room, Room.id == Camera.room_id).where(*of_site)
    return list(db.session.execute(query.order_by(Camera.id)).scalars())


def taken_by(device: Identity) -> ColumnElement[bool]:
    """A camera whose box is out of use is anybody's again."""
    others = select(Device.id).where(Device.id == Camera.recorder_id, Device.revoked_at.is_(None))
    return or_(Camera.recorder_id.is_(None), Camera.recorder_id == device.id, ~others.correlate(Camera).exists())


def camera_of(device: Identity, uid: uuid.UUID) -> Camera:
    """The camera if it stands at the device's site, else :class:`NotFound`."""
    found = next((camera for camera in cameras_of(device) if camera.uid == uid), None)
    if found is None:
        raise NotFound(N_("没有这台摄像机"), camera_uid=str(uid))
    return found


def armed_session(camera: Camera, at: datetime) -> int | None:
    """The session this camera must record at that moment, if any."""
    query = select(Arming.session_id).where(
        Arming.camera_id == camera.id, Arming.state != "cancelled", Arming.during.contains(at)
    )
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def is_armed(at: datetime) -> ColumnElement[bool]:
    """A column of a query on :class:`Camera`: whether it must record at that moment."""
    armed = select(Arming.id).where(
        Arming.camera_id == Camera.id, Arming.state != "cancelled", Arming.during.contains(at)
    )
    return armed.correlate(Camera).exists()


def report_state(camera: Camera, word: dict[str, Any], rulebook: Rulebook, clock: Clock) -> None:
    """Store what the recorder says now; an older word than the one we have changes nothing."""
    word = {**word, **_state_with_pictures(word, rulebook, clock)}
    state, skew = word["state"], word.get("skew_ms")
    values = {
        **owner_of(camera),
        "camera_id": camera.id,
        "state": state,
        "detail": word.get("detail") or "",
        "reported_at": word["at"],
        "skew_ms": skew,
    }
    statement = insert(CameraState).values(values)
    changed = {name: value for name, value in values.items() if name not in ("camera_id", "body_id", "district")}
    newer = statement.on_conflict_do_update(
        index_elements=["camera_id"], set_=changed, where=CameraState.reported_at <= word["at"]
    ).returning(CameraState.id)
    if db.session.execute(newer).scalar_one_or_none() is not None:
        _follow_state(camera, state, word, rulebook, clock)


def _state_with_pictures(word: dict[str, Any], rulebook: Rulebook, clock: Clock) -> dict[str, str]:
    """State and detail. "recording" is believed only of a camera that has just given a picture.

    Both times are of the box's clock, so a wrong one changes nothing. Boxes before this field say nothing.
    """
    state, detail = word["state"], word.get("detail") or ""
    newest, limit = word.get("last_picture_at"), rulebook.value("footage.camera_stale_seconds", today(clock))
    if state == "recording" and newest is not None and word["at"] - newest > timedelta(seconds=limit):
        return {"state": "offline", "detail": detail or "timeout"}
    return {"state": state, "detail": detail}


def _follow_state(camera: Camera, state: str, word: dict[str, Any], rulebook: Rulebook, clock: Clock) -> None:
    session_id = armed_session(camera, word["at"])
    if state == "recording" or session_id is None:
        end_alarm(camera, "offline", clock=clock)
    elif state != "connecting":  # a first try is no failure; `watch_cameras` tells when it lasts
        detail = alarm_detail(word.get("detail") or "")
        if not raise_alarm(camera, "offline", session_id=session_id, detail=detail, clock=clock):
            explain_alarm(camera, "offline", detail)
    skew = word.get("skew_ms")
    limit = rulebook.value("footage.clock_skew_ms", today(clock))
    if skew is not None and abs(skew) > limit and session_id is not None:
        raise_alarm(camera, "clock", session_id=session_id, detail=f"{skew / 1000:+.1f} s", clock=clock)
    elif skew is not None:
        end_alarm(camera, "clock", clock=clock)


def report_spool(cameras: list[Camera], fill_percent: float, rulebook: Rulebook, clock: Clock) -> None:
    """A box that is nearly full is an alarm of its first camera: the box itself has no place on the wall."""
    if not cameras:
        return
    limit = rulebook.value("footage.spool_fill_percent", today(clock))
    if fill_percent >= limit:
        detail = message(N_("{fill:.0f} % / 限 {limit} %"), fill=fill_percent, limit=limit)
        raise_alarm(cameras[0], "spool", detail=detail, clock=clock)
    else:
        end_alarm(cameras[0], "spool", clock=clock)


def report_faults(cameras: list[Camera], faults: list[str], clock: Clock) -> None:
    """What of the box itself does not work, a line each, is one alarm of its first camera; it ends with the last line.

    Recorders before this field say nothing, which is no alarm.
    """
    if cameras and faults:
        raise_alarm(cameras[0], "recorder", detail="; ".join(faults)[:500], clock=clock)
    elif cameras:
        end_alarm(cameras[0], "recorder", clock=clock)


def watch(camera_ids: list[int], clock: Clock, *, large: bool = False) -> None:
    """Somebody looks at these cameras: their boxes send pictures more often for a while, and ``large`` ones."""
    until, soon = clock.now() + WATCH_LIVES, clock.now() + WATCH_LIVES / 2
    states = _watched(camera_ids)
    _extend(CameraState.watched_until, [one.id for one in states if _is_near(one.watched_until, soon)], until)
    if large:
        _extend(CameraState.large_until, [one.id for one in states if _is_near(one.large_until, soon)], until)


@rows_of
def _watched(camera_ids: list[int]) -> Select[Any]:
    asked: Any = select(CameraState.id, CameraState.watched_until, CameraState.large_until)
    return cast("Select[Any]", asked.where(among(CameraState.camera_id, camera_ids)))


def _is_near(until: datetime | None, soon: datetime) -> bool:
    """So there are at most two writes a minute for a camera."""
    return until is None or until < soon


def _extend(column: Any, ids: list[int], until: datetime) -> None:
    """In the order of their numbers: two walls never wait for each other."""
    if ids:
        rows = select(CameraState.id).where(among(CameraState.id, ids)).order_by(CameraState.id)
        locked = rows.with_for_update().cte()
        db.session.execute(update(CameraState).where(CameraState.id == locked.c.id).values({column: until}))


def wanted_snapshots(cameras: list[Camera], rulebook: Rulebook, clock: Clock) -> list[uuid.UUID]:
    """Cameras whose picture is older than it should be: seconds while watched, half a minute otherwise."""
    now, day = clock.now(), today(clock)
    watched = timedelta(seconds=rulebook.value("footage.watched_snapshot_seconds", day))
    idle = timedelta(seconds=rulebook.value("footage.snapshot_seconds", day))
    query = select(CameraState).where(CameraState.camera_id.in_([camera.id for camera in cameras]))
    states = {state.camera_id: state for state in db.session.execute(query).scalars()}

    def is_due(camera: Camera) -> bool:
        state = states.get(camera.id)
        if state is None or state.snapshot_at is None:
            return True
        every = watched if is_watched(state, now) else idle
        return now - state.snapshot_at >= every

    return [camera.uid for camera in cameras if is_due(camera)]


def is_watched(state: CameraState, now: datetime) -> bool:
    return state.watched_until is not None and state.watched_until > now


def is_wanted_large(state: CameraState, now: datetime) -> bool:
    return state.large_until is not None and state.large_until > now


def snapshot_key(camera_uid: uuid.UUID) -> str:
    return f"snapshots/{camera_uid}.jpg"


def note_snapshot(camera: Camera, taken_at: datetime) -> bool:
    """Remember when the newest picture was taken; False for a late older one, which does not turn time back."""
    values = {
        **owner_of(camera),
        "camera_id": camera.id,
        "state": "unknown",
        "reported_at": taken_at,
        "snapshot_at": taken_at,
    }
    statement = insert(CameraState).values(values)
    is_newer = CameraState.snapshot_at.is_(None) | (CameraState.snapshot_at < taken_at)
    newer = statement.on_conflict_do_update(
        index_elements=["camera_id"], set_={"snapshot_at": taken_at}, where=is_newer
    ).returning(CameraState.id)
    return db.session.execute(newer).scalar_one_or_none() is not None

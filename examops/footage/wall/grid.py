"""The wall: every camera that records now, the wrong ones first, and the sessions behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from config.rulebook import Rulebook
from examops.core.clock import Clock, local, today
from examops.core.database import among
from examops.core.language import _
from examops.core.queries import records_of, rows_of
from examops.core.store import Store
from examops.footage.archive.arming import EXPECTED, is_online
from examops.footage.cameras.states import snapshot_key
from examops.footage.models import Alarm, Arming, CameraState
from examops.footage.moments import iso
from examops.footage.pictures.snapshots import good_key
from examops.footage.review.people import Places, places_of
from examops.footage.wording import ALARM_WORDS, alarm_class
from examops.organisations.models import Body
from examops.sessions.models import LONGEST_SESSION, ExamSession
from examops.sites.models import Camera, Room
from examops.web.formats import age, clock_time

DENSITIES = (4, 9, 16, 25, 64)
ORDER = {"stop": 0, "look": 1, "ok": 2, "off": 3}
URL_LIVES = timedelta(minutes=20)


@dataclass(frozen=True)
class WallCamera:
    """A camera of a session that is under way, with the recorder's latest word and its open alarms."""

    session: ExamSession
    camera: Camera
    room: str
    body: str
    state: CameraState | None
    alarms: tuple[Alarm, ...]
    is_online: bool
    is_due: bool

    @cached_property
    def mark(self) -> str:
        """stop | look | ok | off: off is before the desk opens. Asked when they are sorted, counted and shown."""
        marks = [alarm_class(alarm.kind) for alarm in self.alarms]
        if not marks and not self.is_online:
            return "stop" if self.is_due else "off"
        return min(marks, key=ORDER.__getitem__, default="ok")

    def words(self, now: datetime) -> str:
        """``黑屏 18 s``: the worst alarm and since when; of a camera that is away also why, where the box knows."""
        if self.alarms:
            worst = min(self.alarms, key=lambda alarm: (ORDER[alarm_class(alarm.kind)], alarm.started_at))
            since = age((now - worst.started_at).total_seconds())
            cause = f" · {worst.detail}" if worst.kind in ("offline", "not_armed") and worst.detail else ""
            return f"{_(ALARM_WORDS.get(worst.kind, worst.kind))} {since}{cause}"
        return {"stop": _("离线"), "off": _("未开始")}.get(self.mark, _("正常"))


def wall_cameras(rulebook: Rulebook, clock: Clock) -> list[WallCamera]:
    """Every camera armed now within the reader's reach, wrong first, then by session and label."""
    now = clock.now()
    silent = timedelta(seconds=rulebook.value("footage.silent_seconds", today(clock)))
    rows = _eyes(now, now - LONGEST_SESSION, now + LONGEST_SESSION)
    alarms = _open_alarms([row.Camera.id for row in rows])
    found = [
        WallCamera(
            row.ExamSession,
            row.Camera,
            row.name,
            row.body or "",
            row.CameraState,
            tuple(alarms.get(row.Camera.id, ())),
            is_online(row.CameraState, now, silent),
            row.ExamSession.desk_opens_at <= now,
        )
        for row in rows
    ]
    return sorted(found, key=lambda eye: (ORDER[eye.mark], eye.session.starts_at, eye.session.id, eye.camera.label))


# What the wall shows and writes down of them; asked every two seconds, with a row for each camera.
_SHOWN = (
    load_only(*(getattr(ExamSession, name) for name in ("uid", "number", "title", "starts_at", "desk_opens_at"))),
    load_only(ExamSession.body_id, ExamSession.district),
    load_only(Camera.uid, Camera.label),
    load_only(*(getattr(CameraState, name) for name in ("state", "reported_at", "snapshot_at", "last_good_at"))),
)


def eyes_query(now: datetime, since: datetime, until: datetime) -> Select[ExamSession, Camera, str, str, CameraState]:
    """Sessions near now come first: the range of an arming alone could use no index below row-level security."""
    return (
        select(ExamSession, Camera, Room.name, Body.name.label("body"), CameraState)
        .join(Arming, Arming.session_id == ExamSession.id)
        .join(Camera, Camera.id == Arming.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .outerjoin(Body, Body.id == ExamSession.body_id)
        .outerjoin(CameraState, CameraState.camera_id == Camera.id)
        .where(Arming.state != "cancelled", Arming.during.contains(now))
        .where(ExamSession.state.in_((*EXPECTED, "finished")))
        .where(ExamSession.starts_at.between(since, until))
        .options(*_SHOWN)
    )


_eyes = rows_of(eyes_query)


def _open_alarms(camera_ids: list[int]) -> dict[int, list[Alarm]]:
    found: dict[int, list[Alarm]] = {}
    for alarm in _alarms_of(camera_ids):
        found.setdefault(alarm.camera_id or 0, []).append(alarm)
    return found


@records_of
def _alarms_of(camera_ids: list[int]) -> Select[Alarm]:
    return select(Alarm).where(among(Alarm.camera_id, camera_ids), Alarm.ended_at.is_(None)).order_by(Alarm.id)


def page_of(found: list[WallCamera], page: int, density: int) -> tuple[list[WallCamera], int, int]:
    """``(eyes, page, pages)``. Wrong cameras stay on every page, the others are turned."""
    wrong = [eye for eye in found if eye.mark == "stop"][: density // 2]
    rest = [eye for eye in found if eye not in wrong]
    room = density - len(wrong)
    pages = max(1, math.ceil(len(rest) / room))
    page = min(max(page, 1), pages)
    return [*wrong, *rest[(page - 1) * room : page * room]], page, pages


def wall_data(found: list[WallCamera], page: int, density: int, *, store: Store, clock: Clock) -> dict[str, Any]:
    """The answer of one refresh; its shape is docs/design/review-data.md."""
    now = clock.now()
    shown, page, pages = page_of(found, page, density)
    sessions = {eye.session.id: eye.session for eye in found}
    places, of_session = places_of(sessions), _by_session(found)
    return {
        "now": iso(now),
        "page": page,
        "pages": pages,
        "cameras": len(found),
        "sessions_total": len(sessions),
        "tiles": [tile(eye, store, now) for eye in shown],
        "sessions": [_session(one, of_session[one.id], places[one.id], now) for one in sessions.values()],
    }


def _by_session(found: list[WallCamera]) -> dict[int, list[WallCamera]]:
    of_session: dict[int, list[WallCamera]] = {}
    for eye in found:
        of_session.setdefault(eye.session.id, []).append(eye)
    return of_session


def tile(eye: WallCamera, store: Store, now: datetime) -> dict[str, Any]:
    taken_at = eye.state.snapshot_at if eye.state else None
    return {
        "camera_uid": str(eye.camera.uid),
        "room": f"{eye.room} {eye.camera.label}",
        "occupation": str(eye.session.title),
        "state": eye.mark,
        "words": eye.words(now),
        "taken_at": iso(taken_at) if taken_at else None,
        "age_s": max(0, round((now - taken_at).total_seconds())) if taken_at else None,
        "image_url": picture_url(store, eye.camera.uid, taken_at, now) if taken_at else None,
        "url": url_for("footage.review", session_uid=eye.session.uid),
        "last_good": _last_good(eye, store, now),
    }


def _last_good(eye: WallCamera, store: Store, now: datetime) -> dict[str, Any] | None:
    """For a picture that proves nothing: the last one that did."""
    good_at = eye.state.last_good_at if eye.state else None
    if eye.mark != "stop" or good_at is None:
        return None
    url = _signed(store, good_key(eye.camera.uid), good_at, _period(now))
    return {"image_url": url, "taken_at": iso(good_at)}


def _period(now: datetime) -> int:
    """Ten minutes of addresses that stay the same; they live for twenty."""
    return int(now.timestamp()) // 600


def picture_url(store: Store, camera_uid: UUID, taken_at: datetime, now: datetime) -> str:
    """An address that changes only when the picture does, or after ten minutes: browsers keep what they have."""
    return _signed(store, snapshot_key(camera_uid), taken_at, _period(now))


@lru_cache(maxsize=4096)
def _signed(store: Store, key: str, taken_at: datetime, period: int) -> str:
    return store.read_url("derived", key, URL_LIVES)


def _session(session: ExamSession, own: list[WallCamera], places: Places, now: datetime) -> dict[str, Any]:
    worst = min(own, key=lambda eye: ORDER[eye.mark])
    state = {"ok": "done", "off": "wait"}.get(worst.mark, worst.mark)
    why = f"{worst.camera.label} {worst.words(now)}" if worst.mark in ("stop", "look") else None
    return {
        "uid": str(session.uid),
        "title": str(session.title),
        "place": clock_time(local(session.starts_at)),
        "body": " · ".join(part for part in (worst.room, worst.body) if part),
        "present": places.present,
        "due": places.due,
        "state": state,
        "why": why,
        "url": url_for("footage.review", session_uid=session.uid),
    }

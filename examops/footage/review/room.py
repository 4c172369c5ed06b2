"""Everything the review room draws, in one answer; its shape is docs/design/review-data.md."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from config.rulebook import Rulebook
from examops.checkin import scan_frames_are_shown
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.keys import Keyring
from examops.core.language import N_, _, from_line
from examops.core.prepared import Prepared
from examops.core.store import Store
from examops.footage.archive.gaps import ArmingRecord, armed_span, arming_record, coverage_of, sum_of
from examops.footage.causes import gap_words
from examops.footage.models import Alarm, Arming, Flag, Segment, Strip
from examops.footage.moments import iso
from examops.footage.review.decisions import is_acted, state_of
from examops.footage.review.growth import made_after, refresh_s
from examops.footage.review.people import Places, people_of, places_query
from examops.footage.review.watching import Opening, spans_by_camera, watched_column
from examops.footage.wording import ALARM_WORDS, alarm_class
from examops.sessions.models import ExamSession
from examops.sites.models import Camera
from examops.web.formats import mask_name

URL_LIVES = timedelta(minutes=20)
SHOWN = ("announced", "stored", "verified")


def session_of(uid: uuid.UUID) -> ExamSession:
    """The session within one's reach, else :class:`NotFound`."""
    session = db.session.execute(select(ExamSession).where(ExamSession.uid == uid)).scalar_one_or_none()
    if session is None:
        raise NotFound()
    return session


def camera_of_session(session: ExamSession, uid: uuid.UUID) -> Camera:
    """A camera armed for the session, else :class:`NotFound`."""
    query = select(Camera).join(Arming, Arming.camera_id == Camera.id).where(Arming.session_id == session.id)
    camera = db.session.execute(query.where(Camera.uid == uid)).scalar_one_or_none()
    if camera is None:
        raise NotFound(N_("这一场没有这台摄像机"))
    return camera


def cameras_of_session(session: ExamSession) -> list[tuple[Arming, Camera]]:
    query = (
        select(Arming, Camera)
        .join(Camera, Camera.id == Arming.camera_id)
        .where(Arming.session_id == session.id, Arming.state != "cancelled")
        .order_by(Camera.label, Camera.id)
    )
    return [(arming, camera) for arming, camera in db.session.execute(query)]


def review_data(
    session: ExamSession,
    *,
    actor: Actor,
    store: Store,
    keyring: Keyring,
    rulebook: Rulebook,
    clock: Clock,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """``ReviewData``, in the same number of queries for any number of cameras, people and segments.

    Strip addresses live twenty minutes; the page asks again before. ``known_at``: the ``now`` of an answer that the
    page has, which is sent only the strips that are newer; everything else is whole in every answer.
    """
    pairs = cameras_of_session(session)
    known, strips = arming_record([arming for arming, _ in pairs]), _strips(session)
    uids = {camera.id: str(camera.uid) for _, camera in pairs}
    opened = Opening(session.uid, actor.uid, clock.now()).code(keyring)
    asked = db.session.execute(_beside(session.id, actor.uid)).one()
    return {
        "session": {**_session(session, known, Places(*asked[:4]), rulebook, clock), "opened": opened},
        "cameras": [
            _camera(session, known[arming.id], camera, strips.get(arming.id, []), store, rulebook, clock, known_at)
            for arming, camera in pairs
        ],
        "people": people_of(session, store, with_frames=scan_frames_are_shown(session, rulebook, clock)),
        "flags": _flags_json(session, uids, store),
        "alarms": [_alarm(alarm, uids) for alarm in asked.alarms or ()],
        "seen": [
            {"camera_uid": uids[camera_id], "start": iso(span.start), "end": iso(span.end)}
            for camera_id, spans in spans_by_camera(asked.watched or ()).items()
            if camera_id in uids
            for span in spans
        ],
        "urls": {
            "flag": url_for("footage.flag", session_uid=session.uid),
            "look": url_for("footage.look", session_uid=session.uid),
            "refresh": url_for("footage.review_data", session_uid=session.uid),
        },
    }


def _beside(session_id: int, viewer_uid: uuid.UUID | None) -> Select[Any]:
    """One row: places of the session, ``alarms`` ([kind, detail, camera, moment], by time), and ``watched`` by this
    person ([camera, from, to])."""
    alarm = func.jsonb_build_array(Alarm.kind, Alarm.detail, Alarm.camera_id, Alarm.started_at)
    alarms = select(func.jsonb_agg(aggregate_order_by(alarm, Alarm.started_at, Alarm.id), type_=JSONB()))
    return places_query([session_id]).add_columns(
        alarms.where(Alarm.session_id == ExamSession.id).correlate(ExamSession).scalar_subquery().label("alarms"),
        watched_column(viewer_uid).label("watched"),
    )


def _session(
    session: ExamSession, known: dict[int, ArmingRecord], places: Places, rulebook: Rulebook, clock: Clock
) -> dict[str, Any]:
    day = local_day(session.starts_at)
    armed = [armed_span(one.arming) for one in known.values()]
    covered = sum_of(coverage_of(one, clock) for one in known.values())
    open_at = min((span.start for span in armed), default=session.desk_opens_at)
    close_at = max((span.end for span in armed), default=session.ends_at)
    return {
        "uid": str(session.uid),
        "title": str(session.title),
        "start": iso(session.starts_at),
        "end": iso(session.ends_at),
        "open_at": iso(open_at),
        "close_at": iso(close_at),
        "now": iso(clock.now()),
        "refresh_s": refresh_s(open_at, close_at, clock),
        "coverage_percent": round(covered.percent, 1),
        "coverage_limit": rulebook.value("footage.coverage_percent_min", day),
        "duty_percent": rulebook.value("footage.duty_watch_percent", day),
        "watch_speed_max": rulebook.value("footage.watch_speed_max", day),
        "place": places.words,
        "present": places.present,
        "due": places.due,
        "arrived": places.came if session.ends_at <= clock.now() else None,
        "back_url": url_for("footage.wall"),
    }


def _camera(
    session: ExamSession,
    known: ArmingRecord,
    camera: Camera,
    strips: list[Any],
    store: Store,
    rulebook: Rulebook,
    clock: Clock,
    known_at: datetime | None,
) -> dict[str, Any]:
    armed, after = armed_span(known.arming), made_after(known_at)
    playlist = url_for("footage.playlist", session_uid=session.uid, camera_uid=camera.uid)
    return {
        "uid": str(camera.uid),
        "label": camera.label,
        "armed": {"start": iso(armed.start), "end": iso(armed.end)},
        "segments": [
            {"uid": str(s.uid), "start": iso(s.started_at), "end": iso(s.ended_at), "run_uid": str(s.run_uid)}
            for s in known.in_state(*SHOWN)
        ],
        "gaps": gaps_json(known.gaps),
        "strips": [strip_json(strip, store) for strip in strips if after is None or strip.made_at >= after],
        "playlist_url": playlist,
        "coverage_percent": round(coverage_of(known, clock).percent, 1),
        "quality": f"{camera.height}P",
        "activity": activity(
            known.arming,
            strips,
            rulebook.value("footage.sample_seconds", local_day(session.starts_at)),
        ),
    }


def gaps_json(gaps: Iterable[Any]) -> list[dict[str, Any]]:
    """Live gaps; neighbours that are called the same are shown as one, though each stands in a row of its own."""
    shown: list[dict[str, Any]] = []
    for gap in gaps:
        start, end = iso(gap.started_at), iso(gap.ended_at)
        words = gap_words(gap.reason, gap.detail)
        if shown and (shown[-1]["end"], shown[-1]["reason"], shown[-1]["words"]) == (start, gap.reason, words):
            shown[-1]["end"] = end
            continue
        shown.append({"uid": str(gap.uid), "start": start, "end": end, "reason": gap.reason, "words": words})
    return shown


STRIPS = Prepared(
    select(
        Strip.images_key,
        Strip.index_key,
        Strip.activity,
        Strip.made_at,
        Segment.uid,
        Segment.started_at,
        Segment.arming_id,
    )
    .join(Segment, Segment.id == Strip.segment_id)
    .where(Strip.session_id == bindparam("session_id", type_=BigInteger))
    .order_by(Segment.started_at)
)


def _strips(session: ExamSession) -> dict[int, list[Any]]:
    """Rows of :data:`STRIPS` by arming, in order of time."""
    found: dict[int, list[Any]] = {}
    for row in STRIPS.all(session_id=session.id):
        found.setdefault(row.arming_id, []).append(row)
    return found


def strip_json(strip: Any, store: Store) -> dict[str, Any]:
    """Of a row of :data:`STRIPS`."""
    return {
        "segment_uid": str(strip.uid),
        "start": iso(strip.started_at),
        "index_url": store.read_url("derived", strip.index_key, URL_LIVES),
        "images_url": store.read_url("derived", strip.images_key, URL_LIVES),
    }


def activity(arming: Arming, strips: Iterable[Any], step_s: int) -> dict[str, Any] | None:
    """Movement between sampled frames on one grid over the armed time, 0 to 1; None before any frame."""
    points = [point for strip in strips for point in strip.activity]
    if not points:
        return None
    armed = armed_span(arming)
    begin, step_ms = armed.start.timestamp() * 1000, step_s * 1000
    slots = int(armed.length.total_seconds()) // step_s + 1
    values = [0.0] * slots
    for t_ms, motion in points:
        slot = int((t_ms - begin) // step_ms)
        if 0 <= slot < slots and motion > values[slot]:
            values[slot] = 1.0 if motion >= 1 else round(motion, 3)
    return {"start": iso(armed.start), "step_s": step_s, "values": values}


def _flags_json(session: ExamSession, uids: dict[int, str], store: Store) -> list[dict[str, Any]]:
    query = select(Flag, is_acted()).where(Flag.session_id == session.id).order_by(Flag.started_at, Flag.id)
    return [
        flag_json(flag, uids.get(flag.camera_id), store, state_of(flag, {flag.id} if is_done else set()))
        for flag, is_done in db.session.execute(query)
    ]


def flag_json(flag: Flag, camera_uid: str | None, store: Store, state: str = "open") -> dict[str, Any]:
    """A flag as the page draws it; one that was confirmed is open until it was acted on."""
    return {
        "uid": str(flag.uid),
        "camera_uid": camera_uid,
        "start": iso(flag.started_at),
        "end": iso(flag.ended_at),
        "seat": flag.seat or None,
        "severity": flag.severity,
        "text": flag.note,
        "author": mask_name(flag.author_name),
        "still_url": store.read_url("derived", flag.still_key, URL_LIVES) if flag.still_key else None,
        "state": state,
    }


def _alarm(alarm: Any, uids: dict[int, str]) -> dict[str, Any]:
    kind, detail, camera_id, at = alarm
    words = " ".join(part for part in (_(ALARM_WORDS.get(kind, kind)), str(from_line(detail))) if part)
    return {
        "at": iso(datetime.fromisoformat(at)),
        "camera_uid": uids.get(camera_id) if camera_id is not None else None,
        "state": alarm_class(kind),
        "kind": kind,
        "words": words,
    }

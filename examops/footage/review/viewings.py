"""Who had footage before them: spans of one camera, extended while somebody goes on. What counts is in watching.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, select, update

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Invalid
from examops.core.language import N_, message
from examops.core.queries import rows_of
from examops.footage.archive.intervals import Span
from examops.footage.models import FootageViewing
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

# Reports of one player follow each other within a tick, which is seconds of media at 16x.
TOUCHES = timedelta(seconds=5)
CONTINUES = timedelta(minutes=10)
LONGEST = timedelta(minutes=30)
AHEAD = timedelta(minutes=1)  # clocks of boxes differ a little from ours
LIVE_EVERY = timedelta(minutes=1)


def record_viewing(
    session: ExamSession, camera: Camera, span: Span, mode: str, *, actor: Actor, clock: Clock
) -> FootageViewing:
    """Write down that ``actor`` watched ``span``. What goes on from the look before extends it.

    Raises :class:`Invalid` for a span that is empty, longer than half an hour or not yet over.
    """
    if not timedelta(0) < span.length <= LONGEST or span.end > clock.now() + AHEAD:
        raise Invalid(N_("观看时段不合理"), start=span.start.isoformat(), end=span.end.isoformat())
    before = _latest(session.id, camera.id, mode, actor, clock)
    if before is not None and before.media_from <= span.start <= before.media_until + TOUCHES:
        before.media_until = max(before.media_until, span.end)
        before.extended_at = clock.now()
        return before
    return _begin(session, camera, span, mode, actor, clock)


def _latest(session_id: int, camera_id: int, mode: str, actor: Actor, clock: Clock) -> FootageViewing | None:
    query = select(FootageViewing).where(
        FootageViewing.session_id == session_id,
        FootageViewing.viewer_uid == actor.uid,
        FootageViewing.camera_id == camera_id,
        FootageViewing.mode == mode,
        FootageViewing.extended_at > clock.now() - CONTINUES,
    )
    return db.session.execute(
        query.order_by(FootageViewing.extended_at.desc(), FootageViewing.id.desc()).limit(1)
    ).scalar_one_or_none()


def _begin(session: ExamSession, camera: Camera, span: Span, mode: str, actor: Actor, clock: Clock) -> FootageViewing:
    now = clock.now()
    row = FootageViewing(
        **owner_of(session),
        session_id=session.id,
        camera_id=camera.id,
        viewer_uid=actor.uid,
        viewer_name=actor.name,
        mode=mode,
        media_from=span.start,
        media_until=span.end,
        looked_at=now,
        extended_at=now,
    )
    db.session.add(row)
    db.session.flush()
    times = {"start": span.start.isoformat(), "end": span.end.isoformat()}
    words = message("{session} {camera}", session=session.words, camera=camera.label)
    record(Tag.FOOTAGE_LOOKED_AT, actor, session, words=words, at=now, mode=mode, camera=str(camera.uid), **times)
    return row


def record_live_viewing(places: Iterable[tuple[ExamSession, Camera]], *, actor: Actor, clock: Clock) -> None:
    """Somebody has these pictures on the wall: one look per camera, extended at most once a minute."""
    now, places = clock.now(), list(places)
    looks = _live_looks([session.id for session, _ in places], actor.uid, now - CONTINUES) if actor.uid else []
    newest, gone_on = {(look.session_id, look.camera_id): look for look in looks}, []
    for session, camera in places:
        before = newest.get((session.id, camera.id))
        if before is None or now - before.extended_at > 3 * LIVE_EVERY:
            _begin(session, camera, Span(now, now + timedelta(seconds=1)), "live", actor, clock)
        elif now - before.extended_at >= LIVE_EVERY:
            gone_on.append(before.id)
    if gone_on:
        extended = update(FootageViewing).where(among(FootageViewing.id, gone_on))
        db.session.execute(extended.values(media_until=now, extended_at=now))


@rows_of
def _live_looks(session_ids: list[int], viewer_uid: UUID, since: datetime) -> Select[Any]:
    """Of a person, the newest of a session and camera last: one query, the wall asks every two seconds."""
    asked: Any = select(
        FootageViewing.id, FootageViewing.session_id, FootageViewing.camera_id, FootageViewing.extended_at
    )
    looks = asked.where(among(FootageViewing.session_id, session_ids), FootageViewing.viewer_uid == viewer_uid)
    live = looks.where(FootageViewing.mode == "live", FootageViewing.extended_at > since)
    return cast("Select[Any]", live.order_by(FootageViewing.id))


def viewings_of(session_ids: list[int]) -> dict[int, int]:
    """How many people looked at each session."""
    return {row.session_id: row[1] for row in _viewers_of(session_ids)}


@rows_of
def _viewers_of(session_ids: list[int]) -> Select[int, int]:
    viewers = db.func.count(db.func.distinct(FootageViewing.viewer_uid))
    return (
        select(FootageViewing.session_id, viewers)
        .where(among(FootageViewing.session_id, session_ids))
        .group_by(FootageViewing.session_id)
    )

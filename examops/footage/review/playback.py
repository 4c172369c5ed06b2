"""Which archived segments a window of playback needs, and where browsers read them: by version, for twenty minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.store import Store
from examops.footage.archive.intervals import Span
from examops.footage.models import Segment
from examops.footage.review.playlists import hls
from examops.sessions.models import ExamSession
from examops.sites.models import Camera

WINDOW = timedelta(minutes=10)
URL_LIVES = timedelta(minutes=20)
LONGEST_SEGMENT = timedelta(minutes=10)


class NothingRecorded(NotFound):
    code, message = "footage.nothing_recorded", N_("这十分钟没有录像")


def playable(session: ExamSession, camera: Camera, window: Span) -> list[Any]:
    """Verified segments that touch the window; only they have a version that can be named."""
    query = select(Segment).where(
        Segment.session_id == session.id,
        Segment.camera_id == camera.id,
        Segment.state == "verified",
        Segment.started_at < window.end,
        Segment.started_at > window.start - LONGEST_SEGMENT,
        Segment.ended_at > window.start - timedelta(minutes=2),
    )
    return list(db.session.execute(query.order_by(Segment.started_at, Segment.sequence)).scalars())


def playlist(session: ExamSession, camera: Camera, window: Span, store: Store) -> str:
    """The HLS list of the window, or :class:`NothingRecorded`. One signature per file."""
    urls: dict[int, str] = {}

    def url_of(segment: Segment) -> str:
        if segment.id not in urls:
            urls[segment.id] = store.read_url("footage", segment.object_key, URL_LIVES, version_id=segment.version_id)
        return urls[segment.id]

    written = hls(window, playable(session, camera, window), url_of)
    if not written:
        raise NothingRecorded()
    return written

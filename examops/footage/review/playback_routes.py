"""The list of one window of one camera. The bytes themselves never pass through the web."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from examops.core.extensions import store
from examops.core.transaction import transaction
from examops.footage.archive.intervals import Span
from examops.footage.blueprint import bp
from examops.footage.review.playback import WINDOW, playlist
from examops.footage.review.room import camera_of_session, session_of
from examops.footage.review.schemas import PlaylistSchema
from examops.web.inputs import read_query


@bp.get("/sessions/<uuid:session_uid>/cameras/<uuid:camera_uid>/playlist.m3u8", endpoint="playlist")
def playlist_page(session_uid: UUID, camera_uid: UUID) -> ResponseReturnValue:
    asked = read_query(PlaylistSchema)
    with transaction():
        session = session_of(session_uid)
        camera = camera_of_session(session, camera_uid)
        start = asked["start"] or session.starts_at
        written = playlist(session, camera, Span(start, start + WINDOW), store())
    return Response(written, mimetype="application/vnd.apple.mpegurl")

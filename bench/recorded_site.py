"""A site with cameras and a box with a full spool: recorded by the recorder's own tracks, archived by its uploader."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bench.cameras import BITRATE, FPS, GOP
from config.rulebook import rulebook
from config.settings import Settings
from examops.accounts.pairing import create_pairing_code
from examops.app.factory import create_app
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo.testcam import Clip, synthetic_clip
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.models import Arming
from examops.sites.models import Camera
from tests.factories import Factory
from video.pictures import Picture
from video.recorder.clocks import Clocks
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track
from video.rtsp.sps import read_params
from video.server import Server
from video.uploader import Uploader


def site_with_cameras(settings: Settings, cameras: int) -> tuple[str, list[tuple[str, str]]]:
    """A running session with armed cameras; returns a pairing code, and of each camera its and its arming's uid."""
    with rows(settings) as make:
        body = make.body()
        site = make.site(body)
        room = make.room(site, stations=2)
        for _ in range(cameras):
            make.camera(room)
        begins = datetime.now(UTC) - timedelta(minutes=10)
        session, _ = make.session_with_turns(make.batch(body), room, starts_at=begins, state="running")
        with transaction(SYSTEM):
            plan_armings(session, rulebook(), SystemClock())
            arm_due(SystemClock())
            code = create_pairing_code(site, "recorder", clock=SystemClock())
        with transaction(SYSTEM):
            query = select(Camera.uid, Arming.uid).join(Arming, Arming.camera_id == Camera.id)
            return code, [(str(camera), str(arming)) for camera, arming in db.session.execute(query)]


@contextmanager
def rows(settings: Settings) -> Iterator[Factory]:
    app = create_app(settings)
    with app.app_context():
        set_scope(SYSTEM)
        yield Factory(db.session)
        db.session.remove()
        db.engine.dispose()


def record(spool: Spool, signer: Signer, armings: list[tuple[str, str]], minutes: int) -> None:
    """What the cameras gave in the last minutes, through the recorder's own tracks."""
    clip = synthetic_clip(1920, 1080, FPS, GOP, BITRATE, seconds=10)
    begun = time.time() - 60 * minutes - 30
    for camera_uid, arming_uid in armings:
        now = begun
        clocks = Clocks(lambda: now, lambda: now)  # noqa: B023  read at once, within this turn of the loop
        track = Track(spool, signer, camera_uid, arming_uid, (begun, begun + 3600), clocks)
        for picture in itertools.islice(_pictures(clip, begun), FPS * 60 * minutes):
            now = picture.arrived
            track.on_picture(picture)
        track.end_run("session_end")


def _pictures(clip: Clip, begun: float) -> Iterator[Picture]:
    params = read_params(clip.parameter_sets.sps, clip.parameter_sets.pps)
    for number, picture in enumerate(itertools.cycle(clip.pictures)):
        known = params if picture.keyframe else None
        arrived = begun + number / FPS
        yield Picture(picture.nals, number * 90_000 // FPS, picture.keyframe, False, known, arrived, 0, None)


def drain(spool: Spool, server: Server) -> None:
    uploader = Uploader(spool, server, Clocks())
    while spool.pending_uploads():
        uploader.round()

"""Draining a spool into the archive: the uploader through the real server and store, against bare PUTs of the same
bytes.

Sixteen cameras at about 4 Mbit/s have recorded two minutes while the server was away. The spool is made by the
recorder's own tracks from an encoded clip, with clocks that are set; web, database and store are those of an
installation, all on this machine.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from sqlalchemy import select

from bench.cameras import BITRATE, FPS, GOP
from bench.installation import installation
from config.rulebook import rulebook
from config.settings import Settings
from examops.accounts.pairing import create_pairing_code
from examops.app.factory import create_app
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.scope import SYSTEM, set_scope
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.demo.testcam import Clip, synthetic_clip
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.models import Arming
from examops.sites.models import Camera
from tests.factories import Factory
from video.identity import pair
from video.pictures import Picture
from video.recorder.clocks import Clocks
from video.recorder.signing import Signer
from video.recorder.spool import ClosedSegment, Spool
from video.recorder.track import Track
from video.rtsp.sps import read_params
from video.server import Server
from video.uploader import Uploader

CAMERAS, MINUTES = 16, 2
PEER = "a bare urllib3 loop of the same PUTs"


def run() -> list[dict[str, Any]]:
    """About a minute, and a gigabyte of disk twice."""
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        spool, server = Spool(Path(folder) / "spool"), Server(address)
        code, armings = _site(settings)
        identity = pair(spool.root, server, code, "bench")
        server.token = identity.token
        _record(spool, identity.signer, armings)
        items = list(spool.closed_segments())
        size = sum(item.path.stat().st_size for item in items)
        ours = _seconds(lambda: _drain(spool, server))
        peer = _peer(Store.everyday(settings), items)
    assert len(items) == CAMERAS * MINUTES
    footage = 60 * MINUTES  # seconds that all cameras recorded at once
    return [
        _row("archive.megabytes", size / 1e6 / ours, size / 1e6 / peer, "MB/s", ">= 0.5 of bare PUTs"),
        _row("archive.segments", len(items) / ours, len(items) / peer, "segments/s", ">= 0.5 of bare PUTs"),
        _row(f"archive.real_time_{CAMERAS}_cameras", footage / ours, footage / peer, "times real time", ">= 3"),
    ]


def _row(name: str, ours: float, peer: float, unit: str, goal: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": PEER,
        "ratio": round(ours / peer, 3),
        "unit": unit,
        "goal": goal,
    }


def _site(settings: Settings) -> tuple[str, list[tuple[str, str]]]:
    """A running session with armed cameras; returns a pairing code, and of each camera its and its arming's uid."""
    with _rows(settings) as make:
        body = make.body()
        site = make.site(body)
        room = make.room(site, stations=2)
        for _ in range(CAMERAS):
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
def _rows(settings: Settings) -> Iterator[Factory]:
    app = create_app(settings)
    with app.app_context():
        set_scope(SYSTEM)
        yield Factory(db.session)
        db.session.remove()
        db.engine.dispose()


def _record(spool: Spool, signer: Signer, armings: list[tuple[str, str]]) -> None:
    """What the cameras gave in the last minutes, through the recorder's own tracks."""
    clip = synthetic_clip(1920, 1080, FPS, GOP, BITRATE, seconds=10)
    begun = time.time() - 60 * MINUTES - 30
    for camera_uid, arming_uid in armings:
        now = begun
        clocks = Clocks(lambda: now, lambda: now)  # noqa: B023  read at once, within this turn of the loop
        track = Track(spool, signer, camera_uid, arming_uid, (begun, begun + 3600), clocks)
        for picture in itertools.islice(_pictures(clip, begun), FPS * 60 * MINUTES):
            now = picture.arrived
            track.on_picture(picture)
        track.end_run("session_end")


def _pictures(clip: Clip, begun: float) -> Iterator[Picture]:
    params = read_params(clip.parameter_sets.sps, clip.parameter_sets.pps)
    for number, picture in enumerate(itertools.cycle(clip.pictures)):
        known = params if picture.keyframe else None
        arrived = begun + number / FPS
        yield Picture(picture.nals, number * 90_000 // FPS, picture.keyframe, False, known, arrived, 0, None)


def _drain(spool: Spool, server: Server) -> None:
    uploader = Uploader(spool, server, Clocks())
    while spool.pending_uploads():
        uploader.round()


def _peer(store: Store, items: list[ClosedSegment]) -> float:
    """Seconds for the same bytes, one PUT after the other, nothing announced and nothing confirmed."""
    lives = timedelta(hours=1)
    uploads = [store.upload_url("footage", f"bench/{n}", item.sidecar["sha256"], lives) for n, item in enumerate(items)]
    pool = urllib3.PoolManager(retries=False)

    def put() -> None:
        for upload, item in zip(uploads, items, strict=True):
            with item.path.open("rb") as file:
                length = {"Content-Length": str(item.path.stat().st_size)}
                answer = pool.request("PUT", upload.url, body=file, headers=upload.headers | length)
            assert answer.status == 200, answer.data

    return _seconds(put)


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    for result in run():
        print(result)

"""``python -m examops record-past``: adds what the first start left out, photos of the demo's people, filings in every
state, and footage and a conclusion to yesterday's session.

Runs for some minutes beside the demo's first start. After a kill it continues where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from examops.accounts import revoke
from examops.accounts.models import Device
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo.story.filings import make_later_filings
from examops.demo.story.past_box import DONE, FOLDER
from examops.demo.story.past_footage import CameraFault, PastCamera, record_all
from examops.demo.story.past_review import review
from examops.demo.story.past_session import CLOCKWORK, LAST_BATCH
from examops.demo.story.photos import submit_photos
from examops.demo.story.seed import Story
from examops.demo.story.week import STORY_ACTOR
from examops.footage.archive import Span
from examops.footage.models import Arming, Segment
from examops.registration.models import Batch
from examops.sessions.models import ExamSession
from examops.sites.models import Camera
from video.identity import Identity, load_identity, pair
from video.recorder.spool import Spool
from video.server import Server, ServerUnavailable

ROOM = "electric-a"
BLACK, AWAY = (
    CameraFault(2950, 40, "black"),
    CameraFault(3500, 55, "timeout"),
)  # seconds after arming, of the rear camera
PATIENCE = 600.0  # seconds for the last segments to be verified


def main(arguments: list[str], app: Flask) -> int:
    parser = argparse.ArgumentParser(prog="python -m examops record-past")
    parser.add_argument("--server", required=True, help="address of the web")
    options = parser.parse_args(arguments)
    os.nice(10)  # the demo's pages come first
    with app.app_context():
        set_scope(SYSTEM)
        Story(settings()).create_rest()
        make_later_filings(SystemClock())
        submit_photos(STORY_ACTOR, SystemClock())
        return _record(options.server, settings().var)


def _record(address: str, var: Path) -> int:
    with transaction(SYSTEM):
        found = select(ExamSession.id).join(Batch, Batch.id == ExamSession.batch_id).where(Batch.name == LAST_BATCH)
        session_id = db.session.execute(found).scalar_one()
        cameras = _cameras(session_id)
    spool, server = Spool(var / FOLDER), Server(address.rstrip("/"))
    identity = load_identity(spool.root) or _paired(var, spool, server)
    server.token = identity.token
    spool.salvage(identity.signer)
    for share in record_all(cameras, spool, identity.signer, server):
        sys.stdout.write(f"{share:.0%}\n")
        sys.stdout.flush()
    _wait_until_verified(session_id)
    rear = next(camera for camera in cameras if camera.faults)
    review(session_id, _span(rear, BLACK), _span(rear, AWAY), SystemClock())
    with transaction(SYSTEM):
        box = db.session.execute(select(Device).where(Device.uid == identity.device_uid)).scalar_one()
        revoke(box, actor=CLOCKWORK, clock=SystemClock())
    (spool.root / DONE).touch()
    return 0


def _cameras(session_id: int) -> list[PastCamera]:
    query = select(Camera, Arming).join(Arming, Arming.camera_id == Camera.id).where(Arming.session_id == session_id)
    return [
        PastCamera(
            camera.uid,
            arming.uid,
            ROOM,
            camera.position,
            (arming.during.lower.timestamp(), arming.during.upper.timestamp()),  # type: ignore[union-attr]
            (AWAY, BLACK) if camera.position == "rear" else (),
        )
        for camera, arming in db.session.execute(query.order_by(Camera.id))
    ]


def _paired(var: Path, spool: Spool, server: Server) -> Identity:
    code = json.loads((var / "demo-pairing.json").read_text())["past_code"]
    while True:
        try:
            return pair(spool.root, server, code, "旧录像盒")
        except ServerUnavailable:
            time.sleep(1)


def _wait_until_verified(session_id: int) -> None:
    open_segments = select(func.count()).select_from(Segment)
    open_segments = open_segments.where(Segment.session_id == session_id, Segment.state == "announced")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with transaction(SYSTEM):
            if not db.session.execute(open_segments).scalar_one():
                return
        time.sleep(1)


def _span(camera: PastCamera, fault: CameraFault) -> Span:
    start = datetime.fromtimestamp(camera.armed[0] + fault.start, UTC)
    return Span(start, start + timedelta(seconds=fault.length))

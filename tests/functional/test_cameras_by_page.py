"""A camera entered on a page while its recorder runs: recorded with its login, nothing restarted, all parts real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from examops.accounts.pairing import create_pairing_code
from examops.core.clock import SystemClock
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.testcam.auth import Login
from examops.demo.testcam.background import in_background
from examops.demo.testcam.clip import ClipSource, synthetic_clip
from examops.demo.testcam.server import CameraServer
from examops.footage.archive.arming import arm_due
from examops.footage.models import CameraState, Gap, Segment
from examops.sites.models import Camera
from tests.browsers import signed_in
from tests.factories import Factory
from tests.functional.test_recording import address, live_app, rows, running, wait_for

__all__ = ["address", "live_app"]
pytestmark = [pytest.mark.rtsp, pytest.mark.s3, pytest.mark.postgres]
PASSWORD = "only-for-the-box"


def test_a_running_recorder_takes_up_a_camera_that_was_entered_on_the_page(
    make: Factory, live_app: Flask, address: str, tmp_path: Path
) -> None:
    body = make.body()
    site = make.site(body)
    room, began = make.room(site, stations=1), datetime.now(UTC)
    make.session_with_turns(make.batch(body), room, starts_at=began - timedelta(minutes=1), state="running")
    user = make.user("coordinator", body)
    with transaction(SYSTEM):
        code = create_pairing_code(site, "recorder", clock=SystemClock())
    log, spool = tmp_path / "log", tmp_path / "spool"
    box = ("video", "record", "--server", address, "--code", code, "--spool", str(spool), "--segment-seconds", "4")
    server = CameraServer(login=Login("admin", PASSWORD))
    server.add("front", ClipSource(synthetic_clip(1280, 720, fps=8, gop=8, bitrate=300_000, seconds=4)))
    client = live_app.test_client()
    with client.session_transaction() as browser:
        browser.update(signed_in(live_app, user))
    with in_background(server), running(*box, log=log):
        wait_for(lambda: (spool / "plan.json").exists(), log)
        form = {"room": str(room.uid), "label": "前1", "position": "front", "width": "1280", "height": "720"}
        form |= {"source": server.url("front"), "username": "admin", "password": "wrong"}
        added = client.post("/devices/cameras/", data=form)
        assert added.status_code == 302, added.text
        with transaction(SYSTEM):
            assert arm_due(SystemClock()) == 1
        wait_for(lambda: [one for one in rows(CameraState) if one.detail == "auth_failed"], log)
        login = {"username": "admin", "password": PASSWORD}
        assert client.post(f"{added.location}/login", data=login).status_code == 302
        verified = wait_for(lambda: rows(Segment, Segment.state == "verified"), log)
    (camera,) = rows(Camera)
    assert verified[0].camera_id == camera.id
    assert min(gap.started_at for gap in rows(Gap)) >= camera.added_at, "nothing is missed of before it was entered"
    assert PASSWORD not in log.read_text()

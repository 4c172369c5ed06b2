"""The whole way, all parts real: a painted camera over RTSP, the recorder's process, the web, the store, a worker."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from config.rulebook import rulebook
from examops.accounts.pairing import create_pairing_code
from examops.app.factory import create_app
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.servers.processes import die_with_parent
from examops.footage import invariants, jobs
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.models import CameraState, Gap, Segment, Strip
from tests import patience
from tests.browsers import signed_in
from tests.factories import Factory
from tests.patience import PATIENCE_S
from tests.ports import free_port

pytestmark = [pytest.mark.rtsp, pytest.mark.s3, pytest.mark.postgres]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def live_app(app: Flask, settings) -> Iterator[Flask]:
    """The same installation on the machine's clock: the recorder lives in real time."""
    live = create_app(settings, kind="web", clock=SystemClock())
    live.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield live
    with live.app_context():
        db.engine.dispose()


@pytest.fixture
def address(live_app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, live_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def running(*command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        line = [sys.executable, "-m", *command]
        process = subprocess.Popen(line, cwd=ROOT, stdout=file, stderr=file, preexec_fn=die_with_parent)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def wait_for(found: Callable[[], Any], log: Path) -> Any:
    return patience.wait_for(found, lambda: log.read_text()[-3000:], pause_s=0.3)


def rows(table: type, *where: Any) -> list[Any]:
    with transaction(SYSTEM):
        query = select(table).where(*where).order_by(table.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


@pytest.fixture
def scene(make: Factory, live_app: Flask):
    """A session that began a minute ago, in a room with one camera."""
    body = make.body()
    site = make.site(body)
    room = make.room(site, stations=2)
    camera = make.camera(room, source=f"rtsp://127.0.0.1:{free_port()}/electric-a-front")
    now = datetime.now(UTC)
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=now - timedelta(minutes=1), state="running")
    with transaction(SYSTEM):
        plan_armings(session, rulebook(), SystemClock())
        arm_due(SystemClock())
        code = create_pairing_code(site, "recorder", clock=SystemClock())
    return session, camera, code


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def two_of_one_run() -> list[Segment]:
    """The first two verified segments of a run; on a busy machine the first run may end before it has two."""
    runs: dict[Any, list[Segment]] = {}
    for segment in rows(Segment, Segment.state == "verified"):
        of_run = runs.setdefault(segment.run_uid, [])
        of_run.append(segment)
        if len(of_run) == 2:
            return of_run
    return []


def test_a_camera_is_recorded_archived_sampled_and_shown(
    scene, address: str, live_app: Flask, make: Factory, tmp_path: Path
) -> None:
    session, camera, code = scene
    log, port = tmp_path / "log", camera.source.split(":")[2].split("/")[0]
    testcam = ("examops.demo.testcam", "--port", port, "--cameras", "electric-a:front")
    recorder = (
        "video",
        "record",
        "--server",
        address,
        "--code",
        code,
        "--spool",
        str(tmp_path / "spool"),
        "--segment-seconds",
        "4",
    )
    began = datetime.now(UTC)
    with running(*testcam, log=log):
        wait_for(lambda: is_listening(int(port)), log)  # else the first gap says that the camera refused
        with running(*recorder, log=log):
            verified = wait_for(two_of_one_run, log)
            wait_for(
                lambda: [state for state in rows(CameraState) if state.snapshot_at and state.state == "recording"], log
            )
    assert verified[1].sequence - verified[0].sequence == 1
    # The box was paired after the session began: of the time before, only the server may say that it is missing.
    # Pictures may be slow to come on a busy machine ("timeout"); nothing else is the camera's.
    assert {gap.reason for gap in rows(Gap)} <= {"late_start", "timeout"}
    assert all(gap.started_at >= began for gap in rows(Gap))
    with live_app.app_context():
        assert invariants.broken_chains() == invariants.changed_sidecars() == invariants.doubled_gaps() == []
        assert invariants.verified_unlike_store(store()) == []
        jobs.sample(str(verified[0].uid))
        with transaction(SYSTEM):
            strip = db.session.execute(select(Strip)).scalar_one()
        index = json.loads(store().get("derived", strip.index_key))
    assert (strip.frame_count, strip.failed_count) == (1, 0)
    assert index["frames"][0]["std"] > 5
    assert_shown(live_app, make, session, camera, verified[0])


def assert_shown(live_app: Flask, make: Factory, session: Any, camera: Any, segment: Segment) -> None:
    """A supervisor's player gets a list of the archived file, and its first bytes are an MP4."""
    user = make.user("supervisor", district="440606")
    client = live_app.test_client()
    with client.session_transaction() as browser:
        browser.update(signed_in(live_app, user))
    url = f"/footage/sessions/{session.uid}/cameras/{camera.uid}/playlist.m3u8"
    listed = client.get(url, query_string={"from": segment.started_at.isoformat()}).text.splitlines()
    source = next(line for line in listed if line.startswith("http"))
    head = urllib3.request("GET", source, headers={"Range": f"bytes=0-{segment.init_length - 1}"}).data
    assert head[4:8] == b"ftyp"
    assert b"avcC" in head
    assert len(base64.b64decode(segment.sidecar["signature"])) == 64
    assert client.get("/footage/wall/data.json").json["tiles"][0]["image_url"].startswith("http")

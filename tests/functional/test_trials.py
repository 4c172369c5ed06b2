"""A fitness trial from the page to the verdict, all parts real; the recorder is killed in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts.pairing import create_pairing_code
from examops.core.actor import Actor
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.testcam.background import in_background
from examops.demo.testcam.clip import ClipSource, synthetic_clip
from examops.demo.testcam.server import CameraServer
from examops.footage.trials.asking import ask_for_trials
from examops.footage.trials.models import FitnessTrial
from tests.factories import Factory
from tests.functional.test_recording import ROOT, address, live_app, running, wait_for

__all__ = ["address", "live_app"]
pytestmark = [pytest.mark.rtsp, pytest.mark.s3, pytest.mark.postgres]
SECONDS = 6
# What a camera is refused for whose pictures come late; how each is judged is tests/domains/footage's subject.
OF_A_BUSY_MACHINE = {
    *("trial.first_picture_seconds_max", "trial.frames_per_second_min", "trial.picture_percent_min"),
    "footage.clock_skew_ms",
}


@pytest.fixture
def camera_url() -> Iterator[str]:
    """Of a camera that costs next to nothing: a clip, encoded once."""
    server = CameraServer()
    server.add("front", ClipSource(synthetic_clip(1280, 720, fps=8, gop=8, bitrate=300_000, seconds=4)))
    with in_background(server):
        yield server.url("front")


@pytest.fixture
def asked(make: Factory, live_app: Flask, camera_url: str) -> tuple[str, str]:
    """The code of a site's box, and the uid of a trial of its camera."""
    site = make.site(make.body())
    camera = make.camera(make.room(site, stations=1), source=camera_url)
    with transaction(SYSTEM):
        options: Any = {"clock": SystemClock(), "rules": rulebook()}
        (trial,) = ask_for_trials([camera], actor=Actor.system("test"), **options)
        trial.seconds = SECONDS
        return create_pairing_code(site, "recorder", clock=SystemClock()), str(trial.uid)


def test_a_recorder_killed_in_between_takes_the_trial_up_again(asked, address: str, live_app, tmp_path: Path) -> None:
    code, uid = asked
    log, spool = tmp_path / "log", tmp_path / "spool"
    box = ("video", "record", "--server", address, "--code", code, "--spool", str(spool))

    def trial() -> FitnessTrial:
        db.session.rollback()
        with transaction(SYSTEM):
            query = select(FitnessTrial).where(FitnessTrial.uid == uid)
            return db.session.execute(query, execution_options={"populate_existing": True}).scalar_one()

    with log.open("ab") as file:
        first = subprocess.Popen([sys.executable, "-m", *box], cwd=ROOT, stdout=file, stderr=file)
    wait_for(lambda: trial().state == "running", log)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert (trial().state, trial().attempts) == ("running", 1)
    with running(*box, log=log):
        wait_for(lambda: trial().ended_at, log)
    done = trial()
    assert (done.state in ("passed", "failed"), done.attempts) == (True, 2), done.cause
    assert {line["rule"] for line in done.lines if line["outcome"] == "fail"} <= OF_A_BUSY_MACHINE
    assert (done.measures["width"], done.measures["height"]) == (1280, 720)
    with live_app.app_context():
        assert store().get("derived", done.still_key).startswith(b"\xff\xd8")

"""``python -m examops testcam --port P``: the demo's cameras, with the demo's login."""

from __future__ import annotations

import os
from pathlib import Path

from examops.demo.story.drawn_cameras import CAMERAS, camera_login
from examops.demo.testcam.command import main as serve


def main(arguments: list[str] | None = None) -> int:
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    user, password = camera_login(var)
    cameras = ",".join(f"{room}:{position}" for room, position, _ in CAMERAS)
    in_use = ",".join(f"{room}:{position}" for room, position, _ in CAMERAS if not room.startswith("theory"))
    black = ["--black-camera", "welding-c-front"]  # of a room in use, so that somebody sees the alarm
    kept = ["--stills", str(var / "testcam")]  # a second start paints nothing
    login = [f"--user={user}", f"--password={password}"]  # one in 64 drawn passwords begins with a dash
    return serve([*(arguments or []), "--cameras", cameras, *login, "--begin", in_use, *black, *kept])

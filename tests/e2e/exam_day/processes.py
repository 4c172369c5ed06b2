"""The processes beside the web: begun in any order, stopped together; their last words are kept for a failing test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from examops.demo.servers.processes import die_with_parent
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]
LOGIN = {"username": "examroom", "password": "walk-only-7351"}


class Processes:
    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, {**os.environ, **environ}
        self.all: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *module: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            line = [sys.executable, "-m", *module]
            # A test that hangs ends with its process, and nobody stops what it began: these would run on for ever.
            options = {"cwd": ROOT, "env": self.environ, "stdout": log, "stderr": log}
            self.all[name] = subprocess.Popen(line, preexec_fn=die_with_parent, **options)

    def start_cameras(self, port: int) -> None:
        """Two drawn cameras of one room that ask for a login."""
        cameras = ("--cameras", "electric-a:front,electric-a:rear", "--fps", "4", "--black-every", "0")
        login = ("--user", LOGIN["username"], "--password", LOGIN["password"])
        self.start("cameras", "examops.demo.testcam", "--port", str(port), *cameras, *login)

    def start_recorder(self, address: str, code: str, camera_uids: list[str]) -> None:
        """A new box: its code typed in, the cameras' password kept on it alone."""
        spool = self.folder / "spool"
        spool.mkdir(mode=0o700)
        (spool / "cameras.json").write_text(json.dumps(dict.fromkeys(camera_uids, LOGIN)))
        words = ("--server", address, "--code", code, "--spool", str(spool), "--name", "一号录像盒")
        self.start("recorder", "video", "record", *words, "--segment-seconds", "4")

    def stop(self) -> None:
        for process in self.all.values():
            process.terminate()
        for process in self.all.values():
            process.wait(PATIENCE_S)

    def last_words(self) -> str:
        logs = {name: (self.folder / f"{name}.log").read_text()[-1500:] for name in self.all}
        return "\n".join(f"== {name}\n{words}" for name, words in logs.items())

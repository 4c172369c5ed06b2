"""The seed command as a process of its own: its memory is freed, and its imports run while the servers start."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from examops.demo.servers.processes import spawn, stop, tail

ROOT = Path(__file__).resolve().parents[3]
WORDS = "表结构、存储桶、演示数据"
COMMAND = ("when-told", "seed", "--upgrade")


class StepFailed(Exception):
    """A step of the preparation ended with an error; the text is for the person at the keyboard."""


class Seed:
    """Begins at once and waits for ``run``. ``environ`` is what is known of the settings by then."""

    def __init__(self, log: Path, environ: Mapping[str, str], command: tuple[str, ...] = COMMAND) -> None:
        self.log = log
        line = [sys.executable, "-m", "examops", *command]
        self.process = spawn(line, log=log, environ=environ, cwd=ROOT, stdin=subprocess.PIPE)

    def run(self, environ: Mapping[str, str]) -> None:
        """Hand over the settings and wait for the end. Raises :class:`StepFailed`."""
        self.process.communicate(json.dumps(dict(environ)).encode())
        if self.process.returncode != 0:
            raise StepFailed(f"演示数据没有成功（{self.process.returncode}）：\n{tail(self.log)}\n完整日志：{self.log}")

    def stop(self) -> None:
        """End it, whatever it does; nothing where it has ended."""
        if self.process.stdin:
            self.process.stdin.close()
        stop(self.process, signal.SIGTERM, 5)

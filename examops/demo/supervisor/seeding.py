"""The seed command as a process of its own: its memory is freed when it ends."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from examops.demo.servers.processes import tail
from examops.demo.supervisor.forked import ForkServer

WORDS = "表结构、存储桶、演示数据"


class StepFailed(RuntimeError):
    """A step of the preparation ended with an error; the text is for the person at the keyboard."""


def seed(
    server: ForkServer, log: Path, environ: Mapping[str, str], command: tuple[str, ...] = ("seed", "--upgrade")
) -> None:
    """Run it to its end. Raises :class:`StepFailed`."""
    line = [sys.executable, "-m", "examops", *command]
    code = server.spawn("seed", line, log=log, environ=environ).wait()
    if code != 0:
        raise StepFailed(f"演示数据没有成功（{code}）：\n{tail(log)}\n完整日志：{log}")

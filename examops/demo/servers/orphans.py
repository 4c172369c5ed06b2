"""A stale pid file: of a server that outlived its supervisor, or of one that is gone.

The caller holds the folder's lock, so no other supervisor uses the folder. PostgreSQL refuses to start while the pid
in its file is alive, even when, after a reboot, that number belongs to an unrelated process; then it would never start
again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def end_orphan(data: Path, say: Callable[[str], None]) -> None:
    """Stop a server that outlived its supervisor; remove a pid file that names somebody else."""
    file = data / "postmaster.pid"
    pid = _pid_in(file)
    if pid is None:
        return
    if not _serves(pid, data):
        file.unlink(missing_ok=True)
        return
    say("上次的 PostgreSQL 还在运行，正在停止它")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    while _serves(pid, data):
        time.sleep(0.1)


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL whose command line names this very folder."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[0].endswith(b"postgres") and os.fsencode(data) in words

"""Time of ``make demo`` until it is ready, in a fresh clone with an empty home, and of a second start.

Fetches everything over the network, so it only runs when asked for: ``make bench ONLY=demo``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

READY, ROOT = "准备好了", Path(__file__).parents[1]


def run() -> list[dict[str, Any]]:
    if "demo" not in sys.argv[1:]:
        print("demo: takes minutes and hundreds of MB from the network, so only with ONLY=demo")
        return []
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        cold, stop = _start(clone, home)
        warm, _ = _start(clone, home)
    unit = "s until it says ready"
    return [
        _row("demo.cold", cold, None, None, f"{unit}: clone, install, build, first start"),
        _row("demo.warm", warm, cold, "the first time", f"{unit}: second start, data kept", "ours <= 6"),
        _row("demo.stop", stop, None, None, "s from Ctrl+C to the end of every process"),
    ]


def _row(
    name: str, ours: float, peer: float | None, peer_name: str | None, unit: str, goal: str = "–"
) -> dict[str, Any]:
    ratio = round(ours / peer, 3) if peer else None
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1) if peer else None,
        "peer_name": peer_name,
        "ratio": ratio,
        "unit": unit,
        "goal": goal,
    }


def _start(clone: Path, home: Path) -> tuple[float, float]:
    """Seconds until ready, and seconds to stop."""
    environ = {**os.environ, "HOME": str(home), "PORT": str(_free_port())}
    environ = {
        name: value for name, value in environ.items() if not name.startswith(("EXAMOPS_", "VIRTUAL_ENV", "XDG_"))
    }
    began = time.monotonic()
    demo = subprocess.Popen(
        ["make", "demo"],
        cwd=clone,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout
    seen = []
    for line in demo.stdout:
        seen.append(line)
        if READY in line:
            break
    else:
        raise RuntimeError("".join(seen[-20:]))
    ready, asked = time.monotonic() - began, time.monotonic()
    os.killpg(demo.pid, signal.SIGINT)
    demo.stdout.read()
    demo.wait(60)
    return ready, time.monotonic() - asked


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""CPU and memory of recording, per camera: the site recorder against a process of ``ffmpeg -c copy`` per camera.

Both record the same cameras during the same seconds, so that whatever else the machine does hits both. CPU is user
and system time from ``/proc``, in percent of one core per camera; memory is what the processes hold for themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.cameras import FPS, cameras
from video.recorder.spool import Spool

GOALS = {1: 0.6, 16: 0.4, 48: 0.35}  # cameras, and what ours may cost of the peer's CPU
MEMORY_GOALS = {16: 0.15}
WINDOW, PATIENCE = 60.0, 120.0
PEER = "ffmpeg -c copy -f segment, a process per camera"


def run() -> list[dict[str, Any]]:
    """About a minute and a half for each number of cameras; ``EXAMOPS_BENCH_CAMERAS=16`` takes these alone."""
    if shutil.which("ffmpeg") is None:
        print("recorder: ffmpeg is not installed; ours is measured alone")
    return [row for count in _counts() for row in _compare(count)]


def _counts() -> list[int]:
    chosen = os.environ.get("EXAMOPS_BENCH_CAMERAS")
    return [int(word) for word in chosen.split(",")] if chosen else list(GOALS)


def _compare(count: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, cameras(count) as addresses:
        ours, peer = Path(folder) / "ours", Path(folder) / "peer"
        peer.mkdir()
        with ExitStack() as stack:
            us = stack.enter_context(_processes([[sys.executable, "-m", "bench.recording", str(ours), *addresses]]))
            them = stack.enter_context(_processes(_ffmpeg(peer, addresses)))
            _wait_for_footage(ours, peer, count)
            before, began = (_cpu(us), _cpu(them)), time.monotonic()
            time.sleep(WINDOW)
            spent = time.monotonic() - began
            cpu = [(_cpu(group) - start) / spent / count * 100 for group, start in zip((us, them), before, strict=True)]
            memory = [_private_mb(group) for group in (us, them)]
        _check(ours, peer, count, spent)
    return [
        _row(f"recorder.cpu_{count}_cameras", cpu, "% of a core per camera", 4, GOALS.get(count)),
        _row(f"recorder.memory_{count}_cameras", memory, "MB private, all processes", 1, MEMORY_GOALS.get(count)),
    ]


def _row(name: str, pair: list[float], unit: str, digits: int, goal: float | None) -> dict[str, Any]:
    has_peer = bool(pair[1])
    return {
        "name": name,
        "ours": round(pair[0], digits),
        "peer": round(pair[1], digits) if has_peer else None,
        "peer_name": PEER if has_peer else None,
        "ratio": round(pair[0] / pair[1], 3) if has_peer else None,
        "unit": unit,
        "goal": "–" if goal is None else f"<= {goal}",
    }


def _ffmpeg(folder: Path, addresses: list[str]) -> list[list[str]]:
    """One command per camera: segments of a minute, fragmented MP4, nothing decoded."""
    if shutil.which("ffmpeg") is None:
        return []
    flags = "movflags=frag_keyframe+empty_moov+default_base_moof"
    return [
        [
            "ffmpeg",
            "-nostdin",
            "-v",
            "error",
            "-rtsp_transport",
            "tcp",
            "-i",
            address,
            "-c",
            "copy",
            "-f",
            "segment",
            "-segment_time",
            "60",
            "-segment_format",
            "mp4",
            "-segment_format_options",
            flags,
            str(folder / f"{n}-%03d.mp4"),
        ]
        for n, address in enumerate(addresses)
    ]


@contextmanager
def _processes(commands: list[list[str]]) -> Iterator[list[int]]:
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for command in commands]
    try:
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


def _cpu(pids: list[int]) -> float:
    """Seconds of user and system time of these processes."""
    ticks = 0
    for pid in pids:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _private_mb(pids: list[int]) -> float:
    size = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        size += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return size / 1024


def _wait_for_footage(ours: Path, peer: Path, count: int) -> None:
    """Until every recorder has written a few groups: starting up is not what is measured."""
    deadline = time.monotonic() + PATIENCE
    wanted = count * (2 if shutil.which("ffmpeg") else 1)
    while time.monotonic() < deadline:
        files = [*ours.glob("*/*.part"), *peer.glob("*.mp4")]
        if sum(file.stat().st_size > 2_000_000 for file in files) >= wanted:
            return
        time.sleep(0.5)
    raise AssertionError("not every camera is recorded")


def _check(ours: Path, peer: Path, count: int, seconds: float) -> None:
    """Assert that every camera was recorded for all seconds, so that low cost is not due to lost footage."""
    notes = [item.sidecar for item in Spool(ours).closed_segments()]
    assert {note["camera_uid"] for note in notes} == {f"camera-{n}" for n in range(count)}
    assert sum(note["lost_packets"] + note["damaged_frames"] for note in notes) == 0
    frames = sum(note["frames"] for note in notes)
    assert frames >= count * FPS * seconds * 0.98, f"{frames} pictures in {seconds:.0f} s"
    sizes = [sum(file.stat().st_size for file in peer.glob(f"{n}-*.mp4")) for n in range(count)]
    if shutil.which("ffmpeg"):
        assert min(sizes) > sum(note["bytes"] for note in notes) / count * 0.8


if __name__ == "__main__":
    for result in run():
        print(result)

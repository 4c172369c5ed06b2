"""``python -m bench.cameras COUNT``: cameras of one clip encoded beforehand, 1080p25 at about 4 Mbit/s, GOP 50.

Prints one address a line, then serves until told to stop. A process of its own, so that what serving costs is nobody's.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from examops.demo.testcam import CameraServer, ClipSource, synthetic_clip

FPS, GOP, BITRATE, SECONDS = 25, 50, 4_000_000, 10


@contextmanager
def cameras(count: int) -> Iterator[list[str]]:
    """Addresses of ``count`` cameras, served by another process until the end of the block."""
    command = [sys.executable, "-m", "bench.cameras", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().strip() for _ in range(count)]
        finally:
            process.terminate()


async def _serve(count: int) -> None:
    clip = synthetic_clip(1920, 1080, FPS, GOP, BITRATE, SECONDS)
    server = CameraServer()
    for number in range(count):
        server.add(f"cam-{number}", ClipSource(clip, phase=number * 0.618 % (GOP / FPS)))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        for name in server.names():
            print(server.url(name), flush=True)
        await stop.wait()


if __name__ == "__main__":
    os.nice(-5) if os.geteuid() == 0 else None  # a camera that is late would make recorders look idle
    asyncio.run(_serve(int(sys.argv[1])))

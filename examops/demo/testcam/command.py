"""`python -m examops.demo.testcam`: the demo's cameras on one port."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2

from examops.demo.testcam.auth import Login
from examops.demo.testcam.encoder import EncoderSettings
from examops.demo.testcam.live import LiveSource
from examops.demo.testcam.painter import POSITIONS, Painter
from examops.demo.testcam.rooms import ROOMS, camera_label
from examops.demo.testcam.server import CameraServer
from examops.demo.testcam.stills import Stills

DEFAULT_CAMERAS = "electric-a:front,electric-a:rear,theory-1:front,theory-1:rear,welding-c:front,lathe-3:front"
SIZE, BITRATE, GOP_SECONDS = (1280, 720), 110_000, 4  # 50 MB an hour: a drawn room is quiet


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    cv2.setNumThreads(1)  # one thread a camera; OpenCV's own pool would only get in their way
    try:
        cameras = parse_cameras(options.cameras)
        asyncio.run(_serve(options, cameras))
    except (ValueError, OSError) as error:
        print(f"testcam: {error}", flush=True)
        return 1
    return 0


def parse_cameras(text: str) -> list[tuple[str, str]]:
    """`ROOM:POSITION,…` to pairs. Raises ValueError that names what is unknown."""
    pairs = []
    for item in text.split(","):
        room, _, position = item.strip().partition(":")
        if room not in ROOMS:
            raise ValueError(f"no room {room!r}; there are {', '.join(ROOMS)}")
        if position not in POSITIONS:
            raise ValueError(f"no position {position!r}; there are {', '.join(POSITIONS)}")
        pairs.append((room, position))
    return pairs


def live_camera(
    room: str,
    position: str,
    fps: int = 8,
    size: tuple[int, int] = SIZE,
    gop_seconds: int = GOP_SECONDS,
    stills: Stills | None = None,
) -> LiveSource:
    """A painted camera; the painter is made when somebody first looks."""
    make = partial(drawn, room, position, size, stills)
    return LiveSource(make, EncoderSettings(size[0], size[1], fps, gop_seconds * fps, BITRATE))


def drawn(room: str, position: str, size: tuple[int, int], stills: Stills | None = None) -> Painter:
    """The painter of a room of the demo as seen from ``position``."""
    plan = ROOMS[room]
    keep = partial(stills.painted, f"{room}-{position}") if stills else None
    return Painter(plan.build(), position, camera_label(room, position), size, plan.seed, keep)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="testcam", description="Drawn exam-room cameras over RTSP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8554)
    parser.add_argument("--cameras", default=DEFAULT_CAMERAS, help=f"ROOM:POSITION,… (rooms: {', '.join(ROOMS)})")
    parser.add_argument("--fps", type=int, default=8)
    parser.add_argument("--gop-seconds", type=int, default=GOP_SECONDS, help="seconds from one keyframe to the next")
    parser.add_argument("--begin", default="", help="ROOM:POSITION,… of cameras to paint before somebody looks")
    parser.add_argument("--stills", type=Path, help="folder in which painted rooms are kept for the next start")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--black-every", type=float, default=300, help="seconds between black spells, 0 for none")
    parser.add_argument("--black-for", type=float, default=20, help="seconds a black spell lasts")
    parser.add_argument("--black-camera", help="NAME of the camera that goes black; the last one by default")
    return parser


async def _serve(options: argparse.Namespace, cameras: list[tuple[str, str]]) -> None:
    login = Login(options.user, options.password) if options.user else None
    server, stills = CameraServer(options.host, options.port, login), Stills(options.stills) if options.stills else None
    early = []
    for room, position in cameras:
        source = live_camera(room, position, options.fps, gop_seconds=options.gop_seconds, stills=stills)
        server.add(f"{room}-{position}", source)
        if f"{room}:{position}" in options.begin.split(","):
            early.append(source)
    black = options.black_camera or server.names()[-1]
    if server.camera(black) is None:
        raise ValueError(f"no camera {black!r} to go black; there are {', '.join(server.names())}")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with server:
        for name in server.names():
            print(server.url(name), flush=True)
        for source in early:  # once the server listens: painting takes all there is
            source.begin()
        spells = asyncio.create_task(_black_spells(server, black, options.black_every, options.black_for))
        await stop.wait()
        spells.cancel()


async def _black_spells(server: CameraServer, name: str, every_s: float, last_s: float) -> None:
    """Let one camera go black now and then, so that the alarm has something to find."""
    while every_s > 0:
        await asyncio.sleep(max(0.0, every_s - last_s))
        server.black(name)
        await asyncio.sleep(last_s)
        server.heal(name)

"""Our client against a real RTSP server: pictures, passwords, faults."""

import asyncio
import itertools
import logging

import pytest

from examops.demo.testcam.auth import Login
from examops.demo.testcam.clip import ClipSource, synthetic_clip
from examops.demo.testcam.server import CameraServer
from tests.apart import run_apart
from tests.patience import PATIENCE_S
from video.rtsp import AuthFailed, NotFound, Refused, SessionEnded, TimedOut
from video.rtsp.client import open_stream

pytestmark = pytest.mark.rtsp
CLIP = synthetic_clip(320, 180, fps=10, gop=10, bitrate=200_000, seconds=2)


async def until(condition) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.02)


def with_camera(work, login: Login | None = None):
    async def run():
        server = CameraServer(login=login)
        server.add("room-front", ClipSource(CLIP), clock_skew_s=3600.0)
        async with server:
            return await work(server)

    return run_apart(run)


async def play(server: CameraServer, username: str = "", password: str = "", **options):
    pictures = []
    stream = await open_stream(server.url("room-front"), username, password, pictures.append, **options)
    return stream, pictures


def test_pictures_arrive_whole_with_parameters_and_time() -> None:
    async def work(server):
        stream, pictures = await play(server)
        await until(lambda: len(pictures) >= 25 and any(p.is_key for p in pictures))
        await stream.close()
        return pictures

    pictures = with_camera(work)
    key = next(p for p in pictures if p.is_key)
    assert (key.params.width, key.params.height) == (320, 180)
    assert key.params.codec.startswith("avc1.")
    steps = {b.ticks - a.ticks for a, b in itertools.pairwise(pictures)}
    assert steps == {9000}
    assert sum(p.lost_packets for p in pictures) == 0
    assert abs(pictures[-1].clock_offset_ms - 3_600_000) < 1_800_000


def test_the_right_password_opens_the_camera() -> None:
    async def work(server):
        stream, pictures = await play(server, "admin", "p@ss#50%/?")
        await until(lambda: len(pictures) > 3)
        await stream.close()

    with_camera(work, Login("admin", "p@ss#50%/?"))


def test_a_wrong_password_is_told_apart_and_never_shown(caplog) -> None:
    async def work(server):
        with pytest.raises(AuthFailed) as refused:
            await play(server, "admin", "not-the-secret")
        return str(refused.value) + repr(refused.value)

    with caplog.at_level(logging.DEBUG):
        said = with_camera(work, Login("admin", "right"))
    assert "not-the-secret" not in said + caplog.text


def test_a_camera_that_is_not_there_is_not_found() -> None:
    async def work(server):
        with pytest.raises(NotFound):
            await open_stream(server.url("room-front") + "-other", "", "", print)

    with_camera(work)


def test_nobody_listening_is_refused() -> None:
    with pytest.raises(Refused):
        run_apart(lambda: open_stream("rtsp://127.0.0.1:9/cam", "", "", print))


def test_a_camera_that_refuses_says_so() -> None:
    async def work(server):
        server.refuse("room-front")
        with pytest.raises(Refused):
            await play(server)

    with_camera(work)


def test_a_stalled_camera_times_out_although_the_connection_stands() -> None:
    async def work(server):
        stream, pictures = await play(server, quiet=3.0)
        await until(lambda: len(pictures) > 3)
        server.stall("room-front")
        with pytest.raises(TimedOut):
            await asyncio.wait_for(asyncio.shield(stream.ended), PATIENCE_S)
        await stream.close()

    with_camera(work)


def test_a_dropped_connection_ends_the_session() -> None:
    async def work(server):
        stream, pictures = await play(server)
        await until(lambda: len(pictures) > 3)
        server.drop("room-front")
        with pytest.raises(SessionEnded):
            await asyncio.wait_for(asyncio.shield(stream.ended), PATIENCE_S)
        await stream.close()

    with_camera(work)


def test_closing_says_goodbye_and_the_camera_has_no_viewer_left() -> None:
    async def work(server):
        stream, pictures = await play(server)
        await until(lambda: len(pictures) > 3)
        assert server.viewers("room-front") == 1
        await stream.close()
        await until(lambda: server.viewers("room-front") == 0)

    with_camera(work)


@pytest.mark.parametrize(
    "url",
    ["rtsps://127.0.0.1/cam", "rtsp://admin:secret@127.0.0.1/cam", "rtsp://127.0.0.1:9999999/secret", "http://x/"],
)
def test_an_address_we_cannot_use_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(Refused) as refused:
        run_apart(lambda: open_stream(url, "", "", print))
    assert "secret" not in str(refused.value)

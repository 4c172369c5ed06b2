"""The camera server as a real RTSP client sees it."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from itertools import islice, pairwise

import av
import numpy as np
import pytest

from examops.demo.testcam import (
    CameraServer,
    ClipSource,
    EncoderSettings,
    LiveSource,
    Login,
    Painter,
    in_background,
    synthetic_clip,
)
from examops.demo.testcam.rooms import ROOMS
from tests.apart import run_apart
from tests.patience import PATIENCE_S, wait_for

pytestmark = pytest.mark.rtsp
FAST = {"rtsp_transport": "tcp", "probesize": "32", "analyzeduration": "0"}


@pytest.fixture(scope="module")
def clip():
    return synthetic_clip(width=320, height=180, fps=10, gop=10, bitrate=300_000, seconds=2)


@contextmanager
def serving(source, **options):
    server = CameraServer(**options)
    server.add("gate", source)
    with in_background(server):
        yield server


class FromTheFirstPlayer:
    """Time that stands still until somebody plays, however long that takes on a busy machine."""

    def __init__(self):
        self.asked, self.waited, self.begun = 0, 0.0, time.time()

    def __call__(self):
        self.asked += 1
        if self.asked <= 2:  # by the source when it is made, and when its first player joins
            self.waited = time.time() - self.begun
        return time.time() - self.waited


def opened(server, login=""):
    return av.open(server.url("gate").replace("://", f"://{login}"), options=FAST, timeout=(PATIENCE_S, PATIENCE_S))


def greys(container):
    return (frame.to_ndarray(format="gray") for frame in container.decode(video=0))


def test_player_opens_a_clip_and_decodes_it(clip):
    with serving(ClipSource(clip)) as server, opened(server) as stream:
        assert (stream.streams.video[0].width, stream.streams.video[0].height) == (320, 180)
        assert [picture.shape for picture in islice(greys(stream), 5)] == [(180, 320)] * 5


def test_several_players_watch_one_camera(clip):
    with serving(ClipSource(clip)) as server, opened(server) as first, opened(server) as second:
        assert next(greys(first)).shape == next(greys(second)).shape
        assert server.viewers("gate") == 2


def test_join_may_come_in_the_middle_of_a_gop(clip):
    with serving(ClipSource(clip, phase=0.5, clock=FromTheFirstPlayer())) as server, opened(server) as stream:
        keys = [packet.is_keyframe for packet in islice(stream.demux(video=0), 12)]
    assert not keys[0]
    assert any(keys)


def test_join_may_wait_for_a_keyframe(clip):
    with (
        serving(ClipSource(clip, phase=0.5, clock=FromTheFirstPlayer()), join_at_keyframe=True) as server,
        opened(server) as stream,
    ):
        assert next(stream.demux(video=0)).is_keyframe


@pytest.mark.parametrize("schemes", [("md5",), ("basic",), ("sha-256", "md5")])
def test_right_password_opens(clip, schemes):
    login = Login("viewer", "s3cret", schemes)
    with serving(ClipSource(clip), login=login) as server, opened(server, "viewer:s3cret@") as stream:
        assert next(greys(stream)).shape == (180, 320)


@pytest.mark.parametrize("schemes", [("md5",), ("basic",)])
def test_wrong_password_is_refused(clip, schemes):
    with serving(ClipSource(clip), login=Login("viewer", "s3cret", schemes)) as server:
        with pytest.raises(av.error.HTTPUnauthorizedError):
            opened(server, "viewer:wrong@")
        with pytest.raises(av.error.HTTPUnauthorizedError):
            opened(server)


def test_unknown_camera_is_not_found(clip):
    with serving(ClipSource(clip)) as server, pytest.raises(av.error.HTTPNotFoundError):
        av.open(server.url("gate") + "x", options=FAST, timeout=(PATIENCE_S, PATIENCE_S))


def test_refusing_camera_cuts_its_players_and_answers_503(clip):
    with serving(ClipSource(clip)) as server:
        with opened(server) as stream:
            next(greys(stream))
            server.refuse("gate")
            wait_for(lambda: server.viewers("gate") == 0)
        with pytest.raises(av.error.HTTPServerError):
            opened(server)
        server.heal("gate")
        with opened(server) as stream:
            assert next(greys(stream)).shape == (180, 320)


def test_dropped_player_may_come_back(clip):
    with serving(ClipSource(clip)) as server:
        with opened(server) as stream:
            next(greys(stream))
            server.drop("gate")
            assert len(list(stream.demux(video=0))) < 100
        with opened(server) as stream:
            assert next(greys(stream)).shape == (180, 320)


def test_stalled_camera_sends_nothing_but_keeps_the_line(clip):
    with serving(ClipSource(clip)) as server, opened(server) as stream:
        next(greys(stream))
        server.stall("gate")
        seen = []
        reader = threading.Thread(target=lambda: seen.extend(islice(stream.demux(video=0), 200)))
        reader.start()
        wait_for(lambda: len(seen) < 200 and server.viewers("gate") == 1)
        time.sleep(0.5)
        held = server.viewers("gate")
        server.heal("gate")
        server.drop("gate")
        reader.join(PATIENCE_S)
    assert held == 1
    assert not reader.is_alive()


def test_black_fault_turns_the_picture_black_and_back(clip):
    with serving(ClipSource(clip)) as server, opened(server) as stream:
        pictures = greys(stream)
        assert next(pictures).mean() > 40
        server.black("gate")
        assert any(picture.mean() < 25 for picture in islice(pictures, 60))
        server.heal("gate")
        assert any(picture.mean() > 40 for picture in islice(pictures, 60))


def test_frozen_clip_repeats_one_picture(clip):
    with serving(ClipSource(clip)) as server, opened(server) as stream:
        server.freeze("gate")
        pictures = list(islice(greys(stream), 45))[-10:]
    steps = [np.abs(one.astype(int) - two).mean() for one, two in pairwise(pictures)]
    assert max(steps) < 3


def test_sender_report_carries_the_skewed_clock(clip):
    server = CameraServer()
    server.add("gate", ClipSource(clip), clock_skew_s=3600.0)
    with in_background(server), opened(server) as stream:
        packet = next(packet for packet in stream.demux(video=0) if packet.has_sidedata("prft"))
        camera_clock = int.from_bytes(bytes(packet.get_sidedata("prft"))[:8], "little") / 1e6
    assert camera_clock - time.time() == pytest.approx(3600, abs=1800)


def test_live_camera_paints_goes_black_and_recovers():
    plan = ROOMS["theory-1"]
    source = LiveSource(lambda: Painter(plan.build(), "front", "试", (320, 180)), EncoderSettings(320, 180, 8, 8))
    with serving(source) as server, opened(server) as stream:
        pictures = greys(stream)
        assert next(pictures).std() > 15
        server.black("gate")
        assert any(picture[40:140].mean() < 25 for picture in islice(pictures, 40))
        server.heal("gate")
        assert any(picture[40:140].mean() > 60 for picture in islice(pictures, 40))


def test_a_camera_that_fell_behind_goes_on_with_a_keyframe_at_once():
    plan, ahead = ROOMS["theory-1"], [0.0]
    settings = EncoderSettings(320, 180, 8, 80)
    source = LiveSource(
        lambda: Painter(plan.build(), "front", "试", (320, 180)), settings, lambda: time.time() + ahead[0]
    )

    async def watch() -> list:
        found, units = [], source.units()
        async for unit in units:
            found.append(unit)
            if len(found) == 3:
                ahead[0] = 3.0  # the machine was too busy for three seconds
            if len(found) > 3 and unit.keyframe:
                await units.aclose()
                return found

    async def work() -> list:
        async with asyncio.timeout(PATIENCE_S):
            return await watch()

    try:
        units = run_apart(work)
    finally:
        source.close()
    late = [b for a, b in pairwise(units) if b.ticks - a.ticks > 2 * 90_000]  # more than one where it really was
    assert units[-1] in late
    assert all(unit.keyframe for unit in late)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_command_prints_its_urls_and_ends_when_asked(how):
    command = [sys.executable, "-m", "examops.demo.testcam", "--port", "0", "--cameras", "theory-1:front,care-1:rear"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        urls = [process.stdout.readline().strip() for _ in range(2)]
        process.send_signal(how)
        assert process.wait(PATIENCE_S) == 0
    assert [url.rsplit("/", 1)[1] for url in urls] == ["theory-1-front", "care-1-rear"]


def test_who_comes_after_nobody_looked_gets_a_keyframe_first():
    plan, settings = ROOMS["theory-1"], EncoderSettings(320, 180, 8, 800)
    source = LiveSource(lambda: Painter(plan.build(), "front", "试", (320, 180)), settings)

    async def looks(count: int) -> list:
        units, found = source.units(), []
        async with asyncio.timeout(PATIENCE_S):
            async for unit in units:
                found.append(unit.keyframe)
                if len(found) == count:
                    await units.aclose()
                    return found

    try:
        assert run_apart(lambda: looks(3))[0]
        assert all(run_apart(lambda: looks(1))[0] for _ in range(5))
    finally:
        source.close()

"""How a stream reads: bytes are parsed as they are read, with that time, through memory all share, and never lost."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from tests.video.test_rtsp_client import run_apart
from video.rtsp.client import Stream
from video.rtsp.errors import TimedOut
from video.rtsp.receive_buffer import Inlet, SharedBuffer
from video.rtsp.rounds import READ_SECONDS, running_rounds, seconds_to_round


class Heard(SimpleNamespace):
    """Stands in for a conversation that plays: notes what it is given."""

    def __init__(self, _send: Any) -> None:
        super().__init__(is_playing=True, is_over=False, is_closing=False, error=None, got=[], refuses=False)
        self.needs_arrivals = False

    def begin(self, now: float) -> None: ...

    def tick(self, now: float) -> None:
        self.got.append(("tick", now, b""))

    def receive(self, buffer: bytearray, start: int, end: int, now: float) -> int:
        self.got.append(("bytes", now, bytes(buffer[start:end])))
        if self.refuses:
            raise OSError("no room")
        return end

    def abort(self, error: Exception) -> None:
        self.error = self.error or error
        self.got.append(("abort", 0.0, str(error).encode()))

    def goodbye(self, now: float) -> None:
        self.is_closing = self.is_over = True
        self.got.append(("goodbye", now, b""))

    def lost(self, error: Exception) -> None:
        self.is_over = True
        self.got.append(("lost", 0.0, b""))

    def bytes_got(self) -> list[tuple[float, bytes]]:
        return [(now, data) for kind, now, data in self.got if kind == "bytes"]


class Fixture:
    """A stream whose clock and rounds the test drives."""

    def __init__(self) -> None:
        self.now = 100.0
        make: Any = Heard
        self.stream = Stream(make, lambda: self.now)
        self.heard: Any = self.stream.conversation
        self.camera, ours = socket.socketpair()
        ours.setblocking(False)
        self.stream.begin(ours)

    def read(self, data: bytes, at: float) -> None:
        self.now = at
        self.camera.sendall(data)
        self.stream._on_timer()


def driven(work: Callable[[Fixture], None]) -> None:
    async def run() -> None:
        fixture = Fixture()
        try:
            work(fixture)
        finally:
            fixture.stream.abandon()
            fixture.camera.close()

    run_apart(run)


def test_each_read_is_parsed_at_once_with_its_own_time() -> None:
    def work(it: Fixture) -> None:
        for n in range(5):
            it.read(b"%d" % n, 100.1 + n / 10)
        assert it.heard.bytes_got() == [(100.1 + n / 10, b"%d" % n) for n in range(5)]

    driven(work)


def test_what_is_incomplete_waits_with_its_own_stream_and_is_shown_again_where_nothing_follows() -> None:
    """Two connections read through the same memory in turns, with ends cut anywhere."""
    shared = SharedBuffer()
    pairs = [socket.socketpair() for _ in range(2)]
    lines: list[list[bytes]] = [[], []]
    shown: list[int] = []

    def take(number: int, buffer: bytearray, start: int, end: int, now: float) -> int:
        whole = buffer.rfind(b"\n", start, end) + 1 or start
        lines[number] += bytes(buffer[start:whole]).splitlines()
        shown.append(end - whole)
        return whole

    inlets = [Inlet(shared, partial(take, number)) for number in range(2)]
    words = [b"".join(b"%d:%d\n" % (number, n) for n in range(3000)) for number in range(2)]
    for at in range(0, max(map(len, words)), 997):
        for number, (camera, ours) in enumerate(pairs):
            if part := words[number][at : at + 997]:
                camera.sendall(part)
                size, _ = inlets[number].read(ours)
                inlets[number].parse(size, 1.0)
    assert lines == [[b"%d:%d" % (number, n) for n in range(3000)] for number in range(2)]
    pairs[0][0].sendall(b"half")
    inlets[0].parse(inlets[0].read(pairs[0][1])[0], 2.0)
    inlets[0].parse(0, 3.0)
    assert shown[-2:] == [4, 4]
    for camera, ours in pairs:
        camera.close()
        ours.close()


def test_what_was_read_is_parsed_before_an_error_of_ours_ends_the_stream() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.stream.fail(TimedOut("no picture"))
        assert [kind for kind, _, _ in it.heard.got if kind != "tick"] == ["bytes", "abort"]

    driven(work)


def test_what_was_read_is_parsed_before_the_camera_counts_as_gone() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.camera.close()
        it.now = 100.2
        it.stream._on_timer()
        assert [kind for kind, _, _ in it.heard.got if kind != "tick"] == ["bytes", "lost"]

    driven(work)


def test_a_parser_that_fails_ends_the_stream_with_its_error_and_does_not_see_the_bytes_again() -> None:
    def work(it: Fixture) -> None:
        it.heard.refuses = True
        it.read(b"bad", 100.1)
        it.stream._on_timer()
        assert [data for kind, _, data in it.heard.got if kind in ("bytes", "abort")] == [b"bad", b"no room"]

    driven(work)


def test_a_stream_with_much_unread_is_read_before_its_round() -> None:
    """The system wakes us by its own count, though nobody's timer is due."""

    async def run() -> tuple[bool, int]:
        listener = socket.create_server(("127.0.0.1", 0))
        ours, camera = socket.create_connection(listener.getsockname()), listener.accept()[0]
        ours.setblocking(False)
        camera.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        make: Any = Heard
        stream = Stream(make, lambda: 100.0)
        heard: Any = stream.conversation
        stream.begin(ours)
        stream._unschedule()  # no round, no timer
        camera.send(b"little")
        await asyncio.sleep(0.2)
        is_woken_by_little, sent, deadline = bool(heard.bytes_got()), 0, 100
        while not heard.bytes_got() and deadline:
            with suppress(BlockingIOError):
                sent += camera.send(bytes(65536))
            await asyncio.sleep(0.01)
            deadline -= 1
        stream.abandon()
        camera.close()
        listener.close()
        return is_woken_by_little, sum(len(data) for _, data in heard.bytes_got())

    is_woken_by_little, size = run_apart(run)
    assert not is_woken_by_little
    assert size > 65536


def test_who_waits_for_a_round_is_woken_with_the_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that stands still: on a busy machine a round goes by between two looks at one that runs."""

    async def run() -> tuple[float, float, float]:
        loop, rounds, visit = asyncio.get_running_loop(), running_rounds(), list
        now = loop.time()
        monkeypatch.setattr(loop, "time", lambda: now)
        rounds.join(visit)
        assert rounds._timer
        due = rounds._timer.when()
        rounds.leave(visit)
        return due - now, seconds_to_round(0.0), seconds_to_round(1.0)

    due, soon, later = run_apart(run)
    assert due == soon
    assert 1.0 <= later <= 1.0 + READ_SECONDS
    assert (later - soon) / READ_SECONDS == pytest.approx(round((later - soon) / READ_SECONDS))


def test_answers_are_parsed_at_once_while_nothing_plays() -> None:
    def work(it: Fixture) -> None:
        it.heard.is_playing = False
        it.read(b"RTSP/1.0 200 OK", 100.1)
        assert it.heard.bytes_got() == [(100.1, b"RTSP/1.0 200 OK")]

    driven(work)


def test_streams_of_a_loop_are_read_in_one_turn_of_it() -> None:
    async def run() -> tuple[list[int], int]:
        loop, rounds, read = asyncio.get_running_loop(), running_rounds(), []
        in_one_turn: asyncio.Future[int] = loop.create_future()

        def visit(number: int) -> None:
            if not read:
                loop.call_soon(lambda: in_one_turn.set_result(len(read)))
            read.append(number)

        visits = [partial(visit, number) for number in range(4)]
        for one in visits:
            rounds.join(one)
        rounds.leave(visits[2])
        return read, await in_one_turn

    assert run_apart(run) == ([0, 1, 3], 3)

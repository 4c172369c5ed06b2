"""How a stream reads: bytes are taken from the socket at once, parsed with the time they were read, and never lost."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from tests.video.test_rtsp_client import run_apart
from video.rtsp.client import Stream
from video.rtsp.errors import TimedOut
from video.rtsp.receive_buffer import BUFFER_BYTES, MAX_UNPARSED_BYTES
from video.rtsp.rounds import running_rounds


class Heard(SimpleNamespace):
    """Stands in for a conversation that plays: notes what it is given."""

    def __init__(self, _send: Any) -> None:
        super().__init__(is_playing=True, is_over=False, is_closing=False, error=None, got=[], refuses=False)

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


def test_each_read_is_parsed_with_its_own_time() -> None:
    def work(it: Fixture) -> None:
        for n in range(5):
            it.read(b"%d" % n, 100.1 + n / 10)
        assert it.heard.bytes_got() == [(100.1 + n / 10, b"%d" % n) for n in range(4)]
        assert [kind for kind, _, _ in it.heard.got].count("tick") == 2

    driven(work)


def test_much_is_parsed_at_once() -> None:
    def work(it: Fixture) -> None:
        it.stream._fast_read_bytes = BUFFER_BYTES
        for n in range(2):
            it.read(bytes(MAX_UNPARSED_BYTES // 2 + 1), 100.1 + n / 10)
        assert sum(len(data) for _, data in it.heard.bytes_got()) > MAX_UNPARSED_BYTES

    driven(work)


def test_what_was_read_is_parsed_before_the_stream_is_closed() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.stream.abandon()
        assert [kind for kind, _, _ in it.heard.got] == ["tick", "bytes", "goodbye", "lost"]

    driven(work)


def test_what_was_read_is_parsed_before_the_camera_counts_as_gone() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.camera.close()
        it.now = 100.2
        it.stream._on_timer()
        assert [kind for kind, _, _ in it.heard.got] == ["tick", "bytes", "lost"]

    driven(work)


def test_what_was_read_is_parsed_before_an_error_of_ours_ends_the_stream() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.stream.fail(TimedOut("no picture"))
        assert [kind for kind, _, _ in it.heard.got] == ["tick", "bytes", "abort"]

    driven(work)


def test_a_second_failure_behind_the_first_is_no_exception() -> None:
    def work(it: Fixture) -> None:
        it.read(b"last", 100.1)
        it.heard.refuses = True
        it.stream.fail(OSError("disk"))
        assert [data for kind, _, data in it.heard.got if kind == "abort"] == [b"no room", b"disk"]

    driven(work)


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

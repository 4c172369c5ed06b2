"""The asyncio front of a conversation: one TCP connection, one buffer, a clock that ticks. Nothing blocks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import partial

from video.pictures import Picture
from video.rtsp.addresses import address_of, is_same_host
from video.rtsp.auth import Credentials
from video.rtsp.conversation import Conversation, Habits
from video.rtsp.errors import Redirected, Refused, SessionEnded, StreamError, TimedOut

BUFFER, ROOM = 512 * 1024, 64 * 1024
TICK_SECONDS, MOST_REDIRECTS = 0.25, 3


class Stream(asyncio.BufferedProtocol):
    """An open stream. ``ended`` finishes with a :class:`StreamError`; ``close`` says goodbye on the same socket."""

    def __init__(self, talk: Callable[[Callable[[bytes], None]], Conversation], clock: Callable[[], float]) -> None:
        loop = asyncio.get_running_loop()
        self.conversation, self._clock = talk(self.send), clock
        self.playing: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.over: asyncio.Future[None] = loop.create_future()
        for future in (self.playing, self.ended):  # whoever does not look is not warned either
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._timer: asyncio.TimerHandle | None = None

    # What the connection tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.conversation.begin(self._clock())
        self._tick()

    def get_buffer(self, sizehint: int) -> memoryview:
        if BUFFER - self._end < ROOM:
            rest = self._end - self._start
            self._buffer[:rest] = self._buffer[self._start : self._end]
            self._start, self._end = 0, rest
        return self._view[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        self._end += nbytes
        self._start = self.conversation.receive(self._buffer, self._start, self._end, self._clock())
        if self._start == self._end:
            self._start = self._end = 0
        self._look()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.conversation.lost(SessionEnded("the camera closed the connection"))
        self._look()

    def send(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def _tick(self) -> None:
        self.conversation.tick(self._clock())
        self._look()
        if not self.conversation.is_over:
            self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def _look(self) -> None:
        """Tell those who wait how the conversation stands."""
        talk = self.conversation
        if talk.error is None and not talk.is_playing and not talk.is_over:
            return
        for future in (self.playing, self.ended):
            if talk.error is not None and not future.done():
                future.set_exception(talk.error)
        if talk.is_playing and not self.playing.done():
            self.playing.set_result(None)
        if talk.is_over and not self.over.done():
            self.over.set_result(None)

    # What we want

    async def close(self) -> None:
        """TEARDOWN on the same socket, at most 2 s; older cameras would go on sending otherwise."""
        self.conversation.goodbye(self._clock())
        self._look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3.0):
                await asyncio.shield(self.over)
        self.abandon()

    def abandon(self) -> None:
        """Close without waiting; what is written still goes out."""
        self.conversation.goodbye(self._clock())
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()
        self.conversation.lost(SessionEnded("closed"))
        self._look()


async def open_stream(
    url: str, username: str, password: str, on_picture: Callable[[Picture], None], *,
    clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time,
    answer_timeout: float = 5.0, quiet: float = 10.0, habits: Habits | None = None,
) -> Stream:  # fmt: skip
    """Connect and play; raises a :class:`StreamError`. ``url`` carries no userinfo. Redirects are followed."""
    asked = url
    for _ in range(MOST_REDIRECTS + 1):
        credentials = Credentials(username, password, allows_basic=url == asked or is_same_host(url, asked))
        talk = partial(
            Conversation, url, credentials, on_picture=on_picture, wall=wall,
            habits=habits, answer_timeout=answer_timeout, quiet=quiet,
        )  # fmt: skip
        stream = Stream(talk, clock)
        try:
            await _play(stream, url, answer_timeout)
        except Redirected as elsewhere:
            url = elsewhere.url
        else:
            return stream
    raise Refused("the camera sends us from one address to the next")


async def _play(stream: Stream, url: str, timeout: float) -> None:
    try:
        await _connect(stream, url, timeout)
        await asyncio.shield(stream.playing)
    except StreamError:
        await stream.close()
        raise
    except BaseException:  # cancelled in the middle: nobody will close it later
        stream.abandon()
        raise


async def _connect(stream: Stream, url: str, timeout: float) -> None:
    host, port = address_of(url)
    try:
        async with asyncio.timeout(timeout):
            await asyncio.get_running_loop().create_connection(lambda: stream, host, port)
    except TimeoutError:
        raise TimedOut("no connection") from None
    except OSError as error:
        raise Refused(f"no connection: {type(error).__name__}") from None

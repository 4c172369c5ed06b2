"""The asyncio front of a conversation: one TCP connection that is emptied at a steady pace. Nothing blocks.

Cameras trickle. Being woken for every packet costs more than all parsing, so the sockets of all cameras are read
together, ten times a second, from buffers that hold more than a keyframe; one that fills up faster is read again at
once. A picture's arrival is told late by at most the pace.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import socket
import time
from collections.abc import Callable
from functools import partial

from video.pictures import Picture
from video.rtsp.addresses import address_of, is_same_host
from video.rtsp.auth import Credentials
from video.rtsp.conversation import Conversation, Habits
from video.rtsp.errors import Redirected, Refused, SessionEnded, StreamError, TimedOut

log = logging.getLogger("video.rtsp")
BUFFER, ROOM = 512 * 1024, 64 * 1024
RECEIVE = 1024 * 1024  # bytes asked of the system for what has not been read yet; it may give less
PACE, HASTE, TICK_SECONDS = 0.1, 0.01, 0.25
MOST_REDIRECTS = 3


class Stream:
    """An open stream. ``ended`` finishes with a :class:`StreamError`; ``close`` says goodbye on the same socket."""

    def __init__(self, talk: Callable[[Callable[[bytes], None]], Conversation], clock: Callable[[], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self.conversation, self._clock = talk(self.send), clock
        self.playing: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self.over: asyncio.Future[None] = self._loop.create_future()
        for future in (self.playing, self.ended):  # whoever does not look is not warned either
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._socket: socket.socket | None = None
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._unsent = b""
        self._much = ROOM
        self._tick_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, connected: socket.socket) -> None:
        """Talk on this connected socket, which must not block."""
        self._socket = connected
        self._much = connected.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 4
        self.conversation.begin(self._clock())
        self._pump()

    # What the connection tells

    def _pump(self) -> None:
        """One beat, whatever happens in it: a stream that is not read any more must end, or nobody would notice."""
        try:
            self._beat()
        except Exception as error:
            log.exception("a stream could not be read")
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """End the stream for a reason that is not the camera's."""
        self.conversation.abort(error)
        self._look()
        self._come_back(HASTE)

    def _beat(self) -> None:
        """Read what is there, let time pass, and come back at the next beat."""
        now, most = self._clock(), 0
        if self._socket is not None:
            most = self._read(now)
            self._write()
        if now >= self._tick_at:
            self._tick_at = now + TICK_SECONDS
            self.conversation.tick(now)
        self._look()
        in_haste = most >= self._much or not self.conversation.is_playing or self.conversation.is_closing
        at = self._loop.time()
        self._come_back(HASTE if in_haste else math.floor(at / PACE + 1) * PACE - at)  # one moment for all cameras

    def _come_back(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        if not self.conversation.is_over:
            self._timer = self._loop.call_later(seconds, self._pump)

    def _read(self, now: float) -> int:
        """Returns how many bytes there were."""
        assert self._socket is not None
        total = 0
        while total < BUFFER and not self.conversation.is_over:
            if BUFFER - self._end < ROOM:
                self._make_room()
            room = BUFFER - self._end
            try:
                size = self._socket.recv_into(self._view[self._end :])
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                size = 0
            if size == 0:
                self.conversation.lost(SessionEnded("the camera closed the connection"))
                break
            total, self._end = total + size, self._end + size
            self._start = self.conversation.receive(self._buffer, self._start, self._end, now)
            if self._start == self._end:
                self._start = self._end = 0
            if size < room:
                break
        return total

    def _make_room(self) -> None:
        rest = self._end - self._start
        self._buffer[:rest] = self._buffer[self._start : self._end]
        self._start, self._end = 0, rest

    def send(self, data: bytes) -> None:
        self._unsent += data
        self._write()

    def _write(self) -> None:
        if self._socket is not None and self._unsent:
            with contextlib.suppress(OSError):  # full, or gone: reading tells
                self._unsent = self._unsent[self._socket.send(self._unsent) :]

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
        try:
            self.conversation.goodbye(self._clock())
            self._look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(3.0):
                    await asyncio.shield(self.over)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close without waiting; what is written still goes out."""
        self.conversation.goodbye(self._clock())
        if self._timer:
            self._timer.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
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
    try:
        async with asyncio.timeout(timeout):
            stream.begin(await _connected(*address_of(url)))
    except TimeoutError:
        raise TimedOut("no connection") from None
    except OSError as error:
        raise Refused(f"no connection: {type(error).__name__}") from None


async def _connected(host: str, port: int) -> socket.socket:
    """A socket to the first address of the host that answers. Raises OSError."""
    loop = asyncio.get_running_loop()
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connecting = socket.socket(family, kind, protocol)
        connecting.setblocking(False)
        connecting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE)
        try:
            await loop.sock_connect(connecting, address)
        except OSError as error:
            connecting.close()
            failure = error
        except BaseException:
            connecting.close()
            raise
        else:
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connecting
    raise failure

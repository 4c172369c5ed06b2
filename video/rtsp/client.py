"""The asyncio side of a conversation: one TCP connection that is read at regular intervals.

Cameras send small packets all the time. Waking up for each of them costs more than all parsing: a processor that comes
back to a program after a tenth of a second has forgotten it. So all cameras are read and parsed together every
``READ_SECONDS``, from buffers of the system that hold several times as much; it wakes us sooner where one fills. When a
picture arrived is told by its stamp and by how soon the camera's pictures came lately, between this read and the one
before (:meth:`video.rtsp.pace.Pace.arrival`). A stream whose stamps disagree with its arrivals, or that has just begun,
is read ten times a second.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from video.pictures import Picture
from video.rtsp.addresses import address_of, is_same_host
from video.rtsp.auth import Credentials
from video.rtsp.connecting import connected_socket, make_room
from video.rtsp.conversation import Conversation
from video.rtsp.dialogue import CameraQuirks
from video.rtsp.errors import AuthFailed, ClosedAtLogin, Redirected, Refused, SessionEnded, StreamError, TimedOut
from video.rtsp.receive_buffer import BUFFER_BYTES, Inlet, running_buffer
from video.rtsp.rounds import FINE_READ_SECONDS, Rounds, running_rounds

log = logging.getLogger("video.rtsp")
FAST_READ_SECONDS = 0.01
MAX_REDIRECTS = 3


class Stream:
    """One connection to a camera; made by :func:`open_stream`.

    ``playing`` finishes when PLAY was answered. ``ended`` finishes with the :class:`StreamError` that ended the stream,
    whatever failed. ``closed`` finishes when nothing more is sent or read.
    """

    def __init__(
        self,
        make_conversation: Callable[[Callable[[bytes], None]], Conversation],
        clock: Callable[[], float],
        *,
        is_fine: bool = False,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.conversation, self._clock = make_conversation(self.send), clock
        self.playing: asyncio.Future[None] = self._loop.create_future()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        for future in (self.playing, self.ended):  # asyncio must not warn of errors that nobody asks for
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._socket: socket.socket | None = None
        self._rounds, self._fine_rounds = running_rounds(), running_rounds(FINE_READ_SECONDS)
        self._visit = self._on_timer
        self._inlet = Inlet(running_buffer(), self.conversation.receive)
        self._unsent = b""
        self._is_watched = False
        self._is_fine = is_fine
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, connected: socket.socket) -> None:
        """Start on a connected, non-blocking socket."""
        self._socket = connected
        self.conversation.begin(self._clock())
        self._on_timer()

    # Reading and writing

    def _on_timer(self) -> None:
        """Read once. Whatever fails must end the stream: one that is merely not read any more would look alive."""
        try:
            self._read_and_tick()
        except Exception as error:
            log.exception("a stream could not be read")
            self._abort(error)

    def fail(self, error: Exception) -> None:
        """End the stream with an error that is not the camera's, such as a refused write."""
        self._abort(error)

    def _abort(self, error: Exception) -> None:
        self.conversation.abort(error)
        self._resolve_futures()
        self._schedule(FAST_READ_SECONDS)

    def _read_and_tick(self) -> None:
        """Read what has arrived, let time pass, and set the next timer."""
        now, received = self._clock(), 0
        if self._socket is not None:
            received = self._read(now)
            if self._unsent:
                self._write()
        if not received:
            self._inlet.parse(0, now)
        self.conversation.tick(now)
        self._resolve_futures()
        self._schedule(self._pause(received))

    def _pause(self, received: int) -> float | Rounds:
        """Seconds until the next read, or the rounds it is a part of."""
        conversation = self.conversation
        if received >= BUFFER_BYTES or not conversation.is_playing or conversation.is_closing:
            return FAST_READ_SECONDS
        self._watch_for_much()
        return self._fine_rounds if self._is_fine or conversation.needs_arrivals else self._rounds

    def _watch_for_much(self) -> None:
        """Let the system wake us when much is unread, however long the next round is away."""
        if self._socket is not None and not self._is_watched:
            self._is_watched = True
            make_room(self._socket)
            self._loop.add_reader(self._socket, self._on_timer)

    def _schedule(self, pause: float | Rounds) -> None:
        """Read again after these seconds, or in the next of these rounds."""
        self._unschedule()
        if self.conversation.is_over:
            self._unwatch()
        elif isinstance(pause, Rounds):
            pause.join(self._visit)
        else:
            self._timer = self._loop.call_later(pause, self._on_timer)

    def _unschedule(self) -> None:
        self._rounds.leave(self._visit)
        self._fine_rounds.leave(self._visit)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _unwatch(self) -> None:
        if self._socket is not None and self._is_watched:
            self._loop.remove_reader(self._socket)

    def _read(self, now: float) -> int:
        """Returns how many bytes were read."""
        assert self._socket is not None
        total, conversation = 0, self.conversation
        has_more = True
        while has_more and total < BUFFER_BYTES and not conversation.is_over:
            try:
                size, has_more = self._inlet.read(self._socket)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                size = 0
            if size == 0:
                conversation.lost(SessionEnded("the camera closed the connection"))
                break
            self._inlet.parse(size, now)
            total += size
        return total

    def send(self, data: bytes) -> None:
        self._unsent += data
        self._write()

    def _write(self) -> None:
        if self._socket is not None and self._unsent:
            with suppress(OSError):  # full: tried again; gone: reading shows it
                self._unsent = self._unsent[self._socket.send(self._unsent) :]

    def _resolve_futures(self) -> None:
        """Finish the futures that the state of the conversation decides."""
        conversation = self.conversation
        if conversation.error is None and not conversation.is_playing and not conversation.is_over:
            return
        for future in (self.playing, self.ended):
            if conversation.error is not None and not future.done():
                future.set_exception(conversation.error)
        if conversation.is_playing and not self.playing.done():
            self.playing.set_result(None)
        if conversation.is_over and not self.closed.done():
            self.closed.set_result(None)

    # Ending

    async def close(self) -> None:
        """Send TEARDOWN on the same connection and wait for the response, 2 s at most; then close.

        Without it, older cameras keep the session, and their room for viewers is used up.
        """
        try:
            self.conversation.goodbye(self._clock())
            self._resolve_futures()
            with suppress(TimeoutError):
                async with asyncio.timeout(3.0):
                    await asyncio.shield(self.closed)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close without waiting; what was written still goes out."""
        self.conversation.goodbye(self._clock())
        self._unschedule()
        self._unwatch()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.conversation.lost(SessionEnded("closed"))
        self._resolve_futures()


async def open_stream(
    url: str,
    username: str,
    password: str,
    on_picture: Callable[[Picture], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
    answer_timeout: float = 5.0,
    quiet: float = 10.0,
    quirks: CameraQuirks | None = None,
    is_fine: bool = False,
) -> Stream:
    """Connect to a camera and play its H.264 track.

    ``url`` is ``rtsp`` without userinfo. ``on_picture`` is called in the event loop for every complete picture; an
    exception it raises ends the stream. ``answer_timeout`` (per response) and ``quiet`` (without a picture) are in
    seconds. ``is_fine`` asks for reads ten times a second instead of those together with the other streams.
    Up to ``MAX_REDIRECTS`` redirects are followed, and one connection that the camera closed behind its request for a
    login: the next one begins with the answer. Raises a :class:`StreamError`.
    """
    first_url = url
    for _ in range(MAX_REDIRECTS + 1):
        credentials = Credentials(username, password, allows_basic=url == first_url or is_same_host(url, first_url))
        make_conversation = partial(
            Conversation,
            url,
            credentials,
            on_picture=on_picture,
            wall=wall,
            quirks=quirks,
            answer_timeout=answer_timeout,
            quiet=quiet,
        )
        try:
            return await _open(partial(Stream, make_conversation, clock, is_fine=is_fine), url, answer_timeout)
        except Redirected as elsewhere:
            url = elsewhere.url
    raise Refused("the camera sends us from one address to the next")


async def _open(make_stream: Callable[[], Stream], url: str, timeout: float) -> Stream:
    """A playing stream. The next connection knows the challenge of one that was closed behind it."""
    for _ in range(2):
        stream = make_stream()
        with suppress(ClosedAtLogin):
            await _play(stream, url, timeout)
            return stream
    raise AuthFailed("the camera closes the connection instead of answering the login")


async def _play(stream: Stream, url: str, timeout: float) -> None:
    try:
        await _connect(stream, url, timeout)
        await asyncio.shield(stream.playing)
    except StreamError:
        await stream.close()
        raise
    except BaseException:  # cancelled: nobody will close it later
        stream.abandon()
        raise


async def _connect(stream: Stream, url: str, timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            stream.begin(await connected_socket(*address_of(url)))
    except TimeoutError:
        raise TimedOut("no connection", "no_answer") from None
    except OSError as error:
        raise Refused(f"no connection: {type(error).__name__}", "no_answer") from None

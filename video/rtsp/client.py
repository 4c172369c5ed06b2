"""The asyncio front: one TCP connection, one video track, every answer awaited, nothing blocking."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from video.pictures import Picture
from video.rtsp.auth import Credentials, challenges
from video.rtsp.depacketiser import Depacketiser, report_time
from video.rtsp.errors import AuthFailed, NotFound, Refused, SessionEnded, StreamError, TimedOut, of_status
from video.rtsp.framing import Framing
from video.rtsp.messages import Message, answer, request
from video.rtsp.sdp import join, repaired, session_control, video_track

BUFFER, ROOM = 512 * 1024, 64 * 1024
DAY = 86_400.0


class _Connection(asyncio.BufferedProtocol):
    """Bytes in, frames and messages out. One buffer, no copy until a picture is made."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = bytearray(BUFFER)
        self._start = self._end = 0
        self._framing = Framing(stream.on_frame, stream.on_message)

    def get_buffer(self, sizehint: int) -> memoryview:
        if BUFFER - self._end < ROOM:
            rest = self._end - self._start
            self._buffer[:rest] = self._buffer[self._start : self._end]
            self._start, self._end = 0, rest
        return memoryview(self._buffer)[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        self._end += nbytes
        try:
            self._start = self._framing.feed(self._buffer, self._start, self._end)
        except StreamError as error:
            self._stream.fail(error)
            self._start = self._end
        if self._start == self._end:
            self._start = self._end = 0

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._stream.fail(SessionEnded("the camera closed the connection"))


class Stream:
    """An open stream. ``ended`` finishes with a :class:`StreamError`; ``close`` says goodbye on the same socket."""

    def __init__(
        self, url: str, username: str, password: str, on_picture: Callable[[Picture], None],
        clock: Callable[[], float], wall: Callable[[], float],
    ) -> None:  # fmt: skip
        self.url, self._clock, self._wall = url, clock, wall
        self._credentials = Credentials(username, password)
        self._on_picture = on_picture
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended.add_done_callback(lambda future: future.exception())  # whoever does not look is not warned either
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._sequence = 0
        self.session, self._control, self._timeout = "", url, 60.0
        self._media, self._reports, self._public = 0, 1, ""
        self.depacketiser: Depacketiser | None = None
        self.last_picture = clock()
        self._beat: asyncio.Task[None] | None = None
        self._is_closing = False

    # What the connection tells

    def on_frame(self, channel: int, data: memoryview) -> None:
        if self.depacketiser is None or self.ended.done():
            return
        if channel == self._media:
            self.depacketiser.packet(data, self._clock())
        elif channel == self._reports:
            self._note_report(data)

    def _note_report(self, data: memoryview) -> None:
        camera = report_time(data)
        if camera is not None and abs(camera - self._wall()) < DAY and self.depacketiser:
            self.depacketiser.clock_offset_ms = round((camera - self._wall()) * 1000)

    def on_message(self, message: Message) -> None:
        if message.method:
            status = "200 OK" if message.method == "OPTIONS" else "501 Not Implemented"
            self._write(answer(status, message, self.session))
            return
        number = message.sequence
        if number is None and self._waiting:
            number = min(self._waiting)
        waiter = self._waiting.pop(number, None) if number is not None else None
        if waiter and not waiter.done():
            waiter.set_result(message)

    def picture(self, picture: Picture) -> None:
        self.last_picture = picture.arrived
        self._on_picture(picture)

    def fail(self, error: StreamError) -> None:
        """End, once."""
        if not self.ended.done():
            self.ended.set_exception(error)
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(error)
        self._waiting.clear()

    # What we ask

    async def connect(self, timeout: float) -> None:
        host, port = address_of(self.url)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                transport, _ = await loop.create_connection(lambda: _Connection(self), host, port)
        except TimeoutError:
            raise TimedOut("no connection") from None
        except OSError as error:
            raise Refused(f"no connection: {type(error).__name__}") from None
        self._transport = transport

    async def start(self, timeout: float) -> None:
        """DESCRIBE, SETUP, PLAY, once each on this connection."""
        with contextlib.suppress(TimedOut):  # some cameras never answer it
            options = await self._ask("OPTIONS", self.url, {}, min(timeout, 2.0))
            self._public = options.first("public") if options.status == 200 else ""
        described = await self._good("DESCRIBE", self.url, {"Accept": "application/sdp"}, timeout)
        text = described.body.decode("utf-8", "replace")
        track = video_track(text)
        if track is None or track.h264_type is None:
            raise NotFound("no H.264 track; set the camera to H.264")
        base = repaired(described.first("content-base") or described.first("content-location") or self.url, self.url)
        self._control = join(base, session_control(text))
        self.depacketiser = Depacketiser(track.h264_type, track.sets, self.picture)
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        set_up = await self._good("SETUP", join(base, track.control), transport, timeout)
        self._note_session(set_up)
        self._note_channels(set_up.first("transport"))
        self.last_picture = self._clock()
        playing = await self._ask("PLAY", self._control, {"Range": "npt=0.000-"}, timeout)
        if playing.status == 457:
            playing = await self._ask("PLAY", self._control, {}, timeout)
        if playing.status != 200:
            raise of_status(playing.status)

    def _note_session(self, message: Message) -> None:
        value = message.first("session")
        self.session = value.split(";")[0].strip()
        found = re.search(r"timeout\s*=\s*(\d+)", value, re.I)
        self._timeout = float(found.group(1)) if found and int(found.group(1)) > 0 else 60.0

    def _note_channels(self, transport: str) -> None:
        found = re.search(r"interleaved\s*=\s*(\d+)(?:\s*-\s*(\d+))?", transport, re.I)
        if found:
            self._media = int(found.group(1))
            self._reports = int(found.group(2)) if found.group(2) else self._media + 1

    async def _good(self, method: str, url: str, headers: dict[str, str], timeout: float) -> Message:
        reply = await self._ask(method, url, headers, timeout)
        if reply.status != 200:
            raise of_status(reply.status)
        return reply

    async def _ask(self, method: str, url: str, headers: dict[str, str], timeout: float) -> Message:
        """Ask, and answer each kind of challenge once: a nonce may have run out, a password is right or wrong."""
        answered: set[tuple[str, str]] = set()
        while True:
            reply = await self._send(method, url, headers, timeout)
            if reply.status != 401:
                return reply
            offered = challenges(reply.headers.get("www-authenticate", []))
            if any(one.scheme == "digest" for one in offered):  # the password never goes in clear where it need not
                offered = [one for one in offered if one.scheme == "digest"]
            fresh = [one for one in offered if (one.scheme, one.algorithm) not in answered]
            if not fresh or not self._credentials.username:
                raise AuthFailed("the camera refuses user or password")
            answered.add((fresh[0].scheme, fresh[0].algorithm))
            self._credentials.challenge = fresh[0]

    async def _send(self, method: str, url: str, headers: dict[str, str], timeout: float) -> Message:
        self._sequence += 1
        number = self._sequence
        sent = dict(headers)
        if self.session:
            sent["Session"] = self.session
        if token := self._credentials.header(method, url):
            sent["Authorization"] = token
        waiter: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiter
        self._write(request(method, url, number, sent))
        try:
            async with asyncio.timeout(timeout):
                return await waiter
        except TimeoutError:
            raise TimedOut(f"no answer to {method}") from None
        finally:
            self._waiting.pop(number, None)

    def _write(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    # While it plays

    def keep(self, quiet: float) -> None:
        self._beat = asyncio.create_task(self._keep(quiet))

    async def _keep(self, quiet: float) -> None:
        """Keepalives, and life judged by pictures: ``quiet`` seconds without one end the stream."""
        method = "GET_PARAMETER" if "GET_PARAMETER" in self._public.upper() else "OPTIONS"
        beat_at = self._clock() + min(self._timeout, 60) / 2
        while not self.ended.done():
            await asyncio.sleep(min(1.0, quiet / 4))
            now = self._clock()
            if now - self.last_picture > quiet:
                self.fail(TimedOut("no picture"))
                return
            if now >= beat_at:
                beat_at = now + min(self._timeout, 60) / 2
                try:
                    reply = await self._ask(method, self._control, {}, min(quiet, 2.0))
                except StreamError:
                    reply = Message(status=408)
                if reply.status != 200:
                    method = "OPTIONS" if method == "GET_PARAMETER" else "GET_PARAMETER"

    async def close(self) -> None:
        """TEARDOWN on the same socket, at most 2 s; older cameras would go on sending otherwise."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._beat:
            self._beat.cancel()
        self.depacketiser = None
        if self.session and self._transport and not self._transport.is_closing():
            with contextlib.suppress(StreamError):
                await self._ask("TEARDOWN", self._control, {}, 2.0)
        self.abandon()

    def abandon(self) -> None:
        """Close the socket without a word."""
        if self._transport:
            self._transport.close()
        self.fail(SessionEnded("closed"))


def address_of(url: str) -> tuple[str, int]:
    """Host and port. Raises :class:`NotFound` without repeating the address: somebody may have typed a password into it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 554
    except ValueError:
        raise NotFound("the camera's address is not valid") from None
    if parts.scheme != "rtsp" or not host or "@" in parts.netloc:
        raise NotFound("the camera's address must be rtsp://HOST:PORT/PATH without user and password")
    return host, port


async def open_stream(
    url: str, username: str, password: str, on_picture: Callable[[Picture], None], *,
    clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time,
    answer_timeout: float = 5.0, quiet: float = 10.0,
) -> Stream:  # fmt: skip
    """Connect and play; raises a :class:`StreamError`. ``url`` carries no userinfo."""
    stream = Stream(url, username, password, on_picture, clock, wall)
    try:
        await stream.connect(answer_timeout)
        await stream.start(answer_timeout)
    except StreamError:
        await stream.close()
        raise
    except BaseException:  # cancelled in the middle: nobody will close it later
        stream.abandon()
        raise
    stream.keep(quiet)
    return stream

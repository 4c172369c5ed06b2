"""The talk with a camera on one connection, without I/O: bytes and time in, bytes and pictures out.

OPTIONS, DESCRIBE, SETUP, PLAY, keepalives, TEARDOWN. Each is written down as a generator that yields what to ask and
is resumed with the reply; one question is out at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field

from video.pictures import Picture
from video.rtsp.addresses import follow, join, on_host_of, origin, repaired
from video.rtsp.auth import Credentials
from video.rtsp.depacketiser import Depacketiser
from video.rtsp.errors import (
    AuthFailed,
    Busy,
    InternalError,
    NotFound,
    Redirected,
    StreamError,
    TimedOut,
    WriteFailed,
    of_exception,
    of_status,
)
from video.rtsp.framing import Framing
from video.rtsp.messages import Message, answer, request
from video.rtsp.rtcp import report_time
from video.rtsp.sdp import session_control, video_track
from video.rtsp.session import Agreed

log = logging.getLogger("video.rtsp")
REDIRECTS = (301, 302, 303, 305, 307)
DAY, OPTIONS_SECONDS, GOODBYE_SECONDS = 86_400.0, 2.0, 2.0
FOREIGN_SECONDS = 2.0  # somebody else's packets that stay longer than this are an old session of the camera


@dataclass(frozen=True)
class Ask:
    """A question and how long to wait for its answer, in seconds."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 5.0


@dataclass
class Habits:
    """What was learnt of a camera and holds for its next connection too."""

    keepalive: str = ""


Dialogue = Generator[Ask, Message, None]


class Conversation:
    """One connection. Call ``begin``, then ``receive`` and ``tick``; look at ``error`` and ``is_playing`` after each.

    ``send`` takes bytes for the camera. ``now`` is monotonic seconds everywhere, ``wall`` tells seconds since 1970.
    """

    def __init__(
        self, url: str, credentials: Credentials, send: Callable[[bytes], None], on_picture: Callable[[Picture], None],
        wall: Callable[[], float], *, habits: Habits | None = None, answer_timeout: float = 5.0, quiet: float = 10.0,
    ) -> None:  # fmt: skip
        self.url, self._credentials, self._send, self._wall = url, credentials, send, wall
        self._on_picture, self.habits = on_picture, habits or Habits()
        self._patience, self._quiet = answer_timeout, quiet
        self.framing = Framing(self._on_frame, self._on_message, self._on_loss)
        self.agreed = Agreed()
        self.depacketiser: Depacketiser | None = None
        self.error: StreamError | None = None
        self.is_playing = self.is_over = self.is_closing = False
        self._base = self._control = url
        self._public = ""
        self._number, self._deadline = 0, 0.0
        self._dialogue: Dialogue | None = None
        self._asked: Ask | None = None
        self._now = self.last_picture = self._beat_at = 0.0
        self._early: set[int] = set()
        self._is_login_dead = False

    # What the connection tells

    def begin(self, now: float) -> None:
        """The connection stands: start talking."""
        self._now = self.last_picture = now
        self._start(self._open())

    def receive(self, buffer: bytearray, start: int, end: int, now: float) -> int:
        """Bytes came; returns where the first unfinished thing begins."""
        self._now = now
        if self.is_over or (self.error and not self.is_closing):
            return end
        try:
            return self.framing.feed(buffer, start, end, now)
        except StreamError as error:
            self._fail(error)
            return end

    def tick(self, now: float) -> None:
        """Time passed; call this a few times per second."""
        self._now = now
        if self._asked and now >= self._deadline:
            self._resume(TimedOut(f"no answer to {self._asked.method}"))
        if self.is_playing and not self.error and not self.is_closing:
            self._judge_life(now)
            if self._dialogue is None and now >= self._beat_at and not self._is_login_dead and not self.error:
                self._beat_at = now + self.agreed.beat_seconds
                self._start(self._keep())

    def lost(self, error: StreamError) -> None:
        """The connection is gone."""
        self.is_over = True
        self._fail(error)

    def abort(self, error: Exception) -> None:
        """Parsing or storing failed: the conversation ends with this error. What is in hand is not handed on."""
        if self.is_closing or self.error is not None:
            self.is_over = True
        if self.error is None:
            self.error = of_exception(error)
        if not self.is_closing:
            self._dialogue = self._asked = None

    def goodbye(self, now: float) -> None:
        """Say TEARDOWN once; media that still comes is thrown away. ``is_over`` once answered or waited for."""
        self._now = now
        if self.is_closing:
            return
        self.is_closing = True
        self._flush()
        if self.agreed.session and not self.is_over:
            self._start(self._end())
        else:
            self.is_over = True

    # The dialogues

    def _open(self) -> Dialogue:
        with suppress(TimedOut):  # some cameras never answer it
            options = yield from self._ask("OPTIONS", self.url, timeout=min(self._patience, OPTIONS_SECONDS))
            self._public = options.first("public").upper() if options.status == 200 else ""
        described = yield from self._ask("DESCRIBE", self.url, {"Accept": "application/sdp"})
        if described.status in REDIRECTS and described.first("location"):
            raise Redirected(follow(described.first("location"), self.url))
        self._must(described)
        text = described.body.decode("utf-8", "replace")
        track = video_track(text)
        if track is None or track.h264_type is None:
            raise NotFound("no H.264 track; set the camera to H.264")
        told = described.first("content-base") or described.first("content-location")
        self._base = repaired(told, self.url) if told else self.url
        self._control = join(self._base, session_control(text))
        yield from self._set_up(join(self._base, track.control))
        self._expect(track.h264_type, track.sets)
        yield from self._play()

    def _set_up(self, url: str) -> Dialogue:
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        reply = yield from self._ask("SETUP", url, transport)
        if reply.status in (404, 454) and origin(url).lower() != origin(self.url).lower():
            reply = yield from self._ask("SETUP", on_host_of(url, self.url), transport)
        self._must(reply)
        self.agreed.note_session(reply)
        self.agreed.note_transport(reply)

    def _expect(self, payload_type: int, sets: list[bytes]) -> None:
        """From here on media may come: some cameras begin before they have answered PLAY."""
        agreed = self.agreed
        self.framing.expected = {agreed.reports: None, agreed.media: payload_type}
        self.depacketiser = Depacketiser(payload_type, sets, self._picture, agreed.sender, frozenset(self._early))
        self.framing.burst = self._burst
        self.last_picture = self._now

    def _play(self) -> Dialogue:
        playing = yield from self._ask("PLAY", self._control, {"Range": "npt=0.000-"})
        if playing.status == 457:
            playing = yield from self._ask("PLAY", self._control)
        self._must(playing)
        self.agreed.note_session(playing)
        self.is_playing = True
        self._beat_at = self._now + self.agreed.beat_seconds

    def _keep(self) -> Dialogue:
        """Say that we are still there. Whether the camera lives is judged by its media, never by these answers."""
        listed = "GET_PARAMETER" if "GET_PARAMETER" in self._public else "OPTIONS"
        method = self.habits.keepalive or listed
        try:
            reply = yield from self._ask(method, self._base, timeout=min(self._quiet, OPTIONS_SECONDS))
        except TimedOut:
            reply = Message(status=408)
        except AuthFailed:
            self._is_login_dead = True  # asking again would lock the user out; the stream may go on for a while
            return
        self.agreed.note_session(reply)
        is_good = reply.status == 200
        self.habits.keepalive = method if is_good else "OPTIONS" if method == "GET_PARAMETER" else "GET_PARAMETER"

    def _end(self) -> Dialogue:
        with suppress(StreamError):
            yield from self._ask("TEARDOWN", self._control, timeout=GOODBYE_SECONDS)
        self.is_over = True

    def _ask(
        self, method: str, url: str, headers: dict[str, str] | None = None, timeout: float = 0.0
    ) -> Generator[Ask, Message, Message]:
        """Ask, and answer a challenge: a nonce may have run out, a password is right or wrong."""
        tried: set[tuple[str, str]] = set()
        while True:
            reply = yield Ask(method, url, headers or {}, timeout or self._patience)
            if reply.status != 401:
                return reply
            if not self._credentials.choose(reply.headers.get("www-authenticate", []), tried):
                raise AuthFailed("the camera refuses user or password")

    @staticmethod
    def _must(reply: Message) -> None:
        if reply.status != 200:
            raise of_status(reply.status)

    # How dialogues run

    def _start(self, dialogue: Dialogue) -> None:
        self._asked, self._dialogue = None, dialogue
        self._resume(None)

    def _resume(self, answer: Message | StreamError | None) -> None:
        dialogue, self._asked = self._dialogue, None
        if dialogue is None:
            return
        try:
            if isinstance(answer, StreamError):
                asked = dialogue.throw(answer)
            else:
                asked = next(dialogue) if answer is None else dialogue.send(answer)
        except StopIteration:
            self._dialogue = None
        except StreamError as error:
            self._dialogue = None
            self._fail(error)
        else:
            self._put(asked)

    def _put(self, asked: Ask) -> None:
        self._number += 1
        headers = dict(asked.headers)
        if self.agreed.session:
            headers["Session"] = self.agreed.session
        if token := self._credentials.header(asked.method, asked.url):
            headers["Authorization"] = token
        self._asked, self._deadline = asked, self._now + asked.timeout
        self._send(request(asked.method, asked.url, self._number, headers))

    def _on_message(self, message: Message) -> None:
        if message.method:
            status = "200 OK" if message.method == "OPTIONS" else "501 Not Implemented"
            self._send(answer(status, message, self.agreed.session))
        elif self._asked and message.status >= 200 and message.sequence in (None, self._number):
            self._resume(message)

    # Media

    @property
    def has_b_frames(self) -> bool:
        """Pictures come out of their order. All are kept, but their times are not smooth."""
        return self.depacketiser is not None and self.depacketiser.pictures.bidirectional > 0

    def _on_frame(self, channel: int, buffer: bytearray, start: int, end: int) -> None:
        if self.depacketiser is None:
            if end - start >= 12 and len(self._early) < 16:  # nothing was asked for yet: an old session goes on
                self._early.add(int.from_bytes(buffer[start + 8 : start + 12], "big"))
        elif self.is_closing or self.error:
            return
        elif channel == self.agreed.media:
            self.depacketiser.packet(buffer, start, end, self._now)
        elif channel == self.agreed.reports:
            self._note_report(buffer, start, end)

    def _burst(self, buffer: bytearray, at: int, end: int, lead: int) -> int:
        if self.depacketiser is None or self.is_closing or self.error or lead & 0xFF != self.agreed.media:
            return at
        return self.depacketiser.burst(buffer, at, end, lead)

    def _note_report(self, buffer: bytearray, start: int, end: int) -> None:
        wall = self._wall()
        camera = report_time(buffer, start, end, wall)
        if camera is not None and abs(camera - wall) < DAY and self.depacketiser:
            self.depacketiser.pictures.clock_offset_ms = round((camera - wall) * 1000)

    def _on_loss(self) -> None:
        if self.depacketiser:
            self.depacketiser.suspect()

    def _picture(self, picture: Picture) -> None:
        """Hand a picture on. Whatever its receiver raises ends the stream: nobody else would hear of it."""
        if isinstance(self.error, WriteFailed | InternalError):
            return
        self.last_picture = self._now
        try:
            self._on_picture(picture)
        except Exception as error:  # noqa: BLE001  the receiver may raise anything
            self._fail_to_store(error)

    def _fail_to_store(self, error: Exception) -> None:
        log.error("a picture could not be stored", exc_info=error)
        self.error = of_exception(error)
        if not self.is_closing:
            self._dialogue = self._asked = None

    def _judge_life(self, now: float) -> None:
        if now - self.last_picture > self._quiet:
            self._fail(AuthFailed("no picture since the password was refused") if self._is_login_dead
                       else TimedOut("no picture"))  # fmt: skip
            return
        order = self.depacketiser.order if self.depacketiser else None
        if (
            order
            and order.foreign_since is not None
            and now - order.foreign_at < FOREIGN_SECONDS < now - order.foreign_since
        ):
            self._fail(Busy("packets of another session come in between"))

    def _flush(self) -> None:
        """The picture in hand is kept if it is whole."""
        if self.depacketiser and not self.error:
            self.depacketiser.flush()

    def _fail(self, error: StreamError) -> None:
        if self.error is None and not self.is_closing:
            self._flush()
            self.error = self.error or error
            self._dialogue = self._asked = None
        elif self.is_closing:
            self.is_over = True

"""One connection to a camera without I/O: bytes and time go in, bytes and pictures come out.

RTSP 1.0 with RTP interleaved in the same TCP connection (RFC 2326, section 10.12). One request is out at a time;
pipelining (section 9.1) is not used, because cameras do not follow it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from video.pictures import Picture
from video.rtsp.auth import Credentials
from video.rtsp.depacketiser import Depacketiser
from video.rtsp.dialogue import CameraQuirks, Dialogue, Request, SessionDialogue
from video.rtsp.errors import (
    AuthFailed,
    Busy,
    ClosedAtLogin,
    InternalError,
    SessionEnded,
    StreamError,
    TimedOut,
    WriteFailed,
    error_for_exception,
)
from video.rtsp.framing import DOLLAR, Framing
from video.rtsp.messages import Message, ResponseNumbers, format_request, format_response
from video.rtsp.rtcp import sender_report_time
from video.rtsp.sdp import MediaDescription

log = logging.getLogger("video.rtsp")
MAX_CLOCK_OFFSET = 86_400.0  # seconds; a camera further off has no clock that was ever set
MAX_FOREIGN_SECONDS = 2.0  # another sender's packets that stay longer are an old session of the camera
MAX_EARLY_SSRCS = 16
EMPTY_CHANNEL_SECONDS = 1.0  # until video on another channel than the agreed one is taken up


class Conversation:
    """Call ``begin``, then ``receive`` and ``tick``; read ``error``, ``is_playing`` and ``is_over`` after each.

    ``send`` takes bytes for the camera. ``now`` is monotonic seconds in every method, ``wall`` returns seconds since
    1970 (UTC). ``answer_timeout`` is the longest wait for a response and ``quiet`` the longest wait for a picture, both
    in seconds. What the camera does wrong is in ``error``; an exception is a fault of ours, to be given to ``abort``.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        send: Callable[[bytes], None],
        on_picture: Callable[[Picture], None],
        wall: Callable[[], float],
        *,
        quirks: CameraQuirks | None = None,
        answer_timeout: float = 5.0,
        quiet: float = 10.0,
    ) -> None:
        self._send, self._on_picture, self._wall, self._quiet = send, on_picture, wall, quiet
        self._requests = SessionDialogue(
            url, credentials, quirks or CameraQuirks(), self._prepare_media, answer_timeout=answer_timeout
        )
        self.session = self._requests.session  # what SETUP and PLAY agree on
        self.framing = Framing(self._on_frame, self._on_message, self._on_loss)
        self.depacketiser: Depacketiser | None = None
        self.error: StreamError | None = None
        self.is_playing = self.is_over = self.is_closing = False
        self._number, self._deadline = 0, 0.0
        self._dialogue: Dialogue | None = None
        self._pending: Request | None = None
        self._now = self.last_picture = self._keepalive_at = self._media_since = 0.0
        self._early_ssrcs: set[int] = set()
        self._numbers = ResponseNumbers()

    @property
    def has_b_frames(self) -> bool:
        """Whether pictures arrive in another order than they are shown in. All are kept, but not at even distances."""
        return self.depacketiser is not None and self.depacketiser.pictures.bidirectional > 0

    @property
    def needs_arrivals(self) -> bool:
        """Whether pictures should be read soon after they come; otherwise their stamps tell when that was."""
        return self.depacketiser is None or self.depacketiser.pictures.timeline.pace.needs_arrivals(self._now)

    # Events of the connection

    def begin(self, now: float) -> None:
        """The connection is established: send the first request."""
        self._now = self.last_picture = now
        self._run(self._requests.open())

    def receive(self, buffer: bytearray, start: int, end: int, now: float) -> int:
        """Parse ``buffer[start:end]``; returns where the first incomplete message or frame begins."""
        self._now = now
        if self.is_over or (self.error and not self.is_closing):
            return end
        try:
            return self.framing.feed(buffer, start, end, now)
        except StreamError as error:
            self._fail(error)
            return end

    def tick(self, now: float) -> None:
        """Time passed, and what has come until now was received; call this a few times a second."""
        self._now = now
        if self.depacketiser:
            self.depacketiser.pictures.read_before = now
        if self._pending and now >= self._deadline:
            self._numbers.given_up.add(self._number)
            self._resume(TimedOut(f"no answer to {self._pending.method}"))
        if not self.is_playing or self.error or self.is_closing:
            return
        self._check_liveness(now)
        is_due = now >= self._keepalive_at and not self._requests.is_login_refused
        if is_due and self._dialogue is None and not self.error:
            self._keepalive_at = now + self.session.keepalive_seconds
            self._run(self._requests.keepalive(self._quiet))

    def lost(self, error: StreamError) -> None:
        """The connection is gone."""
        self.is_over = True
        if self._requests.is_login_open and not self.is_playing and isinstance(error, SessionEnded):
            error = ClosedAtLogin("the camera closed the connection behind its request for a login")
        self._fail(error)

    def abort(self, error: Exception) -> None:
        """Parsing failed on our side: end with this error. A picture that is not complete yet is given up."""
        if self.is_closing or self.error is not None:
            self.is_over = True
        self._set_error(error)

    def goodbye(self, now: float) -> None:
        """Send TEARDOWN once and ignore media from here on. ``is_over`` follows the response, or 2 s without one."""
        self._now = now
        if self.is_closing:
            return
        self.is_closing = True
        self._flush()
        if self.session.session_id and not self.is_over:
            self._run(self._requests.teardown())
        else:
            self.is_over = True

    # Requests and responses

    def _run(self, dialogue: Dialogue) -> None:
        self._pending, self._dialogue = None, dialogue
        self._resume(None)

    def _resume(self, answer: Message | StreamError | None) -> None:
        """Continue the running generator with the answer to its request; None starts it."""
        dialogue, self._pending = self._dialogue, None
        if dialogue is None:
            return
        try:
            if isinstance(answer, StreamError):
                request = dialogue.throw(answer)
            else:
                request = next(dialogue) if answer is None else dialogue.send(answer)
        except StopIteration:
            self._dialogue = None
            self._on_finished()
        except StreamError as error:
            self._dialogue = None
            self._fail(error)
        else:
            self._send_request(request)

    def _on_finished(self) -> None:
        """The session was opened or torn down; a keepalive changes nothing."""
        if self.is_closing:
            self.is_over = True
        elif not self.is_playing:
            self.is_playing = True
            self._keepalive_at = self._now + self.session.keepalive_seconds

    def _send_request(self, request: Request) -> None:
        self._number += 1
        self._pending, self._deadline = request, self._now + request.timeout
        headers = self._requests.headers_of(request)
        self._send(format_request(request.method, request.url, self._number, headers))

    def _on_message(self, message: Message) -> None:
        """A response is matched by its CSeq (RFC 2326, section 12.17), or by being the only one awaited."""
        if message.method:
            status = "200 OK" if message.method == "OPTIONS" else "501 Not Implemented"
            self._send(format_response(status, message, self.session.session_id))
        elif self._pending and message.status >= 200 and self._numbers.fits(message.sequence, self._number):
            self._resume(message)

    # Media

    def _prepare_media(self, track: MediaDescription) -> None:
        """From here on media may arrive: some cameras send before they have answered PLAY."""
        session = self.session
        self.framing.expected = {session.rtcp_channel: None, session.rtp_channel: track.payload_type}
        early = frozenset(self._early_ssrcs)
        self.depacketiser = Depacketiser(
            track.payload_type, track.sets, self._hand_on, session.ssrc, early, track.sets_of, track.clock_rate
        )
        self.framing.burst = self._burst
        self.framing.on_unknown, self.framing.on_corrupt = self._on_unknown, self._on_corrupt
        self.last_picture = self._media_since = self._now

    def _on_frame(self, channel: int, buffer: bytearray, start: int, end: int) -> None:
        if self.depacketiser is None:
            if end - start >= 12 and len(self._early_ssrcs) < MAX_EARLY_SSRCS:  # nothing was set up yet: an old session
                self._early_ssrcs.add(int.from_bytes(buffer[start + 8 : start + 12], "big"))
        elif self.is_closing or self.error:
            return
        elif channel == self.session.rtp_channel:
            self.depacketiser.packet(buffer, start, end, self._now)
            self.framing.expected[channel] = self.depacketiser.type
        elif channel == self.session.rtcp_channel:
            self._update_clock_offset(buffer, start, end)

    def _on_unknown(self, channel: int, buffer: bytearray, start: int, end: int) -> None:
        """A frame of a channel that nobody agreed on: followed when the agreed one stays empty."""
        media = self.depacketiser
        if media is None or media.order.ssrc is not None or self._now - self._media_since < EMPTY_CHANNEL_SECONDS:
            return
        is_video = end - start >= 12 and buffer[start] & 0xC0 == 0x80 and buffer[start + 1] & 0x7F == media.type
        if is_video and int.from_bytes(buffer[start + 8 : start + 12], "big") not in self._early_ssrcs:
            self.session.rtp_channel, self.session.rtcp_channel = channel, channel + 1
            self.framing.expected = {channel + 1: None, channel: media.type}
            self._on_frame(channel, buffer, start, end)

    def _on_corrupt(self) -> None:
        if self.depacketiser:
            self.depacketiser.mark_corrupt(self._now)

    def _burst(self, buffer: bytearray, at: int, end: int) -> tuple[int, int]:
        """Take fragments from here on as long as nothing else comes between; returns where they end, and where the
        newest of them begins."""
        media, behind, newest = self.depacketiser, at, at
        if media is None or self.is_closing:
            return at, at
        lead = DOLLAR << 8 | self.session.rtp_channel
        while behind < end and not self.error:
            at, (behind, begins) = behind, media.burst(buffer, behind, end, lead, self._now)
            if behind == at:
                break
            newest = begins
        return behind, newest

    def _update_clock_offset(self, buffer: bytearray, start: int, end: int) -> None:
        wall = self._wall()
        camera = sender_report_time(buffer, start, end, wall)
        if camera is not None and abs(camera - wall) < MAX_CLOCK_OFFSET and self.depacketiser:
            self.depacketiser.pictures.clock_offset_ms = round((camera - wall) * 1000)

    def _on_loss(self) -> None:
        if self.depacketiser:
            self.depacketiser.suspect()

    def _hand_on(self, picture: Picture) -> None:
        """Give a picture to the receiver. Whatever that raises ends the stream: nobody else would hear of it."""
        if self.error is not None and isinstance(self.error, WriteFailed | InternalError):
            return
        self.last_picture = self._now
        try:
            self._on_picture(picture)
        except Exception as error:
            log.exception("a picture could not be stored")
            self._set_error(error)

    # The end

    def _check_liveness(self, now: float) -> None:
        """A camera is alive while its pictures arrive, whatever it answers to keepalives."""
        if now - self.last_picture > self._quiet:
            refused = self._requests.is_login_refused
            self._fail(
                AuthFailed("no picture since the password was refused")
                if refused
                else TimedOut("no picture", "no_picture")
            )
            return
        order = self.depacketiser.order if self.depacketiser else None
        if order is None or order.foreign_since is None or now - order.foreign_at >= MAX_FOREIGN_SECONDS:
            return
        if now - order.foreign_since > MAX_FOREIGN_SECONDS:
            self._fail(Busy("packets of another session come in between", ""))

    def _flush(self) -> None:
        """Hand on the last picture if it is complete."""
        if self.depacketiser and not self.error:
            self.depacketiser.flush()

    def _fail(self, error: StreamError) -> None:
        if self.is_closing:
            self.is_over = True
        elif self.error is None:
            self._flush()
            self._set_error(error)

    def _set_error(self, error: Exception) -> None:
        """The first error counts. A TEARDOWN that is under way goes on."""
        self.error = self.error or error_for_exception(error)
        if not self.is_closing:
            self._dialogue = self._pending = None

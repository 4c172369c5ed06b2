"""The requests of one RTSP session as generators: each yields a :class:`Request` and is resumed with its response.

Nothing here knows of sockets, deadlines or media; :mod:`video.rtsp.conversation` runs the generators.
Section numbers are of RFC 2326 (RTSP 1.0) unless another document is named.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field

from video.rtsp.addresses import join, on_answering_host, origin, redirect_target, repair_content_base
from video.rtsp.auth import Credentials
from video.rtsp.errors import AuthFailed, Redirected, Refused, StreamError, TimedOut, error_for_status
from video.rtsp.messages import Message
from video.rtsp.sdp import MediaDescription, session_control, video_track
from video.rtsp.session import SessionParameters

REDIRECTS = (301, 302, 303, 305, 307)  # section 11.2
OPTIONS_SECONDS, TEARDOWN_SECONDS = 2.0, 2.0
SHORT_TRANSPORT = "RTP/AVP/TCP;unicast;interleaved=0-1"  # section 12.39


@dataclass(frozen=True)
class Request:
    """A request to send, and how many seconds to wait for its response."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = 5.0


@dataclass
class CameraQuirks:
    """What was learnt of a camera and holds for its next connection too. ``keepalive`` is a method, "" until known."""

    keepalive: str = ""


Dialogue = Generator[Request, Message, None]


class SessionDialogue:
    """Opens, keeps alive and ends one RTSP session. Every generator may raise a :class:`StreamError`.

    ``session`` collects what the responses agree on. ``on_described`` is called with the chosen track once its SETUP
    has succeeded: media may arrive from then on.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        quirks: CameraQuirks,
        on_described: Callable[[MediaDescription], None],
        *,
        answer_timeout: float,
    ) -> None:
        self.url, self._credentials, self.quirks = url, credentials, quirks
        self._on_described, self._answer_timeout = on_described, answer_timeout
        self.session = SessionParameters()
        self.is_login_refused = False
        self.is_login_open = False  # a login was asked for, and its answer is out
        self._base = self._control = url
        self._public = ""

    def open(self) -> Dialogue:
        """OPTIONS, DESCRIBE, SETUP and PLAY (sections 10.1, 10.2, 10.4, 10.5)."""
        with suppress(TimedOut):  # some cameras never answer OPTIONS
            options = yield from self._exchange("OPTIONS", self.url, timeout=min(self._answer_timeout, OPTIONS_SECONDS))
            self._public = options.first("public").upper() if options.status == 200 else ""  # section 12.28
        described = yield from self._exchange("DESCRIBE", self.url, {"Accept": "application/sdp"})
        track = self._read_description(described)
        yield from self._set_up(join(self._base, track.control))
        self._on_described(track)
        yield from self._play()

    def _read_description(self, response: Message) -> MediaDescription:
        """The track to record; also remembers the base address and the control address of the whole presentation."""
        if response.status in REDIRECTS and response.first("location"):
            raise Redirected(redirect_target(response.first("location"), self.url))
        require_ok(response)
        text = response.body.decode("utf-8", "replace")
        track = video_track(text)
        if track is None:
            raise Refused("no H.264 track", "not_h264")
        base = response.first("content-base") or response.first("content-location")  # appendix C.1.1, in this order
        self._base = repair_content_base(base, self.url) if base else self.url
        self._control = join(self._base, session_control(text))
        return track

    def _set_up(self, url: str) -> Dialogue:
        """SETUP of RTP interleaved in this TCP connection (section 10.12)."""
        transport = {"Transport": SHORT_TRANSPORT}
        response = yield from self._exchange("SETUP", url, transport)
        if response.status in (404, 454) and origin(url).lower() != origin(self.url).lower():
            response = yield from self._exchange("SETUP", on_answering_host(url, self.url), transport)
        require_ok(response)
        self.session.update_session(response)
        self.session.update_transport(response)

    def _play(self) -> Dialogue:
        playing = yield from self._exchange("PLAY", self._control, {"Range": "npt=0.000-"})
        if playing.status == 457:  # "Invalid Range", section 11.3.8: live cameras may know none
            playing = yield from self._exchange("PLAY", self._control)
        require_ok(playing)
        self.session.update_session(playing)

    def keepalive(self, timeout: float) -> Dialogue:
        """Keep the session from expiring (section 12.37). The response decides nothing: media shows who is alive.

        GET_PARAMETER without a body is the usual way (section 10.8); cameras that refuse it get OPTIONS instead.
        """
        listed = "GET_PARAMETER" if "GET_PARAMETER" in self._public else "OPTIONS"
        method = self.quirks.keepalive or listed
        try:
            response = yield from self._exchange(method, self._base, timeout=min(timeout, OPTIONS_SECONDS))
        except TimedOut:
            response = Message(status=408)
        except AuthFailed:
            self.is_login_refused = True  # another try would lock the user out; the stream may go on for a while
            return
        self.session.update_session(response)
        is_good = response.status == 200
        self.quirks.keepalive = method if is_good else "OPTIONS" if method == "GET_PARAMETER" else "GET_PARAMETER"

    def teardown(self) -> Dialogue:
        """TEARDOWN (section 10.7). Ends quietly whatever the camera answers."""
        with suppress(StreamError):
            yield from self._exchange("TEARDOWN", self._control, timeout=TEARDOWN_SECONDS)

    def headers_of(self, request: Request) -> dict[str, str]:
        """The request's own headers with Session (section 12.37) and Authorization (section 12.5) where they apply."""
        headers = dict(request.headers)
        if self.session.session_id:
            headers["Session"] = self.session.session_id
        if authorization := self._credentials.header(request.method, request.url):
            headers["Authorization"] = authorization
        return headers

    def _exchange(
        self, method: str, url: str, headers: dict[str, str] | None = None, timeout: float = 0.0
    ) -> Generator[Request, Message, Message]:
        """Send a request until it is not answered by a challenge (status 401) that can still be met.

        A nonce may have expired (RFC 7616, section 3.3), a password is right or wrong.
        """
        tried: set[tuple[str, str]] = set()
        while True:
            response = yield Request(method, url, headers or {}, timeout or self._answer_timeout)
            self.is_login_open = response.status == 401
            if response.status != 401:
                return response
            if not self._credentials.choose(response.headers.get("www-authenticate", []), tried):
                raise AuthFailed("the camera refuses user or password")


def require_ok(response: Message) -> None:
    """Raises the :class:`StreamError` of every status but 200."""
    if response.status != 200:
        raise error_for_status(response.status)

"""Why a stream ended. ``reason`` is one of the protocol's gap reasons; no text holds a password or a URL.

``pause`` is how many seconds to wait before the next connection; 0 leaves that to the caller. ``code`` names what
somebody has to set or look at, "" where the reason says it all; the server has the words for each.
"""

from __future__ import annotations

import os

BUSY_SECONDS = 65.0  # an old session of a camera expires after about a minute
LOGIN_SECONDS = 120.0  # cameras lock users out who try a wrong password again and again


class StreamError(Exception):
    """Base of all errors that end a stream."""

    reason = "session_end"
    code = ""
    pause = 0.0

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        self.code = type(self).code if code is None else code
        super().__init__(detail or self.reason)

    @property
    def detail(self) -> str:
        """For gaps and reports: the code, then words for whoever reads logs."""
        return f"{self.code}: {self}" if self.code else str(self)


class AuthFailed(StreamError):
    """User or password is wrong."""

    reason = "auth_failed"
    pause = LOGIN_SECONDS


class NotFound(StreamError):
    """There is no such camera, or no such stream on it."""

    reason = "not_found"


class Refused(StreamError):
    """The camera does not want to serve us, or cannot."""

    reason = "refused"


class Busy(Refused):
    """The camera has no room for one more viewer, or sends us somebody else's stream."""

    code = "busy"
    pause = BUSY_SECONDS


class TimedOut(StreamError):
    """No connection, no response or no picture in time."""

    reason = "timeout"


class LostFraming(StreamError):
    """The bytes of the connection make no sense any more."""

    reason = "timestamp_break"


class SessionEnded(StreamError):
    """The camera ended the session or closed the connection."""

    reason = "session_end"


class ClosedAtLogin(SessionEnded):
    """The camera closed the connection behind its request for a login: the answer may go out on the next one."""


class Readdressed(StreamError):
    """The plan names another address for the camera now."""

    reason = "operator"


class Redirected(StreamError):
    """The camera is elsewhere: ``url``, without userinfo, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__("redirected")


class WriteFailed(StreamError):
    """Whoever takes the pictures could not store them; the text names the system's reason, never a path."""

    reason = "disk_full"


class InternalError(StreamError):
    """A fault in this program. It ends one connection of one camera and nothing else."""


def error_for_exception(error: Exception) -> StreamError:
    """The error that ends a stream after ``error`` was raised while it was read or its pictures were stored."""
    if isinstance(error, StreamError):
        return error
    if isinstance(error, OSError):
        return WriteFailed(f"write refused: {os.strerror(error.errno) if error.errno else type(error).__name__}")
    return InternalError(f"internal error: {type(error).__name__}")


def error_for_status(status: int) -> StreamError:
    """The error for an RTSP status other than 200 (RFC 2326, section 11)."""
    if status in (401, 403):
        return AuthFailed(f"status {status}")
    if status == 404:
        return NotFound("status 404")
    if status in (453, 503):
        return Busy(f"status {status}: the camera has no room for one more viewer")
    if status == 454:
        return SessionEnded("status 454: the camera has forgotten the session")
    if status == 461:
        return Refused("status 461: the camera does not send over TCP", "udp_only")
    return Refused(f"status {status}")

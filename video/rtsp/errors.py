"""Why a stream ended. ``reason`` is a gap reason; no text ever holds a password or an address with one."""

from __future__ import annotations


class StreamError(Exception):
    reason = "session_end"

    def __init__(self, detail: str = "", reason: str | None = None) -> None:
        self.reason = reason or type(self).reason
        super().__init__(detail or self.reason)


class AuthFailed(StreamError):
    reason = "auth_failed"


class NotFound(StreamError):
    reason = "not_found"


class Refused(StreamError):
    reason = "refused"


class TimedOut(StreamError):
    reason = "timeout"


class LostFraming(StreamError):
    reason = "timestamp_break"


class SessionEnded(StreamError):
    reason = "session_end"


def of_status(status: int) -> StreamError:
    """The error behind an RTSP status."""
    if status in (401, 403):
        return AuthFailed(f"status {status}")
    if status in (404, 454):
        return NotFound(f"status {status}")
    return Refused(f"status {status}")

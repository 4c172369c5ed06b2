"""Our own RTSP client: a core without I/O (messages, authentication, SDP, depacketiser) and an asyncio front."""

from video.rtsp.errors import (
    AuthFailed,
    LostFraming,
    NotFound,
    Refused,
    SessionEnded,
    StreamError,
    TimedOut,
)

__all__ = ["AuthFailed", "LostFraming", "NotFound", "Refused", "SessionEnded", "StreamError", "TimedOut"]

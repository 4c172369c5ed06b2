"""Our own RTSP client: a core without I/O (framing, conversation, depacketiser) and an asyncio front."""

from video.rtsp.errors import (
    AuthFailed,
    Busy,
    LostFraming,
    NotFound,
    Refused,
    SessionEnded,
    StreamError,
    TimedOut,
)

__all__ = ["AuthFailed", "Busy", "LostFraming", "NotFound", "Refused", "SessionEnded", "StreamError", "TimedOut"]

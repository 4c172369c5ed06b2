"""One parser for what lies mixed in the stream: media frames, replies, requests of the camera, and junk."""

from __future__ import annotations

from collections.abc import Callable

from video.rtsp.errors import LostFraming
from video.rtsp.messages import Message, take

JUNK_LIMIT = 256 * 1024


class Framing:
    """Feed bytes; frames and messages come out by callback, in order, wherever the bytes were cut."""

    def __init__(self, on_frame: Callable[[int, memoryview], None], on_message: Callable[[Message], None]) -> None:
        self._on_frame, self._on_message = on_frame, on_message
        self._junk = 0
        self.resyncs = 0

    def feed(self, buffer: bytearray, start: int, end: int) -> int:
        """Parse ``buffer[start:end]``; returns where the first unfinished thing begins. Raises LostFraming."""
        view = memoryview(buffer)
        at = start
        try:
            while at < end:
                if buffer[at] == 0x24:
                    if end - at < 4:
                        break
                    size = buffer[at + 2] << 8 | buffer[at + 3]
                    if end - at < 4 + size:
                        break
                    if size == 0 or size < 4 or buffer[at + 4] & 0xC0 == 0x80:
                        frame = view[at + 4 : at + 4 + size]
                        self._on_frame(buffer[at + 1], frame)
                        frame.release()
                        at += 4 + size
                        self._junk = 0
                        continue
                    at = self._skip(at)
                    continue
                taken = self._message(buffer, at, end)
                if taken == 0:
                    break
                at = at + taken if taken > 0 else self._skip(at)
        finally:
            view.release()
        return at

    def _message(self, buffer: bytearray, at: int, end: int) -> int:
        """Bytes of a message; 0 when more must come; -1 when none can begin here."""
        if buffer[at] not in b"\r\nRODGSPATrodgspat":
            return -1
        try:
            message, taken = take(buffer[at:end])
        except ValueError:
            return -1
        if message is None:
            head = bytes(buffer[at : at + 32]).lstrip(b"\r\n")
            is_likely = not head or (head[:1].isalpha() and all(32 <= byte < 127 or byte in b"\r\n\t" for byte in head))
            return 0 if is_likely else -1
        self._on_message(message)
        self._junk = 0
        return taken

    def _skip(self, at: int) -> int:
        if self._junk == 0:
            self.resyncs += 1
        self._junk += 1
        if self._junk > JUNK_LIMIT:
            raise LostFraming("the camera's stream cannot be followed any more")
        return at + 1

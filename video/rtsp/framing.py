"""Splits the byte stream into interleaved frames (RFC 2326, section 10.12), responses, requests and junk.

In step, the header of a frame is trusted. After junk a frame counts only if channel, RTP version and payload type are
those agreed on and another header follows directly. Some cameras break off in the middle of a frame and send it again
whole: where no header follows a frame that holds its own header once more, the second one counts. Only that decision
depends on where the bytes were cut: a frame at the end of a read is handed on, and called corrupt when the rest shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from video.rtsp.errors import LostFraming
from video.rtsp.messages import Message, parse_message

MAX_JUNK_BYTES, MAX_JUNK_SECONDS = 256 * 1024, 2.0
SHORT_BODY_SECONDS = 1.0  # silence behind a body of which a few bytes are missing: the camera has counted wrong
DOLLAR, MIN_LOOKAHEAD = 0x24, 5  # bytes that show whether a frame or message can begin
METHODS = (  # RFC 2326, section 10
    "OPTIONS",
    "DESCRIBE",
    "ANNOUNCE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
    "REDIRECT",
    "RECORD",
)
WORDS = (b"RTSP/1", *(name.encode() + b" " for name in METHODS))
MAX_WORD = max(map(len, WORDS))
_begins = re.compile(b"|".join((rb"\$", *map(re.escape, WORDS)))).search
_starts = tuple({word[:MIN_LOOKAHEAD] for word in WORDS})

Frame = Callable[[int, bytearray, int, int], None]
# buffer, start, end -> where the frames that were taken end, and where the newest of them begins
Burst = Callable[[bytearray, int, int], tuple[int, int]]


class Framing:
    """Feed bytes; ``on_frame(channel, buffer, start, end)`` and ``on_message`` are called in order.

    ``expected`` maps the agreed channels to their RTP payload type, None for RTCP. ``on_unknown`` takes frames of other
    channels, ``on_corrupt`` is called when the frame handed on last was broken off. ``resyncs`` counts how often the
    step was lost, ``unknown`` the frames of other channels, ``skipped`` the bytes of junk, ``repeated`` frames that
    came again.
    """

    def __init__(self, on_frame: Frame, on_message: Callable[[Message], None], on_loss: Callable[[], None]) -> None:
        self._on_frame, self._on_message, self._on_loss = on_frame, on_message, on_loss
        self.expected: dict[int, int | None] = {}
        self.burst: Burst | None = None  # takes usual frames many at a time
        self.on_unknown: Frame | None = None
        self.on_corrupt: Callable[[], None] | None = None
        self.resyncs = self.unknown = self.skipped = self.repeated = 0
        self._junk, self._junk_since = 0, 0.0
        self._last = b""  # the frame at the end of a read
        self._now = self._short_since = 0.0
        self._short_bytes = 0

    def feed(self, buffer: bytearray, start: int, end: int, now: float) -> int:
        """Parse ``buffer[start:end]``; returns where the first incomplete frame or message begins.

        Raises :class:`LostFraming` after ``MAX_JUNK_BYTES`` or ``MAX_JUNK_SECONDS`` of junk. ``now`` is monotonic
        seconds.
        """
        at, self._now = start, now
        while at < end:
            if buffer[at] == DOLLAR and not self._junk:
                if self.burst and (behind := self._burst(self.burst, buffer, at, end)) > at:
                    at = behind
                    continue
                if end - at < 4:
                    return at
                channel, behind = buffer[at + 1], at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
                if channel in self.expected and behind - at >= 16:
                    if behind > end:
                        return at
                    if buffer[at + 4] & 0xC0 == 0x80:
                        if behind < end and buffer[behind] != DOLLAR and (again := _repetition(buffer, at, behind)):
                            self.repeated += 1
                            at = again
                            continue
                        self._last = bytes(buffer[at:behind]) if behind == end else b""
                        self._on_frame(channel, buffer, at + 4, behind)
                        at = behind
                        continue
            taken = self._parse_unusual(buffer, at, end)
            if taken == 0:
                return at
            at = at + taken if taken > 0 else self._skip(buffer, at, end, now)
        return at

    def _burst(self, burst: Burst, buffer: bytearray, at: int, end: int) -> int:
        behind, newest = burst(buffer, at, end)
        if behind > at:
            self._last = bytes(buffer[newest:behind]) if behind == end else b""
        return behind

    def _parse_unusual(self, buffer: bytearray, at: int, end: int) -> int:
        """Length in bytes of the frame or message that begins here; 0 while that is open; -1 if none can begin here."""
        if buffer[at] == DOLLAR:
            return self._frame(buffer, at, end)
        if not self._junk and buffer[at] in b"\r\n":
            return 1
        return self._message(buffer, at, end)

    def _frame(self, buffer: bytearray, at: int, end: int) -> int:
        """A frame that is short, of an unknown channel or version, or behind junk: what follows must confirm it."""
        if end - at < 4:
            return 0
        channel, behind = buffer[at + 1], at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
        if self._junk:
            if end - at < 6:
                return 0
            if not self._fits(channel, buffer[at + 4], buffer[at + 5], behind - at):
                return -1
        elif channel in self.expected and behind == at + 4:
            return 4
        if end < behind + MIN_LOOKAHEAD:
            return 0
        if not self._can_start(buffer, behind):
            return -1
        self._resynchronised()
        if channel not in self.expected:
            self.unknown += 1
            if self.on_unknown and self.expected:
                self.on_unknown(channel, buffer, at + 4, behind)
                return behind - at
        if not self.expected or (channel in self.expected and behind - at >= 8 and buffer[at + 4] & 0xC0 == 0x80):
            self._on_frame(channel, buffer, at + 4, behind)
        return behind - at

    def _fits(self, channel: int, first: int, kind: int, size: int) -> bool:
        if channel not in self.expected or first & 0xC0 != 0x80 or size < 12:
            return False
        agreed = self.expected[channel]
        return 192 <= kind <= 223 if agreed is None else size >= 16 and kind & 0x7F == agreed

    def _can_start(self, buffer: bytearray, at: int) -> bool:
        head = bytes(buffer[at : at + MIN_LOOKAHEAD])
        if head[0] == DOLLAR:
            return not self.expected or head[1] in self.expected or not self._junk
        return head.startswith((b"\r", b"\n")) or head.upper().startswith(_starts)

    def _message(self, buffer: bytearray, at: int, end: int) -> int:
        head = bytes(buffer[at : min(at + MAX_WORD, end)])
        head = head if self._junk else head.upper()
        if not head.startswith(WORDS):
            return 0 if any(word.startswith(head) for word in WORDS) else -1
        try:
            message, taken = parse_message(buffer, at, end, may_be_short=self._is_quiet(end - at))
        except ValueError:
            return -1
        if message is not None:
            self._resynchronised()
            self._on_message(message)
        return taken

    def _is_quiet(self, size: int) -> bool:
        """Whether nothing has been added for a while to this many bytes of a message."""
        if size != self._short_bytes:
            self._short_bytes, self._short_since = size, self._now
        return self._now - self._short_since >= SHORT_BODY_SECONDS

    def _resynchronised(self) -> None:
        self._junk, self._last = 0, b""

    def _skip(self, buffer: bytearray, at: int, end: int, now: float) -> int:
        """Skip to the next byte where a frame or message may begin."""
        if not self._junk:
            self.resyncs += 1
            self._junk_since = now
            self._on_loss()
            if self._last and self.on_corrupt and _repetition(self._last, 0, len(self._last)):
                self.on_corrupt()
        self._last = b""
        found = _begins(buffer, at + 1, end)
        following = found.start() if found else max(at + 1, end - MAX_WORD)  # a word may be cut in two
        self._junk += following - at
        self.skipped += following - at
        if self._junk > MAX_JUNK_BYTES or now - self._junk_since > MAX_JUNK_SECONDS:
            raise LostFraming("the camera's stream cannot be followed any more")
        return following


def _repetition(data: bytes | bytearray, at: int, behind: int) -> int:
    """Where the frame ``data[at:behind]`` begins a second time inside itself; 0 where it does not."""
    again = data.find(data[at : at + 4], at + 5, behind)
    while again > 0:
        same = min(again - at - 4, 12, behind - again - 4)  # bytes of the RTP header to compare
        if same > 0 and data[again + 4 : again + 4 + same] == data[at + 4 : at + 4 + same]:
            return again
        again = data.find(data[at : at + 4], again + 1, behind)
    return 0

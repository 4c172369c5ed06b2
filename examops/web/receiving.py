"""What has arrived of one HTTP/1.1 request, until it is complete: head, then a body of the length it announces.

Only the end is looked for here. What the request says is read by gunicorn's own parser afterwards, from the same bytes;
it refuses a head in which two lengths contradict each other.
"""

from __future__ import annotations

import re
import tempfile
from typing import IO

MAX_HEAD = 64 * 1024  # bytes
MAX_BODY = 128 << 20  # bytes; the application refuses what is longer than 64 MiB with a page, after taking it in
IN_MEMORY = 256 * 1024  # bytes of one request; what is longer goes to a file without a name
HEAD_S = 10.0  # from the first moment to the end of the head
IDLE_S = 15.0  # between two pieces of the body
BODY_S = 20.0  # for any body, and one second more for each SLOWEST bytes
SLOWEST = 16 * 1024  # bytes a second

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
CODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Refused(Exception):
    """The request ends here; ``answer`` is status code and reason."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class Incoming:
    """One request. Times are of ``time.monotonic()``."""

    def __init__(self, now: float) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by the reader
        self._head = bytearray()
        self._missing: int | None = None  # bytes of the body still to come; None while the head is incomplete
        self._deadline = self._end = now + HEAD_S
        self._wants_continue = False
        self.size = 0  # bytes so far

    @property
    def has_begun(self) -> bool:
        return self.size > 0

    def feed(self, data: bytes, now: float) -> bool:
        """Take the next bytes; True when the request is complete. Raises :class:`Refused`."""
        self._file.write(data)
        self.size += len(data)
        if self._missing is None:
            seen = max(len(self._head) - 3, 0)
            self._head += data
            end = self._head.find(b"\r\n\r\n", seen)
            if end < 0:
                if len(self._head) > MAX_HEAD:
                    raise Refused("431 Request Header Fields Too Large")
                return False
            self._missing = self._length(bytes(self._head[: end + 2])) - (len(self._head) - end - 4)
            self._end = now + BODY_S + max(self._missing, 0) / SLOWEST
        else:
            self._missing -= len(data)
        self._deadline = min(now + IDLE_S, self._end)
        return self._missing <= 0

    def _length(self, head: bytes) -> int:
        """Bytes of the body to wait for."""
        if CODING.search(head):
            raise Refused("411 Length Required")
        lengths = {int(text) for text in LENGTH.findall(head)}
        length = max(lengths, default=0)
        if length > MAX_BODY:
            raise Refused("413 Content Too Large")
        self._wants_continue = CONTINUE.search(head) is not None
        return length

    def takes_continue(self) -> bool:
        """Once, when the client waits to be asked for its body."""
        is_waiting = self._wants_continue and bool(self._missing and self._missing > 0)
        self._wants_continue = False
        return is_waiting

    def is_overdue(self, now: float) -> bool:
        return now > self._deadline

    def end_by(self, moment: float) -> None:
        self._deadline, self._end = min(self._deadline, moment), min(self._end, moment)

    def stored(self) -> IO[bytes]:
        """All bytes, from the first; to be closed by whoever reads them."""
        self._file.seek(0)
        return self._file

    def discard(self) -> None:
        self._file.close()

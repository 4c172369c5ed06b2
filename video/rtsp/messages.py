"""RTSP 1.0 messages (RFC 2326, section 4), read leniently: cameras omit reason phrases and write bare line feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_HEAD_BYTES, MAX_BODY_BYTES = 64 * 1024, 256 * 1024
MAX_MISSING_BYTES = 4  # bytes that a Content-Length may count too many
_head_end = re.compile(rb"\r?\n\r?\n").search
_control = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]").search
_lines = re.compile(r"\r\n|\n|\r").split


@dataclass(frozen=True)
class Message:
    """A response (``status`` set) or a request of the camera (``method`` set).

    Header names are lower case; values are in order of appearance.
    """

    status: int = 0
    method: str = ""
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str) -> str:
        """The first value of a header given in lower case; "" without one."""
        values = self.headers.get(name)
        return values[0] if values else ""

    @property
    def sequence(self) -> int | None:
        """CSeq (RFC 2326, section 12.17); None where it is missing or no number."""
        digits = self.first("cseq")
        return int(digits) if re.fullmatch(r"[0-9]{1,10}", digits) else None


@dataclass
class ResponseNumbers:
    """Which response answers the one request that waits, for cameras that count right and for those that do not.

    ``given_up`` holds the numbers of requests whose answer did not come in time: it may still come.
    """

    given_up: set[int] = field(default_factory=set)
    matches: int = 0

    def fits(self, number: int | None, awaited: int) -> bool:
        """Whether a response with this CSeq answers ``awaited``.

        A camera that repeated two of our numbers repeats all; one that counts from elsewhere, or answers with a
        constant, is followed, because no more than one request is out.
        """
        if number == awaited:
            self.matches += 1
        return number in (None, awaited) or (number not in self.given_up and self.matches < 2)


def parse_message(
    data: bytes | bytearray, start: int, end: int, *, may_be_short: bool = False
) -> tuple[Message | None, int]:
    """The message that begins at ``start``, and its length in bytes; (None, 0) while it is incomplete.

    The length follows RFC 2326, section 4.4: Content-Length, or no body. Raises ValueError where no message can
    begin, or where it exceeds ``MAX_HEAD_BYTES`` or ``MAX_BODY_BYTES``. With ``may_be_short`` a body may lack
    ``MAX_MISSING_BYTES``: cameras count a line end that they do not send.
    """
    found = _head_end(data, start, end)
    if _control(data, start, found.start() if found else end):
        raise ValueError("not text")
    if found is None:
        if end - start > MAX_HEAD_BYTES:
            raise ValueError("head too long")
        return None, 0
    lines = _lines(bytes(data[start : found.start()]).decode("utf-8", "replace"))
    headers = _headers(lines[1:])
    length = _length(headers)
    behind = found.end() + length
    message = _message(lines[0], headers, b"")
    if may_be_short and found.end() < end < behind <= end + MAX_MISSING_BYTES:
        behind = end
    if end < behind:
        return None, 0
    return Message(message.status, message.method, headers, bytes(data[found.end() : behind])), behind - start


def _length(headers: dict[str, list[str]]) -> int:
    text = headers.get("content-length", ["0"])[0]
    length = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else 0
    if length > MAX_BODY_BYTES:
        raise ValueError("body too long")
    return length


def _headers(lines: list[str]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    return headers


def _message(first: str, headers: dict[str, list[str]], body: bytes) -> Message:
    words = first.split()
    if words and words[0].upper().startswith("RTSP/"):
        if len(words) < 2 or not re.fullmatch(r"[1-5][0-9][0-9]", words[1]):
            raise ValueError("no status")
        return Message(int(words[1]), "", headers, body)
    if len(words) == 3 and words[2].upper().startswith("RTSP/"):
        return Message(0, words[0].upper(), headers, body)
    raise ValueError("neither reply nor request")


def format_request(method: str, url: str, sequence: int, headers: dict[str, str]) -> bytes:
    """A request without a body (RFC 2326, section 6)."""
    lines = [
        f"{method} {url} RTSP/1.0",
        f"CSeq: {sequence}",
        "User-Agent: examops",
        *(f"{n}: {v}" for n, v in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def format_response(status: str, message: Message, session: str) -> bytes:
    """Our response to a request of the camera (RFC 2326, section 7). ``status`` is code and reason phrase."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {message.first('cseq')}"] + ([f"Session: {session}"] if session else [])
    return ("\r\n".join(lines) + "\r\n\r\n").encode()

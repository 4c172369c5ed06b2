"""RTSP messages as cameras really write them: bare line feeds, missing reasons, blanks in odd places."""

from __future__ import annotations

from dataclasses import dataclass, field

HEAD_LIMIT, BODY_LIMIT = 64 * 1024, 1024 * 1024


@dataclass(frozen=True)
class Message:
    """A reply (``status`` set) or a request of the camera (``method`` set). Header names are lower case, values a list."""

    status: int = 0
    method: str = ""
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str) -> str:
        values = self.headers.get(name)
        return values[0] if values else ""

    @property
    def sequence(self) -> int | None:
        digits = self.first("cseq")
        return int(digits) if digits.isdigit() else None


def take(data: bytes | bytearray) -> tuple[Message | None, int]:
    """The first whole message of the buffer and how many bytes it took; (None, 0) when more must come.

    Raises ValueError where no message can begin or limits are passed.
    """
    start = 0
    while start < len(data) and data[start] in b"\r\n":
        start += 1
    end, mark = _head_end(data, start)
    if end < 0:
        if len(data) - start > HEAD_LIMIT:
            raise ValueError("head too long")
        return None, 0
    lines = bytes(data[start:end]).decode("utf-8", "replace").splitlines()
    headers = _headers(lines[1:])
    length = int(headers.get("content-length", ["0"])[0] or 0)
    if not 0 <= length <= BODY_LIMIT:
        raise ValueError("body too long")
    if len(data) < end + mark + length:
        return None, 0
    body = bytes(data[end + mark : end + mark + length])
    return _message(lines[0], headers, body), end + mark + length


def _head_end(data: bytes | bytearray, start: int) -> tuple[int, int]:
    places = [(data.find(mark, start), len(mark)) for mark in (b"\r\n\r\n", b"\n\n")]
    found = [place for place in places if place[0] >= 0]
    return min(found) if found else (-1, 0)


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
        if len(words) < 2 or not words[1].isdigit():
            raise ValueError("no status")
        return Message(int(words[1]), "", headers, body)
    if len(words) == 3 and words[2].upper().startswith("RTSP/"):
        return Message(0, words[0].upper(), headers, body)
    raise ValueError("neither reply nor request")


def request(method: str, url: str, sequence: int, headers: dict[str, str]) -> bytes:
    lines = [
        f"{method} {url} RTSP/1.0",
        f"CSeq: {sequence}",
        "User-Agent: examops",
        *(f"{n}: {v}" for n, v in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(status: str, message: Message, session: str) -> bytes:
    """Our answer to a request of the camera's own."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {message.first('cseq')}"] + ([f"Session: {session}"] if session else [])
    return ("\r\n".join(lines) + "\r\n\r\n").encode()

"""NAL units as they lie in payloads: aggregates with padding, several behind start codes."""

from __future__ import annotations

from collections.abc import Iterator

HEAD = 512  # bytes of a large slice that are searched for start codes: a bundle begins with its small units


def aggregate(data: bytes | bytearray, at: int, end: int) -> Iterator[bytes]:
    """The units of a STAP-A whose first size stands at ``at``. A unit that does not fit comes cut short, as one byte."""
    while at + 2 <= end:
        size = data[at] << 8 | data[at + 1]
        at += 2
        if size == 0:
            continue  # padding, or an empty unit
        if at + size > end:
            if at < end:
                yield bytes(data[at : at + 1])
            return
        yield bytes(data[at : at + size])
        at += size


def is_bundle(nal: bytes, is_suspect: bool) -> bool:
    """Whether start codes lie inside. Inside one unit they cannot; ``is_suspect`` looks through large ones as well."""
    end = len(nal) if is_suspect or nal[0] & 31 > 5 else HEAD
    return nal.find(b"\0\0\1", 0, end) >= 0


def parts(nal: bytes) -> Iterator[bytes]:
    """The units between the start codes, without trailing zeros."""
    for part in nal.split(b"\0\0\1"):
        if unit := part.rstrip(b"\0"):
            yield unit

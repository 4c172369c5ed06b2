"""NAL units inside RTP payloads: aggregation packets, and byte streams with start codes that do not belong there."""

from __future__ import annotations

from collections.abc import Iterator

HEAD = 512  # bytes of a large slice that are searched for start codes: parameter sets come first


def aggregate(data: bytes | bytearray, at: int, end: int) -> Iterator[bytes]:
    """The NAL units of a STAP-A (RFC 6184, section 5.7.1) whose first size field is at ``at``.

    Of a unit that is longer than the packet only its first byte is returned, so that the caller knows its type.
    """
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
    """Whether a payload holds several units with start codes between them (ITU-T H.264, annex B).

    A start code cannot occur inside a unit (7.4.1.1). Large slices are searched whole only if ``is_suspect``.
    """
    end = len(nal) if is_suspect or nal[0] & 31 > 5 else HEAD
    return nal.find(b"\0\0\1", 0, end) >= 0


def parts(nal: bytes) -> Iterator[bytes]:
    """The NAL units between start codes, without trailing zeros."""
    for part in nal.split(b"\0\0\1"):
        if unit := part.rstrip(b"\0"):
            yield unit

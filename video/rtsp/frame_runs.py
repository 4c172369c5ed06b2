"""Runs of interleaved frames that differ in their sequence numbers and payloads alone, taken in a few calls."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

FRAME_HEAD, RTP_AND_FU = 4, 14  # bytes: RFC 2326, 10.12; RFC 3550, 5.1, with FU indicator and header (RFC 6184, 5.8)
MAX_RUN = 32  # frames looked at together
DOLLAR = b"$"
pack_head = struct.Struct(">HHH").pack  # `$` and channel, length, RTP flags and payload type
pack_tail = struct.Struct(">IIBB").pack  # time stamp, SSRC, FU indicator and header


@lru_cache(maxsize=256)
def reader_of(payload: int, count: int) -> Callable[[bytes | bytearray, int], tuple[Any, ...]]:
    """Reads head, sequence number, tail and payload of so many frames."""
    return struct.Struct(">" + f"6sH10s{payload}s" * count).unpack_from


def equal_frames(
    data: bytes | bytearray, at: int, end: int, head: bytes, sequence: int, tail: bytes, most: int
) -> Sequence[bytes]:
    """Payloads of the frames from ``at`` on that have this head and tail and are numbered from ``sequence`` on.

    ``most`` of them, none that does not fit. A frame counts only if a ``$`` follows it before ``end``.
    """
    step = int.from_bytes(head[2:4], "big") + FRAME_HEAD
    if step < FRAME_HEAD + RTP_AND_FU:
        return ()
    marks = data[at : min(end, at + (MAX_RUN + 1) * step) : step]
    count = min(_leading(marks, DOLLAR) - 1, most, 0x10000 - sequence)
    count = _leading(data[at + 17 : at + count * step : step], tail[-1:]) if count > 0 else 0
    if count == 0:
        return ()
    fields = reader_of(step - FRAME_HEAD - RTP_AND_FU, count)(data, at)
    heads, tails, payloads = fields[::4], fields[2::4], fields[3::4]
    numbers = tuple(range(sequence, sequence + count))
    if heads.count(head) == tails.count(tail) == count and fields[1::4] == numbers:
        return payloads
    found = zip(heads, fields[1::4], tails, strict=True)
    same = [item == (head, number, tail) for item, number in zip(found, numbers, strict=True)]
    return payloads[: same.index(False)]


def _leading(column: bytes | bytearray, byte: bytes) -> int:
    return len(column) - len(column.lstrip(byte))

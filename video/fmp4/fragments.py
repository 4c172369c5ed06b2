"""``moof`` and ``mdat`` of one group of pictures."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from video.fmp4.boxes import box, full_box, u32, u64

KEY, NOT_KEY = 0x02000000, 0x01010000
TRUN = 0x000701  # data offset, and of each sample: duration, size, flags
_entry = struct.Struct(">III").pack


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture as it lies in the file: length-prefixed NAL units; ``duration`` in 90 kHz ticks."""

    data: bytes
    duration: int
    is_key: bool


def length_prefixed(nals: Sequence[bytes]) -> bytes:
    """NAL units each behind their four-byte length."""
    parts: list[bytes] = []
    for nal in nals:
        parts.append(u32(len(nal)))
        parts.append(nal)
    return b"".join(parts)


def fragment(sequence: int, base_ticks: int, samples: Sequence[Sample]) -> bytes:
    """A fragment whose decode times begin at ``base_ticks``."""
    entries = b"".join(_entry(s.duration, len(s.data), KEY if s.is_key else NOT_KEY) for s in samples)
    head = _moof(sequence, base_ticks, len(samples), entries, 0)
    head = _moof(sequence, base_ticks, len(samples), entries, len(head) + 8)
    size = 8 + sum(len(sample.data) for sample in samples)
    return b"".join((head, u32(size), b"mdat", *(sample.data for sample in samples)))


def _moof(sequence: int, base_ticks: int, count: int, entries: bytes, data_offset: int) -> bytes:
    track = full_box(b"tfhd", 0, 0x020000, u32(1)), full_box(b"tfdt", 1, 0, u64(base_ticks))
    run = full_box(b"trun", 0, TRUN, u32(count), u32(data_offset), entries)
    return box(b"moof", full_box(b"mfhd", 0, 0, u32(sequence)), box(b"traf", *track, run))

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
    """One picture: NAL units without start codes; ``duration`` in 90 kHz ticks. In the file each has its length before it."""

    nals: tuple[bytes, ...]
    duration: int
    is_key: bool

    @property
    def size(self) -> int:
        return sum(map(len, self.nals)) + 4 * len(self.nals)


def fragment(sequence: int, base_ticks: int, samples: Sequence[Sample]) -> tuple[bytes, list[bytes]]:
    """A fragment whose decode times begin at ``base_ticks``: its ``moof``, and its ``mdat`` in the pieces to write."""
    sizes = [sample.size for sample in samples]
    entries = b"".join(
        _entry(sample.duration, size, KEY if sample.is_key else NOT_KEY)
        for sample, size in zip(samples, sizes, strict=True)
    )
    head = _moof(sequence, base_ticks, len(samples), entries, 0)
    head = _moof(sequence, base_ticks, len(samples), entries, len(head) + 8)
    pieces = [u32(8 + sum(sizes)) + b"mdat"]
    for sample in samples:
        for nal in sample.nals:
            pieces += (u32(len(nal)), nal)
    return head, pieces


def _moof(sequence: int, base_ticks: int, count: int, entries: bytes, data_offset: int) -> bytes:
    track = full_box(b"tfhd", 0, 0x020000, u32(1)), full_box(b"tfdt", 1, 0, u64(base_ticks))
    run = full_box(b"trun", 0, TRUN, u32(count), u32(data_offset), entries)
    return box(b"moof", full_box(b"mfhd", 0, 0, u32(sequence)), box(b"traf", *track, run))

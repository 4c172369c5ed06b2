"""Movie fragments, ``moof`` and ``mdat``, of one group of pictures (ISO/IEC 14496-12, 8.8)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from video.fmp4.boxes import box, full_box, u32, u64

# Sample flags (8.8.3.1): depends on no other sample; depends on others and is no sync sample
KEY, NOT_KEY = 0x02000000, 0x01010000
TRUN = 0x000701  # flags of trun (8.8.8.1): data offset; of each sample its duration, size and flags
_entry = struct.Struct(">III").pack


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: NAL units without start codes; ``duration`` in 90 kHz ticks.

    In the file each unit follows its length in four bytes (ISO/IEC 14496-15:2010, 5.2.3).
    """

    nals: tuple[bytes, ...]
    duration: int
    is_key: bool

    @property
    def size(self) -> int:
        return sum(map(len, self.nals)) + 4 * len(self.nals)


def fragment(sequence: int, base_ticks: int, samples: Sequence[Sample]) -> tuple[bytes, list[bytes]]:
    """A fragment: its ``moof``, and its ``mdat`` in the pieces to write.

    ``base_ticks`` is the decode time of its first sample (90 kHz), ``sequence`` the number of the fragment in its run.
    """
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
    """mfhd 8.8.5, traf 8.8.6, tfhd 8.8.7 (with default-base-is-moof), trun 8.8.8, tfdt 8.8.12."""
    track = full_box(b"tfhd", 0, 0x020000, u32(1)), full_box(b"tfdt", 1, 0, u64(base_ticks))
    run = full_box(b"trun", 0, TRUN, u32(count), u32(data_offset), entries)
    return box(b"moof", full_box(b"mfhd", 0, 0, u32(sequence)), box(b"traf", *track, run))

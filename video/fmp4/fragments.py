"""Movie fragments, ``moof`` and ``mdat``, of one group of pictures (ISO/IEC 14496-12, 8.8).

Samples are written as they come, behind room for the head; the head, which carries the sizes of all of them, is
written into that room when the last one is there.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from video.fmp4.boxes import box, full_box, u32, u64

# Sample flags (8.8.3.1): depends on no other sample; depends on others and is no sync sample
KEY, NOT_KEY = 0x02000000, 0x01010000
TRUN = 0x000701  # flags of trun (8.8.8.1): data offset; of each sample its duration, size and flags
_entry = struct.Struct(">III").pack
HEAD_BYTES, ENTRY_BYTES = 96, 12  # of a fragment without samples with the head of its mdat; of each sample in trun


@dataclass(slots=True)  # not frozen: see video.pictures.Picture
class Sample:
    """One picture, not to be changed: NAL units without start codes; ``duration`` in 90 kHz ticks.

    In the file each unit follows its length in four bytes (ISO/IEC 14496-15:2010, 5.2.3).
    """

    nals: tuple[bytes, ...]
    duration: int
    is_key: bool

    def add_to(self, pieces: list[bytes]) -> int:
        """Append the bytes of the sample, in the pieces to write; returns how many they are."""
        size = 4 * len(self.nals)
        for nal in self.nals:
            length = len(nal)
            pieces.append(u32(length))
            pieces.append(nal)
            size += length
        return size


@dataclass
class FragmentTable:
    """What the head of a fragment says of its samples, of which it has room for ``most``.

    Write ``room`` bytes, then the samples that were given to ``add``, then :meth:`head` over the room.
    """

    most: int
    count: int = 0
    size: int = 0
    ticks: int = 0
    first_size: int = 0
    is_independent: bool = False
    _entries: list[bytes] = field(default_factory=list)

    @property
    def room(self) -> int:
        return HEAD_BYTES + ENTRY_BYTES * self.most

    def add(self, sample: Sample, size: int) -> None:
        """Enter a sample of so many bytes."""
        if not self.count:
            self.first_size, self.is_independent = size, sample.is_key
        duration = sample.duration
        self._entries.append(_entry(duration, size, KEY if sample.is_key else NOT_KEY))
        self.count += 1
        self.size += size
        self.ticks += duration

    def head(self, sequence: int, base_ticks: int) -> bytes:
        """``moof`` and the head of ``mdat``, ``room`` bytes long.

        ``base_ticks`` is the decode time of the first sample (90 kHz), ``sequence`` the fragment's number in its run.
        """
        return _moof(sequence, base_ticks, self._entries, self.room) + u32(8 + self.size) + b"mdat"


def _moof(sequence: int, base_ticks: int, entries: Sequence[bytes], room: int) -> bytes:
    """mfhd 8.8.5, traf 8.8.6, tfhd 8.8.7 (with default-base-is-moof), trun 8.8.8, tfdt 8.8.12.

    What is left of the room is free space (8.1.2) inside of it, so that samples follow the head of ``mdat`` at once.
    """
    track = full_box(b"tfhd", 0, 0x020000, u32(1)), full_box(b"tfdt", 1, 0, u64(base_ticks))
    run = full_box(b"trun", 0, TRUN, u32(len(entries)), u32(room), *entries)
    content = full_box(b"mfhd", 0, 0, u32(sequence)) + box(b"traf", *track, run)
    left = room - 8 - 8 - len(content)
    return box(b"moof", content, box(b"free", bytes(left - 8)) if left else b"")

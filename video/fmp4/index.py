"""The index of a fragmented file that this package wrote, and what can be saved of a file that was cut short."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fragment:
    """One fragment: bytes ``[offset, offset + length)``; its first sample, absolute in the file; times in ticks."""

    offset: int
    length: int
    first_offset: int
    first_length: int
    base_ticks: int
    ticks: int
    frames: int
    is_independent: bool


@dataclass(frozen=True)
class FileIndex:
    """``init_length`` is the size of ``ftyp`` and ``moov`` in bytes."""

    init_length: int
    fragments: tuple[Fragment, ...]

    @property
    def end(self) -> int:
        """Where the last whole fragment ends."""
        return self.fragments[-1].offset + self.fragments[-1].length if self.fragments else self.init_length

    @property
    def ticks(self) -> int:
        return sum(fragment.ticks for fragment in self.fragments)


def parse_index(data: bytes) -> FileIndex:
    """The index of a file; an incomplete fragment at its end is left out."""
    init_length, fragments, moof = 0, [], None
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind in (b"ftyp", b"moov"):
            init_length = end
        elif kind == b"moof":
            moof = (start, end)
        elif kind == b"mdat" and moof:
            fragments.append(_fragment(data, moof[0], moof[1], end))
            moof = None
    return FileIndex(init_length, tuple(fragments))


def salvage(path: Path) -> FileIndex:
    """Truncate a file after its last complete fragment, on disk; returns its index. Raises OSError."""
    index = parse_index(path.read_bytes())
    with path.open("r+b") as file:
        file.truncate(index.end)
        os.fsync(file.fileno())
    return index


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:
            return
        yield kind, start, start + size
        start += size


def _fragment(data: bytes, start: int, moof_end: int, end: int) -> Fragment:
    base_ticks, ticks, frames, data_offset, first_size, is_key = 0, 0, 0, 0, 0, False
    traf = next((s, e) for kind, s, e in _boxes(data, start + 8, moof_end) if kind == b"traf")
    for kind, at, _ in _boxes(data, traf[0] + 8, traf[1]):
        if kind == b"tfdt":
            (base_ticks,) = struct.unpack_from(">Q", data, at + 12)
        elif kind == b"trun":
            frames, data_offset = struct.unpack_from(">II", data, at + 12)
            _, first_size, flags = struct.unpack_from(">III", data, at + 20)
            is_key = not flags & 0x00010000
            ticks = sum(struct.unpack_from(">I", data, at + 20 + 12 * n)[0] for n in range(frames))
    return Fragment(start, end - start, start + data_offset, first_size, base_ticks, ticks, frames, is_key)

"""Small fragmented MP4 files and the sidecars that describe them, made without the recorder."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examops.demo.testcam import Clip, write_mp4

FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof+skip_trailer"}


@dataclass(frozen=True)
class StoredSegment:
    """Bytes as they lie in the store, and reads that are counted."""

    data: bytes
    sidecar: dict[str, Any]
    reads: list[tuple[int, int]]

    def fetch(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self.data[offset : offset + length]


def stored_segment(clip: Clip, folder: Path, seconds: int) -> StoredSegment:
    path = folder / "segment.mp4"
    write_mp4(clip, path, seconds, FRAGMENTED)
    data = path.read_bytes()
    return StoredSegment(data, sidecar_of(data, clip.settings.gop, clip.settings.fps), [])


def sidecar_of(data: bytes, gop: int, fps: int) -> dict[str, Any]:
    boxes = list(boxes_in(data, 0, len(data)))
    init_length = next(start for kind, start, _ in boxes if kind == b"moof")
    moofs = [(start, size) for kind, start, size in boxes if kind == b"moof"]
    mdats = [(start, size) for kind, start, size in boxes if kind == b"mdat"]
    rows = []
    for index, ((moof, moof_size), (mdat, mdat_size)) in enumerate(zip(moofs, mdats, strict=True)):
        first = first_sample_size(data[moof : moof + moof_size])
        frame_ms = gop * 1000 // fps
        rows.append([moof, moof_size + mdat_size, mdat + 8, first, index * frame_ms, frame_ms, gop, True])
    total = len(rows) * gop * 1000 // fps
    return {"init_length": init_length, "fragments": rows, "media_duration_ms": total, "wall_duration_ms": total}


def boxes_in(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and size of each box."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, size
        start += size


def first_sample_size(moof: bytes) -> int:
    """Size of the first sample from trun, or the default of tfhd."""
    traf = next((s, n) for kind, s, n in boxes_in(moof, 8, len(moof)) if kind == b"traf")
    found = {kind: start for kind, start, _ in boxes_in(moof, traf[0] + 8, sum(traf))}
    flags = int.from_bytes(moof[found[b"trun"] + 9 : found[b"trun"] + 12], "big")
    assert flags & 0x200, "sample sizes stand in trun"
    skip = 16 + 4 * bool(flags & 1) + 4 * bool(flags & 4) + 4 * bool(flags & 0x100)
    return struct.unpack_from(">I", moof, found[b"trun"] + skip)[0]

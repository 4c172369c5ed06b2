"""One segment being written: fragments into a ``.part`` file, hashed on the way, closed with a signed sidecar."""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video.fmp4 import Fragment, fragment_of, init_segment
from video.pictures import Params
from video.recorder.atomic_files import sync_folder, write_all, write_json
from video.recorder.clocks import stamp
from video.recorder.signing import Signer


@dataclass(frozen=True)
class Origin:
    """What a segment belongs to; written beside the ``.part`` so that a salvage knows it too."""

    camera_uid: str
    arming_uid: str
    run_uid: str
    sequence: int
    previous_digest: str
    start: float
    media_start_ticks: int
    codec: str
    width: int
    height: int
    leans_on_previous: bool


@dataclass
class Tally:
    """What happened while it was recorded."""

    frames: int = 0
    lost_packets: int = 0
    damaged_frames: int = 0
    clock_offset_ms: int | None = None


@dataclass
class OpenSegment:
    folder: Path
    origin: Origin
    params: Params
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    tally: Tally = field(default_factory=Tally)
    size: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._fragments: list[Fragment] = []
        self.init_length = 0
        self.ticks = 0
        self._file = -1
        try:
            write_json(self.folder / f"{self.uid}.origin", self.origin.__dict__)
            self._file = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._write([init_segment(self.params)])
        except OSError:
            with suppress(OSError):
                self.discard()
            raise
        self.init_length = self.size

    @property
    def part(self) -> Path:
        return self.folder / f"{self.uid}.part"

    @property
    def file_number(self) -> int:
        return self._file

    def _write(self, pieces: list[bytes]) -> None:
        """One call for all pieces, and no copy of them. What a full disk took of them is cut off again."""
        try:
            size = write_all(self._file, pieces)
        except OSError:
            os.ftruncate(self._file, self.size)
            os.lseek(self._file, self.size, os.SEEK_SET)
            raise
        self.size += size
        for piece in pieces:
            self._digest.update(piece)

    def add(self, moof: bytes, mdat: list[bytes]) -> None:
        """Append one fragment; ``mdat`` in pieces. Raises OSError when the disk refuses; the file is then as before."""
        offset = self.size
        self._write([moof, *mdat])
        found = fragment_of(moof, offset, self.size - offset)
        self._fragments.append(found)
        self.ticks += found.ticks
        self.tally.frames += found.frames

    def close(self, signer: Signer, end: float, end_reason: str | None) -> str:
        """Sync, rename, write the sidecar; returns its digest.

        Raises OSError when the disk refuses. What is on it then is for :meth:`video.recorder.spool.Spool.salvage`.
        """
        try:
            os.fsync(self._file)
        finally:
            os.close(self._file)
        self.part.rename(self.folder / f"{self.uid}.mp4")
        sync_folder(self.folder)
        tail = {"end_reason": end_reason, "salvaged": False}
        return finish(self.folder, self.uid, self.origin, self._fragments, self.tally, signer, tail,
                      size=self.size, sha256=self._digest.hexdigest(), init_length=self.init_length, end=end)  # fmt: skip

    def discard(self) -> None:
        """Nothing was recorded into it. Raises OSError when the disk refuses."""
        if self._file >= 0:
            os.close(self._file)
        self.part.unlink(missing_ok=True)
        (self.folder / f"{self.uid}.origin").unlink(missing_ok=True)


def finish(
    folder: Path, uid: str, origin: Origin, fragments: list[Fragment], tally: Tally, signer: Signer,
    tail: dict[str, Any], *, size: int, sha256: str, init_length: int, end: float,
) -> str:  # fmt: skip
    """Write the sidecar of a closed file and drop its origin note; returns the sidecar's digest."""
    ticks = sum(fragment.ticks for fragment in fragments)
    content = {
        "version": 1, "segment_uid": uid, "camera_uid": origin.camera_uid, "arming_uid": origin.arming_uid,
        "run_uid": origin.run_uid, "sequence": origin.sequence, "start": stamp(origin.start), "end": stamp(end),
        "media_start_ticks": origin.media_start_ticks, "media_duration_ms": ticks // 90,
        "wall_duration_ms": round((end - origin.start) * 1000), "bytes": size, "sha256": sha256,
        "init_length": init_length, "fragments": table(fragments), "codec": origin.codec, "width": origin.width,
        "height": origin.height, "frames": tally.frames, "lost_packets": tally.lost_packets,
        "damaged_frames": tally.damaged_frames, "leans_on_previous": origin.leans_on_previous,
        "camera_clock_offset_ms": tally.clock_offset_ms, "previous_digest": origin.previous_digest, **tail,
    }  # fmt: skip
    sealed, digest = signer.seal(content)
    write_json(folder / f"{uid}.json", sealed)
    (folder / f"{uid}.origin").unlink(missing_ok=True)
    return digest


def table(fragments: list[Fragment]) -> list[list[Any]]:
    """Rows of the sidecar: ``[offset, length, keyframe_offset, keyframe_length, media_offset_ms, duration_ms, frames, independent]``."""
    rows: list[list[Any]] = []
    ticks = 0
    for f in fragments:
        rows.append(
            [f.offset, f.length, f.first_offset, f.first_length, ticks // 90, f.ticks // 90, f.frames, f.is_independent]
        )
        ticks += f.ticks
    return rows

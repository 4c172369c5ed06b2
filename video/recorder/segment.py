"""One segment of a recording: fragments are appended to a ``.part`` file, which is closed with a signed sidecar.

Pictures are written while their fragment goes on, so that a group of them does not wait in memory for its end. Its head
comes last and stands first, so the digest reads the fragment back, from the system's memory as a rule.
"""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from video.fmp4 import Fragment, FragmentTable, Sample, init_segment
from video.pictures import Params
from video.recorder.atomic_files import overwrite, sync_folder, write_all, write_json
from video.recorder.clocks import format_time
from video.recorder.sidecar import TICKS_PER_MS, SidecarContent, fragment_rows
from video.recorder.signing import Signer

WRITE_BYTES, READ_BYTES = 128 * 1024, 64 * 1024
MIN_SAMPLES, FIRST_SAMPLES = 64, 256  # of a fragment: room for twice as many as the one before had


@dataclass(frozen=True)
class Origin:
    """What a segment belongs to; written beside the ``.part`` file so that a salvage knows it, too.

    ``start`` is in seconds since 1970, ``media_start_ticks`` the decode time of its first picture (90 kHz) in the run.
    """

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
class SegmentCounters:
    """Counters of one segment; ``clock_offset_ms`` is the camera's clock minus ours by its latest report."""

    frames: int = 0
    lost_packets: int = 0
    damaged_frames: int = 0
    clock_offset_ms: int | None = None


@dataclass
class OpenSegment:
    """A segment that is being written. Creating one writes its files and may raise OSError; none are left then.

    ``size`` is in bytes, ``ticks`` the media duration of whole fragments so far (90 kHz). Call ``add`` for each picture
    and ``end_fragment`` behind the last of each fragment, at the latest when ``is_fragment_full``.
    """

    folder: Path
    origin: Origin
    params: Params
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    counters: SegmentCounters = field(default_factory=SegmentCounters)
    size: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._fragments: list[Fragment] = []
        self._table: FragmentTable | None = None  # of the fragment that is being written
        self._begins = 0  # where that one does
        self._unwritten: list[bytes] = []
        self._unwritten_size = 0
        self.init_length = 0
        self.ticks = 0
        self._file = -1
        try:
            write_json(self.origin_file, self.origin.__dict__)
            self._file = os.open(self.part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            init = init_segment(self.params)
            self._write([init])
            self._digest.update(init)
        except OSError:
            with suppress(OSError):
                self.discard()
            raise
        self.init_length = self.size

    @property
    def origin_file(self) -> Path:
        return self.folder / f"{self.uid}.origin"

    @property
    def part(self) -> Path:
        return self.folder / f"{self.uid}.part"

    @property
    def file_number(self) -> int:
        return self._file

    def _write(self, pieces: list[bytes]) -> None:
        """Write all pieces in one system call, without a copy. What a full disk took of them is cut off again."""
        try:
            size = write_all(self._file, pieces)
        except OSError:
            self._truncate(self.size)
            raise
        self.size += size

    def _truncate(self, size: int) -> None:
        os.ftruncate(self._file, size)
        os.lseek(self._file, size, os.SEEK_SET)
        self.size = size

    @property
    def is_fragment_full(self) -> bool:
        """Whether the fragment has no room for another picture."""
        table = self._table
        return table is not None and table.count >= table.most

    def add(self, sample: Sample) -> None:
        """Append a picture to the fragment.

        Raises OSError when the disk refuses; the picture is kept then, and written with what comes next.
        """
        if self._table is None:
            before = self._fragments[-1].frames if self._fragments else FIRST_SAMPLES // 2
            self._table, self._begins = FragmentTable(max(MIN_SAMPLES, 2 * before)), self.size
            self._unwritten, self._unwritten_size = [bytes(self._table.room)], self._table.room
        size = sample.add_to(self._unwritten)
        self._table.add(sample, size)
        self._unwritten_size += size
        if self._unwritten_size >= WRITE_BYTES:
            self._write_through()

    def _write_through(self) -> None:
        self._write(self._unwritten)
        self._unwritten, self._unwritten_size = [], 0

    def end_fragment(self, sequence: int, base_ticks: int) -> None:
        """The fragment is whole: write its head. ``sequence`` and ``base_ticks`` as in :class:`FragmentTable`.

        Raises OSError when the disk refuses; it may be called again then, or the segment closed without the fragment.
        """
        table, begins = self._table, self._begins
        if table is None:
            return
        self._write_through()
        overwrite(self._file, table.head(sequence, base_ticks), begins)
        self._digest = self._read_back(begins)
        first = begins + table.room, table.first_size
        self._fragments.append(
            Fragment(begins, self.size - begins, *first, base_ticks, table.ticks, table.count, table.is_independent)
        )
        self.ticks += table.ticks
        self.counters.frames += table.count
        self._table = None

    def _read_back(self, begins: int) -> hashlib._Hash:
        """The digest of the file to its end, of which the part from here on was missing. Raises OSError."""
        digest, buffer = self._digest.copy(), memoryview(bytearray(READ_BYTES))
        while begins < self.size:
            size = os.preadv(self._file, [buffer[: self.size - begins]], begins)
            if not size:
                raise OSError(errno.EIO, "the file is shorter than what was written")
            digest.update(buffer[:size])
            begins += size
        return digest

    def close(self, signer: Signer, end: float, end_reason: str | None) -> str:
        """Sync, rename, write the sidecar; returns its digest. A fragment that was not ended is cut off.

        Raises OSError when the disk refuses. What is on it then is for :meth:`video.recorder.spool.Spool.salvage`.
        """
        try:
            if self._table is not None:
                self._truncate(self._begins)
            os.fsync(self._file)
        finally:
            os.close(self._file)
        self.part.rename(self.folder / f"{self.uid}.mp4")
        sync_folder(self.folder)
        file = ClosedFile(self._fragments, self.size, self._digest.hexdigest(), self.init_length)
        return write_sidecar(
            self.origin_file,
            self.origin,
            file,
            self.counters,
            signer,
            end=end,
            end_reason=end_reason,
            is_salvaged=False,
        )

    def discard(self) -> None:
        """Remove the files of a segment without footage. Raises OSError when the disk refuses."""
        if self._file >= 0:
            os.close(self._file)
        self.part.unlink(missing_ok=True)
        self.origin_file.unlink(missing_ok=True)


@dataclass(frozen=True)
class ClosedFile:
    """What is known of the bytes of a closed file."""

    fragments: list[Fragment]
    size: int
    sha256: str
    init_length: int

    @property
    def ticks(self) -> int:
        return sum(fragment.ticks for fragment in self.fragments)


def write_sidecar(
    origin_file: Path,
    origin: Origin,
    file: ClosedFile,
    counters: SegmentCounters,
    signer: Signer,
    *,
    end: float,
    end_reason: str | None,
    is_salvaged: bool,
) -> str:
    """Write the signed sidecar of a closed file and remove its origin file; returns the sidecar's digest.

    ``end`` is in seconds since 1970. Raises OSError when the disk refuses; it may be called again then.
    """
    content: SidecarContent = {
        "version": 1,
        "segment_uid": origin_file.stem,
        "camera_uid": origin.camera_uid,
        "arming_uid": origin.arming_uid,
        "run_uid": origin.run_uid,
        "sequence": origin.sequence,
        "start": format_time(origin.start),
        "end": format_time(end),
        "media_start_ticks": origin.media_start_ticks,
        "media_duration_ms": file.ticks // TICKS_PER_MS,
        "wall_duration_ms": round((end - origin.start) * 1000),
        "bytes": file.size,
        "sha256": file.sha256,
        "init_length": file.init_length,
        "fragments": fragment_rows(file.fragments),
        "codec": origin.codec,
        "width": origin.width,
        "height": origin.height,
        "frames": counters.frames,
        "lost_packets": counters.lost_packets,
        "damaged_frames": counters.damaged_frames,
        "leans_on_previous": origin.leans_on_previous,
        "salvaged": is_salvaged,
        "camera_clock_offset_ms": counters.clock_offset_ms,
        "previous_digest": origin.previous_digest,
        "end_reason": end_reason,
    }
    sealed, digest = signer.seal(content)
    write_json(origin_file.with_suffix(".json"), sealed)
    origin_file.unlink(missing_ok=True)
    return digest

"""The spool: the folder with closed segments, the journal of gaps and the notes of what is covered; and salvage.

Times are seconds since 1970. Methods that write raise OSError when the disk refuses.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import math
import os
import shutil
import struct
import threading
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video.fmp4 import salvage
from video.recorder.atomic_files import append_line, read_json, write_json
from video.recorder.clocks import format_time, parse_time
from video.recorder.segment import ClosedFile, Origin, SegmentCounters, write_sidecar
from video.recorder.set_aside import read_or_set_aside, set_aside
from video.recorder.sidecar import Gap, Sidecar, UploadState
from video.recorder.signing import Signer
from video.recorder.spool_index import COVERAGE, SpoolIndex, is_sidecar, read_state

log = logging.getLogger("video.spool")
TICKS = 90_000  # per second


def _is_coverage(content: Any) -> bool:
    return isinstance(content, dict) and all(isinstance(until, int | float) for until in content.values())


@dataclass(frozen=True)
class ClosedSegment:
    """A closed segment (``.mp4`` and ``.json``), uploaded or not."""

    path: Path
    sidecar: Sidecar

    @property
    def state_file(self) -> Path:
        return self.path.with_suffix(".state")

    @property
    def state(self) -> UploadState:
        """The last decision about it."""
        return read_state(self.state_file)


class SpoolInUse(Exception):
    """Another recorder holds the spool. The text names its folder and process."""


class Spool:
    """One folder per camera under ``root``. Safe for one recorder process with several threads.

    ``exclusive`` claims it for this process until it ends, before anything in it is changed: a second recorder would
    salvage the file that the first one is writing. Raises :class:`SpoolInUse` and OSError.
    """

    def __init__(self, root: Path, *, exclusive: bool = False) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if exclusive:
            self._lock()
        self._journal = threading.Lock()
        self._index = SpoolIndex(root)
        self._truncate_journal()

    def _lock(self) -> None:
        """The file stays open, and the lock held, as long as the process lives."""
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise SpoolInUse(f"{self.root} is in use by another recorder (process {holder})") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())

    def _truncate_journal(self) -> None:
        """Remove the half line that a kill in the middle of a write leaves; nobody has relied on it yet."""
        journal = self.root / "gaps.jsonl"
        if journal.exists():
            text = journal.read_bytes()
            os.truncate(journal, text.rfind(b"\n") + 1)

    def folder(self, camera_uid: str) -> Path:
        folder = self.root / camera_uid
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def closed_segments(self, camera_uid: str | None = None) -> Iterator[ClosedSegment]:
        """The closed segments of all cameras or of one, oldest first. A sidecar that cannot be read is set aside."""
        found = [ClosedSegment(file.with_suffix(".mp4"), sidecar) for file, sidecar in self._sidecars(camera_uid)]
        yield from sorted(found, key=lambda item: (item.sidecar["start"], item.sidecar["sequence"]))

    def _sidecars(self, camera_uid: str | None) -> Iterator[tuple[Path, Sidecar]]:
        """One at a time: all of a day are hundreds of megabytes."""
        for file in self.root.glob(f"{camera_uid or '*'}/*.json"):
            if file.name != COVERAGE and (sidecar := read_or_set_aside(file, None, is_sidecar)):
                yield file, sidecar

    def pending_uploads(
        self, most: int | None = None, is_due: Callable[[str], bool] = lambda uid: True
    ) -> list[ClosedSegment]:
        """Closed segments without a receipt, oldest first: the first ``most`` of those whose uid is due."""
        found: list[ClosedSegment] = []
        for path in self._index.waiting():
            if len(found) == most:
                break
            if is_due(path.stem) and (sidecar := read_or_set_aside(path.with_suffix(".json"), None, is_sidecar)):
                found.append(ClosedSegment(path, sidecar))
        return found

    def give_up(self, item: ClosedSegment, error: str, at: float) -> None:
        """A closed segment whose file is missing or damaged: its time becomes a gap, which tells the server why."""
        sidecar = item.sidecar
        begins, ends = parse_time(sidecar["start"]), parse_time(sidecar["end"])
        detail = f"{error}: segment {sidecar['segment_uid']}"
        self.append_gap(sidecar["camera_uid"], sidecar["arming_uid"], begins, ends, "disk_full", detail)
        state: UploadState = {"state": "set_aside", "at": format_time(at), "error": error}
        write_json(item.state_file, state)
        log.error("segment %s is set aside: %s", sidecar["segment_uid"], error)

    def names_set_aside(self) -> list[str]:
        """Files that somebody has to look at."""
        lost = [path.name for _at, path in self._index.decided("set_aside")]
        return [*lost, *self._index.names_set_aside()]

    def release_quarantined(self, released: Collection[str]) -> int:
        """Queue quarantined segments that the server now accepts for upload again; returns how many."""
        found = [path for _at, path in self._index.decided("quarantined") if path.stem in released] if released else []
        for path in found:
            path.with_suffix(".state").unlink(missing_ok=True)
        return len(found)

    def disk_fill_percent(self) -> float:
        usage = shutil.disk_usage(self.root)
        return 100 * usage.used / usage.total

    # What is covered: until when each arming of a camera has footage or a gap.

    def covered_until(self, camera_uid: str, arming_uid: str) -> float | None:
        covered: dict[str, float] = self._coverage(camera_uid)
        return covered.get(arming_uid)

    def cover(self, camera_uid: str, arming_uid: str, until: float) -> None:
        """Note that an arming is accounted for (footage or gap) until then; an earlier time changes nothing."""
        known = self._coverage(camera_uid)
        if until > known.get(arming_uid, 0.0):
            write_json(self.folder(camera_uid) / COVERAGE, {**known, arming_uid: until})

    def _coverage(self, camera_uid: str) -> dict[str, float]:
        """Notes that cannot be read are rebuilt at the next start; until then armed time may be told twice."""
        known: dict[str, float] = read_or_set_aside(self.folder(camera_uid) / COVERAGE, {}, _is_coverage)
        return known

    def _restore_coverage(self, camera_uid: str | None) -> None:
        """Catch up on notes that a kill prevented: without them a gap would be declared over footage."""
        ends: dict[tuple[str, str], float] = {}
        for note in (*self._journal_entries(), *(sidecar for _file, sidecar in self._sidecars(camera_uid))):
            arming = note["camera_uid"], note["arming_uid"]
            ends[arming] = max(ends.get(arming, 0.0), parse_time(note["end"]))
        for (camera, arming_uid), until in ends.items():
            if camera_uid in (None, camera):
                self.cover(camera, arming_uid, until)

    # Gaps: journalled and synced before anything depends on them; counted as sent once the server has them.

    def append_gap(
        self, camera_uid: str, arming_uid: str, start: float, end: float, reason: str, detail: str = ""
    ) -> None:
        gap: Gap = {
            "gap_uid": str(uuid.uuid4()),
            "arming_uid": arming_uid,
            "camera_uid": camera_uid,
            "start": format_time(start),
            "end": format_time(end),
            "reason": reason,
            "detail": detail,
        }
        if gap["start"] == gap["end"]:
            return
        with self._journal:
            append_line(self.root / "gaps.jsonl", json.dumps(gap, ensure_ascii=False))

    def pending_gaps(self) -> list[Gap]:
        return self._journal_entries(self._sent())

    def _journal_entries(self, after: int = 0) -> list[Gap]:
        return [gap for line in self._journal_lines()[after:] if (gap := _gap_of(line))]

    def _journal_lines(self) -> list[str]:
        journal = self.root / "gaps.jsonl"
        if not journal.exists():
            return []
        with self._journal:
            return journal.read_text(encoding="utf-8", errors="replace").splitlines()

    def mark_gaps_sent(self, count: int) -> None:
        """The first ``count`` pending gaps need not be sent again; nor lines before and between that are none."""
        lines, sent = self._journal_lines(), self._sent()
        while count and sent < len(lines):
            if _gap_of(lines[sent]):
                count -= 1
            else:
                log.error("gaps.jsonl, line %d: not a gap, passed over", sent + 1)
            sent += 1
        write_json(self.root / "gaps.sent", sent)

    def _sent(self) -> int:
        return int(read_or_set_aside(self.root / "gaps.sent", 0, lambda count: isinstance(count, int)))

    def salvage(self, signer: Signer, camera_uid: str | None = None, end_reason: str = "restart") -> int:
        """Close what a kill or a full disk left open: whole fragments are kept and marked; returns how many files.

        Of all cameras, or of one that is not being recorded now. Raises OSError when the disk refuses (again).
        """
        kept = 0
        for origin_file in sorted(self.root.glob(f"{camera_uid or '*'}/*.origin")):
            try:
                kept += self._salvage_one(origin_file, signer, end_reason)
            except (ValueError, TypeError, LookupError, StopIteration, struct.error) as error:
                self._set_aside_open(origin_file, error)  # one file must not keep the recorder down
        self._restore_coverage(camera_uid)
        return kept

    def _salvage_one(self, origin_file: Path, signer: Signer, end_reason: str) -> int:
        if origin_file.with_suffix(".json").exists():
            origin_file.unlink()  # closed, and perhaps announced: signed anew it would contradict itself
            return 0
        origin = Origin(**read_json(origin_file))
        part, whole = origin_file.with_suffix(".part"), origin_file.with_suffix(".mp4")
        path = whole if whole.exists() else part
        index = salvage(path) if path.exists() else None
        if index is None or not index.fragments:
            for leftover in (part, whole, origin_file):
                leftover.unlink(missing_ok=True)
            return 0
        path.rename(whole)
        end = origin.start + index.ticks / TICKS
        with whole.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        counters = SegmentCounters(frames=sum(fragment.frames for fragment in index.fragments))
        file = ClosedFile(list(index.fragments), index.end, digest, index.init_length)
        write_sidecar(origin_file, origin, file, counters, signer, end=end, end_reason=end_reason, is_salvaged=True)
        self.cover(origin.camera_uid, origin.arming_uid, end)
        log.warning("salvaged %s: %d whole fragments", origin_file.stem, len(index.fragments))
        return 1

    def _set_aside_open(self, origin_file: Path, error: Exception) -> None:
        for file in (origin_file, origin_file.with_suffix(".part"), origin_file.with_suffix(".mp4")):
            if file.exists():
                set_aside(file, error)

    def evict(self, now: float, keep_seconds: float, fill_limit: float) -> int:
        """Delete verified segments whose receipt is older than ``keep_seconds``; returns how many.

        While the disk is fuller than ``fill_limit`` percent, all verified ones go. What is not verified stays.
        """
        gone = 0
        is_full = self.disk_fill_percent() > fill_limit
        for at, path in self._index.decided("verified", math.inf if is_full else now - keep_seconds):
            if now - at < keep_seconds and self.disk_fill_percent() <= fill_limit:
                break  # nor is any after it old
            state = read_state(path.with_suffix(".state"))  # not from memory: what goes is gone
            if state["state"] == "verified" and parse_time(state["at"]) <= at:
                for file in (path, path.with_suffix(".json"), path.with_suffix(".state")):
                    file.unlink(missing_ok=True)
                gone += 1
        return gone


def _gap_of(line: str) -> Gap | None:
    """A line of the journal; None for one that is no gap."""
    try:
        gap: Gap = json.loads(line)
    except ValueError:
        return None
    return gap if isinstance(gap, dict) and Gap.__required_keys__ <= gap.keys() else None

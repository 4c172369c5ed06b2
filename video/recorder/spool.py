"""The spool: closed segments with sidecars, the journal of gaps, what is covered; and salvage after a kill."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video.fmp4 import salvage
from video.recorder.atomic_files import append_line, read_json, write_json
from video.recorder.clocks import seconds_of, stamp
from video.recorder.segment import Origin, Tally, finish
from video.recorder.signing import Signer

log = logging.getLogger("video.spool")


@dataclass(frozen=True)
class Closed:
    """A closed segment waiting for, or past, its upload."""

    path: Path
    sidecar: dict[str, Any]

    @property
    def state_file(self) -> Path:
        return self.path.with_suffix(".state")

    @property
    def state(self) -> dict[str, Any]:
        return read_json(self.state_file, {"state": "closed"})


class Spool:
    """One folder per camera under ``root``. Safe for one recorder process with several threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._journal = threading.Lock()
        self._drop_half_line()

    def _drop_half_line(self) -> None:
        """A kill in the middle of a line leaves half of it; nobody has relied on it yet."""
        journal = self.root / "gaps.jsonl"
        if journal.exists():
            text = journal.read_bytes()
            os.truncate(journal, text.rfind(b"\n") + 1)

    def folder(self, camera_uid: str) -> Path:
        folder = self.root / camera_uid
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def closed(self, camera_uid: str | None = None) -> Iterator[Closed]:
        """Of all cameras or of one; oldest first."""
        found = [
            Closed(file.with_suffix(".mp4"), read_json(file))
            for file in self.root.glob(f"{camera_uid or '*'}/*.json")
            if file.stem != "coverage"
        ]
        yield from sorted(found, key=lambda item: (item.sidecar["start"], item.sidecar["sequence"]))

    def waiting(self) -> list[Closed]:
        """Closed segments without a receipt, oldest first."""
        return [item for item in self.closed() if item.state["state"] not in ("verified", "quarantined")]

    def readmit(self, released: Collection[str]) -> int:
        """Segments the server had refused and now takes after all wait for their upload again; returns how many."""
        again = [
            item for item in self.closed()
            if item.sidecar["segment_uid"] in released and item.state["state"] == "quarantined"
        ] if released else []  # fmt: skip
        for item in again:
            item.state_file.unlink(missing_ok=True)
        return len(again)

    def disk_fill_percent(self) -> float:
        usage = shutil.disk_usage(self.root)
        return 100 * usage.used / usage.total

    # What is covered: until when each arming of a camera has footage or a gap.

    def covered_until(self, camera_uid: str, arming_uid: str) -> float | None:
        return read_json(self.folder(camera_uid) / "coverage.json", {}).get(arming_uid)

    def cover(self, camera_uid: str, arming_uid: str, until: float) -> None:
        """Note the newest moment accounted for; an earlier one changes nothing."""
        path = self.folder(camera_uid) / "coverage.json"
        known = read_json(path, {})
        if until > known.get(arming_uid, 0.0):
            write_json(path, {**known, arming_uid: until})

    def _cover_again(self, camera_uid: str | None) -> None:
        """A kill between a sidecar or a gap and its note leaves the note behind: a gap over footage would follow."""
        for note in (*(item.sidecar for item in self.closed(camera_uid)), *self._journalled()):
            if camera_uid in (None, note["camera_uid"]):
                self.cover(note["camera_uid"], note["arming_uid"], seconds_of(note["end"]))

    # Gaps: appended and synced before anybody hears of them, counted off once the server has them.

    def add_gap(
        self, camera_uid: str, arming_uid: str, start: float, end: float, reason: str, detail: str = ""
    ) -> None:
        gap = {
            "gap_uid": str(uuid.uuid4()), "arming_uid": arming_uid, "camera_uid": camera_uid,
            "start": stamp(start), "end": stamp(end), "reason": reason, "detail": detail,
        }  # fmt: skip
        if gap["start"] == gap["end"]:
            return
        with self._journal:
            append_line(self.root / "gaps.jsonl", json.dumps(gap, ensure_ascii=False))

    def unsent_gaps(self) -> list[dict[str, Any]]:
        return self._journalled(self._sent())

    def _journalled(self, after: int = 0) -> list[dict[str, Any]]:
        journal = self.root / "gaps.jsonl"
        if not journal.exists():
            return []
        with self._journal:
            lines = journal.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines[after:]]

    def gaps_sent(self, count: int) -> None:
        write_json(self.root / "gaps.sent", self._sent() + count)

    def _sent(self) -> int:
        return int(read_json(self.root / "gaps.sent", 0))

    def salvage(self, signer: Signer, camera_uid: str | None = None, end_reason: str = "restart") -> int:
        """Close what a kill or a full disk left open: whole fragments are kept and marked; returns how many files.

        Of all cameras, or of one that is not being recorded now. Raises OSError when the disk refuses (again).
        """
        kept = 0
        for origin_file in sorted(self.root.glob(f"{camera_uid or '*'}/*.origin")):
            kept += self._salvage_one(origin_file, signer, end_reason)
        self._cover_again(camera_uid)
        return kept

    def _salvage_one(self, origin_file: Path, signer: Signer, end_reason: str) -> int:
        if origin_file.with_suffix(".json").exists():
            origin_file.unlink()  # closed, and perhaps announced: signed anew it would contradict itself
            return 0
        part, whole = origin_file.with_suffix(".part"), origin_file.with_suffix(".mp4")
        path = whole if whole.exists() else part
        index = salvage(path) if path.exists() else None
        if index is None or not index.fragments:
            for leftover in (part, whole, origin_file):
                leftover.unlink(missing_ok=True)
            return 0
        path.rename(whole)
        origin = Origin(**read_json(origin_file))
        end = origin.start + index.ticks / 90_000
        with whole.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        tally = Tally(frames=sum(fragment.frames for fragment in index.fragments))
        finish(origin_file.parent, origin_file.stem, origin, list(index.fragments), tally, signer,
               {"end_reason": end_reason, "salvaged": True}, size=index.end, sha256=digest,
               init_length=index.init_length, end=end)  # fmt: skip
        self.cover(origin.camera_uid, origin.arming_uid, end)
        log.warning("salvaged %s: %d whole fragments", origin_file.stem, len(index.fragments))
        return 1

    def evict(self, now: float, keep_seconds: float, fill_limit: float) -> int:
        """Drop segments whose receipt is old, or whose receipt exists when the disk is too full. Returns how many."""
        gone = 0
        for item in list(self.closed()):
            state = item.state
            if state["state"] != "verified":
                continue
            is_old = now - seconds_of(state["at"]) >= keep_seconds
            if is_old or self.disk_fill_percent() > fill_limit:
                for file in (item.path, item.path.with_suffix(".json"), item.state_file):
                    file.unlink(missing_ok=True)
                gone += 1
        return gone

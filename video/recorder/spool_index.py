"""What is decided of each closed segment, in memory: the files are the truth, and are read again where they change.

A folder's own time of change tells whether a file came, went or was renamed over, so a look at a folder that rests is
one system call, however many segments it keeps. Nothing is stored: after a restart the files are read once.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video.recorder.clocks import parse_time
from video.recorder.set_aside import MAX_NAMED, SUFFIX, read_or_set_aside, set_aside
from video.recorder.sidecar import SidecarContent, UploadState

SETTLED = ("verified", "quarantined", "set_aside")
COVERAGE = "coverage.json"
REST_NS = 1_000_000_000  # a folder that changed later than this may change again within the same tick of its clock
ALL_ANEW_SECONDS = 3600.0  # a file written over in place leaves its folder's time as it is


def is_sidecar(content: Any) -> bool:
    return isinstance(content, dict) and SidecarContent.__required_keys__ <= content.keys()


def is_state(content: Any) -> bool:
    return isinstance(content, dict) and {"state", "at", "error"} <= content.keys()


def read_state(file: Path) -> UploadState:
    """The last decision about a closed segment, by its ``.state`` file."""
    undecided: UploadState = {"state": "closed", "at": "", "error": None}
    state: UploadState = read_or_set_aside(file, undecided, is_state)
    return state


@dataclass(frozen=True, slots=True)
class Decision:
    """``inode`` is that of the file it was read from; ``at`` in seconds since 1970."""

    inode: int
    state: str
    at: float


@dataclass
class _Folder:
    """Of one camera, by name without suffix. ``waiting`` holds start, sequence and the inode of the sidecar."""

    read_at: float
    stamp: int = 0  # the folder's time of change when it was listed, 0 where it has to be listed again
    waiting: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    decided: dict[str, Decision] = field(default_factory=dict)
    set_aside: list[str] = field(default_factory=list)
    oldest: float = math.inf  # time of the first of its decisions


class SpoolIndex:
    """Safe for several threads. Paths are those of the ``.mp4``. Raises OSError where a folder cannot be listed."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root, self._clock = root, clock
        self._lock = threading.Lock()
        self._folders: dict[str, _Folder] = {}

    def waiting(self) -> list[Path]:
        """Without a decision of the server, oldest first."""
        with self._lock:
            found = [
                (*place[:2], self._root / camera / f"{stem}.mp4")
                for camera, folder in self._look()
                for stem, place in folder.waiting.items()
            ]
        return [path for _start, _sequence, path in sorted(found)]

    def decided(self, state: str, until: float = math.inf) -> list[tuple[float, Path]]:
        """Time of decision, not after ``until``, and path; the oldest first."""
        with self._lock:
            found = [
                (one.at, self._root / camera / f"{stem}.mp4")
                for camera, folder in self._look()
                if folder.oldest <= until
                for stem, one in folder.decided.items()
                if one.state == state and one.at <= until
            ]
        return sorted(found)

    def names_set_aside(self) -> list[str]:
        """Of files that cannot be used, the first ones only."""
        with self._lock:
            found = [path.name for path in self._root.glob(f"*{SUFFIX}")]
            found += [name for _camera, folder in self._look() for name in folder.set_aside]
        return sorted(name.removesuffix(SUFFIX) for name in found)[:MAX_NAMED]

    def _look(self) -> Iterator[tuple[str, _Folder]]:
        now = self._clock()
        names = sorted(entry.name for entry in os.scandir(self._root) if entry.is_dir())
        self._folders = {name: self._folders[name] for name in names if name in self._folders}
        old = next((name for name, one in self._folders.items() if now - one.read_at >= ALL_ANEW_SECONDS), None)
        if old is not None:
            del self._folders[old]  # one at a time
        for name in names:
            known = self._folders.get(name) or _Folder(now)
            self._folders[name] = self._listed(self._root / name, known)
            yield name, self._folders[name]

    def _listed(self, path: Path, known: _Folder) -> _Folder:
        """``known`` where the folder rests, else the folder as it is; files that were read before are not read."""
        now, changed = time.time_ns(), path.stat().st_mtime_ns
        if known.stamp == changed:
            return known
        with os.scandir(path) as entries:
            inodes = {entry.name: entry.inode() for entry in entries}
        found = _Folder(known.read_at, changed if abs(now - changed) > REST_NS else 0)
        found.set_aside = [name for name in inodes if name.endswith(SUFFIX)]
        for name in inodes:
            if name.endswith(".json") and name != COVERAGE:
                self._take(path, name.removesuffix(".json"), inodes, known, found)
        found.oldest = min((one.at for one in found.decided.values()), default=math.inf)
        return found

    def _take(self, path: Path, stem: str, inodes: dict[str, int], known: _Folder, found: _Folder) -> None:
        inode = inodes.get(f"{stem}.state", 0)
        decision = known.decided.get(stem)
        if inode and (decision is None or decision.inode != inode):
            decision = _decision(path / f"{stem}.state", inode)
        if inode and decision:
            found.decided[stem] = decision
            return
        place, sidecar = known.waiting.get(stem), f"{stem}.json"
        if place is None or place[2] != inodes[sidecar]:
            place = _place(path / sidecar, inodes[sidecar])
        if place:
            found.waiting[stem] = place


def _decision(file: Path, inode: int) -> Decision | None:
    """None for a file that decides nothing; one without a time in it is set aside, and its segment is sent again."""
    state = read_state(file)
    if state["state"] not in SETTLED:
        return None
    try:
        return Decision(inode, state["state"], parse_time(state["at"]))
    except (ValueError, TypeError) as error:
        set_aside(file, error)
        return None


def _place(file: Path, inode: int) -> tuple[str, int, int] | None:
    """Start, sequence and inode of a sidecar; None for one that cannot be read, which is set aside."""
    sidecar = read_or_set_aside(file, None, _has_place)
    return (sidecar["start"], sidecar["sequence"], inode) if sidecar else None


def _has_place(content: Any) -> bool:
    return is_sidecar(content) and isinstance(content["start"], str) and isinstance(content["sequence"], int)

"""Segments that cannot be uploaded: which of them are damaged, and when the others are tried again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from video.recorder.spool import ClosedSegment

FIRST_SECONDS, MAX_SECONDS = 30.0, 3600.0


def fault_of(item: ClosedSegment) -> str:
    """What is wrong with the file of a closed segment by its own sidecar; "" if nothing. Reads the whole file."""
    try:
        with item.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "file missing"
    except OSError as error:
        return f"file unreadable ({type(error).__name__})"
    return "" if digest == item.sidecar["sha256"] else "file damaged"


@dataclass
class Delays:
    """Each segment that was put off waits by itself: half a minute, then twice as long each time, an hour at most."""

    _until: dict[str, tuple[int, float]] = field(default_factory=dict)

    def put_off(self, uid: str, now: float) -> None:
        count = self._until.get(uid, (0, 0.0))[0]
        self._until[uid] = count + 1, now + min(MAX_SECONDS, FIRST_SECONDS * 2.0**count)

    def forget(self, uid: str) -> None:
        self._until.pop(uid, None)

    def is_due(self, uid: str, now: float) -> bool:
        return self._until.get(uid, (0, now))[1] <= now

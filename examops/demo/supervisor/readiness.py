"""Whether the demo can be used: its pages answer and its cameras deliver."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def answers(address: str, seconds: float = 3) -> bool:
    """Whether a server answers HTTP at this address within so many seconds, with any status."""
    return _status(address, seconds) > 0


def shows(address: str) -> bool:
    """Whether there is a page at this address."""
    return _status(address) == 200


def _status(address: str, seconds: float = 3) -> int:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def cameras_deliver(spool: Path, since: float) -> bool:
    """Whether every camera that is armed now has begun a segment after ``since`` (seconds since 1970).

    The recorder begins one with the first picture that can be decoded by itself. False until it has its plan.
    """
    try:
        if (spool / "plan.json").stat().st_mtime < since:
            return False  # of the last time
        plan = json.loads((spool / "plan.json").read_text())
    except (OSError, ValueError):
        return False
    now = datetime.now(UTC)
    armed = {arming["camera_uid"] for arming in plan["armings"] if _is_armed(arming, now)}
    return all(_began_segment(spool / uid, since) for uid in armed)


def _is_armed(arming: dict[str, Any], now: datetime) -> bool:
    begins, ends = (datetime.fromisoformat(arming[name]) for name in ("start", "end"))
    return arming["state"] == "armed" and begins <= now < ends


def _began_segment(folder: Path, since: float) -> bool:
    """Open, or closed again already: on a busy machine a segment may last less than a second."""
    files = (file for pattern in ("*.part", "*.mp4") for file in folder.glob(pattern))
    return any(_changed_at(file) >= since for file in files)


def _changed_at(file: Path) -> float:
    """Seconds since 1970; 0 for a file that was renamed or removed meanwhile."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0

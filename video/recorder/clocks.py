"""The two clocks of a recorder, and times as text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clocks:
    """``monotonic`` never steps; ``wall`` is seconds since 1970 and may. Tests pass their own."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


def format_time(seconds: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 time. Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()

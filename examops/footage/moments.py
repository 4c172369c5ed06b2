"""How the protocol and the pages write moments."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=8192)
def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-23T01:00:00.000Z``. A segment begins where the one before ends, and
    whoever looks next sees the same ones."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

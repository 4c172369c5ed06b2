"""Whether the review of a session still grows by itself, and which strips a page does not know yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from examops.core.clock import Clock

RUNNING_S, SETTLING_S = 15, 60
BEFORE, SETTLES = timedelta(hours=24), timedelta(hours=2)
# A strip is dated before its transaction ends: what was made shortly before the last answer is sent once more.
OVERLAP = timedelta(minutes=2)


def refresh_s(open_at: datetime, close_at: datetime, clock: Clock) -> int | None:
    """Seconds until a page asks again; None where nothing more is expected: long before, and long after.

    Recorders send what they could not upload after the end, so the page goes on for a while, at a slower pace.
    """
    now = clock.now()
    if not open_at - BEFORE <= now < close_at + SETTLES:
        return None
    return RUNNING_S if now < close_at else SETTLING_S


def made_after(known_at: datetime | None) -> datetime | None:
    """The earliest ``made_at`` that a page with an answer of ``known_at`` (its ``now``) may lack; None: all strips."""
    return known_at - OVERLAP if known_at else None

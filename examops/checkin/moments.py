"""When a scan was made, by what the tablet says and what the server knows. Pure.

A scan may arrive long after it was made. Its moment counts where it can be believed: the tablet's offset is known, it
was not made before the desk opened, and not ahead of its arrival. Otherwise its arrival counts, with the doubt kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ScanTimes:
    """``scanned_at``, ``sent_at``: the tablet's clock. ``offset``: server minus tablet, as the tablet knew it when it
    scanned. ``received_at``: the server's clock."""

    scanned_at: datetime
    sent_at: datetime | None
    offset: timedelta | None
    received_at: datetime


@dataclass(frozen=True)
class BelievedMoment:
    """``at``: the moment to judge by. ``claimed``: when it was made if the tablet is right. ``doubt``: why ``at`` is
    the arrival instead: ``ahead``, ``before_open``, ``clock_unknown``, ``clock_changed``; else empty."""

    at: datetime
    claimed: datetime
    doubt: str = ""


def believe(times: ScanTimes, opens_at: datetime, tolerance: timedelta) -> BelievedMoment:
    """The moment of a scan at a desk that opened at ``opens_at``."""
    claimed, doubt = _claim(times, tolerance)
    received = times.received_at
    if not doubt and abs(received - claimed) <= tolerance:
        return BelievedMoment(min(claimed, received), claimed)
    if claimed > received + tolerance:
        doubt = "ahead"
    elif not doubt and claimed < opens_at:
        doubt = "before_open"
    return BelievedMoment(received if doubt else claimed, claimed, doubt)


def claimed_moment(times: ScanTimes) -> datetime:
    """The scan's moment on the server's clock, if the tablet's clock ran through from scan to sending."""
    offset = times.received_at - times.sent_at if times.sent_at else timedelta()
    return times.scanned_at + offset


def _claim(times: ScanTimes, tolerance: timedelta) -> tuple[datetime, str]:
    """The same, and why that is not sure."""
    claimed = claimed_moment(times)
    if times.sent_at is None:
        return claimed, "" if abs(times.received_at - claimed) <= tolerance else "clock_unknown"
    offset = times.received_at - times.sent_at
    changed = times.offset is not None and abs(times.offset - offset) > tolerance
    return claimed, "clock_changed" if changed else ""

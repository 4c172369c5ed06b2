"""Which session is held when, where and in which batch. Pure functions of date and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bench.dataset.amounts import LINES
from bench.dataset.facilities import ROOMS
from examops.core.clock import SHANGHAI

BACK, AHEAD, BATCH_DAYS = 300, 65, 73
HOURS = (9, 14)
TURNS, MINUTES, PAUSE = 2, 60, 10
DESK, CLEAR = timedelta(minutes=60), timedelta(minutes=30)
LASTS = timedelta(minutes=TURNS * MINUTES + (TURNS - 1) * PAUSE)
CANCELLED_EVERY = 37


@dataclass(frozen=True)
class SessionSlot:
    """``line`` is the site and the panel, ``room`` one of its rooms, ``batch`` counts from the oldest."""

    starts_at: datetime
    line: int
    room: int
    batch: int
    is_cancelled: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + LASTS

    @property
    def desk_opens_at(self) -> datetime:
        return self.starts_at - DESK

    def turns(self) -> Iterator[tuple[datetime, datetime]]:
        for number in range(TURNS):
            begins = self.starts_at + timedelta(minutes=number * (MINUTES + PAUSE))
            yield begins, begins + timedelta(minutes=MINUTES)

    def state(self, now: datetime) -> str:
        """The state that the session has now."""
        if self.is_cancelled:
            return "cancelled"
        if self.desk_opens_at <= now < self.ends_at + timedelta(minutes=15):
            return "running"
        if self.starts_at > now:
            return "approved" if self.starts_at < now + timedelta(days=10) else "declared"
        return "finished" if self.starts_at > now - timedelta(days=7) else "published"


def timetable(count: int, now: datetime) -> list[SessionSlot]:
    """``count`` sessions of a body over the year, by time; three of them around this hour."""
    around = _around(now)
    days = (BACK + AHEAD) * len(HOURS)
    regular = [_regular(n * days // count, n, now) for n in range(count)]
    far = [slot for slot in regular if abs(slot.starts_at - now) > timedelta(days=1)]
    return sorted([*far[: count - len(around)], *around], key=lambda slot: slot.starts_at)


def _around(now: datetime) -> list[SessionSlot]:
    """One that runs, one that ended this morning and one that begins in some hours; each on a line of its own."""
    now = now.replace(second=0, microsecond=0)
    shifts = (timedelta(minutes=-20), timedelta(hours=-6), timedelta(hours=5))
    return [SessionSlot(now + shift, line, 0, batch_of(0)) for line, shift in enumerate(shifts)]


def _regular(half_day: int, number: int, now: datetime) -> SessionSlot:
    offset, hour = half_day // len(HOURS) - BACK, HOURS[half_day % len(HOURS)]
    day = now.astimezone(SHANGHAI).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=offset)
    room = number // LINES % ROOMS
    return SessionSlot(day, number % LINES, room, batch_of(offset), number % CANCELLED_EVERY == CANCELLED_EVERY - 1)


def batch_of(offset: int) -> int:
    return (offset + BACK) // BATCH_DAYS


def batch_begins(batch: int, now: datetime) -> datetime:
    """Midnight in Foshan of the first day a batch examines."""
    day = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=batch * BATCH_DAYS - BACK)


def cut_off_of(batch: int, now: datetime) -> date:
    return batch_begins(batch, now).date() - timedelta(days=10)

"""Time is an argument. UTC is stored, Asia/Shanghai decides what day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever can say what time it is, with a zone."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests; move it by assigning ``instant``."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def local(moment: datetime) -> datetime:
    """The same moment as the clocks on the walls of Foshan show it."""
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """The day it is in Foshan at that moment."""
    return local(moment).date()


def today(clock: Clock) -> date:
    """The day in Foshan."""
    return local_day(clock.now())


def midnight(day: date) -> datetime:
    """The moment that day begins in Foshan."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

"""Clocks, passed as arguments. Times are stored in UTC; a date is the date in Asia/Shanghai."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """``now()`` returns an aware datetime."""

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
    """Today's date in Foshan."""
    return local_day(clock.now())


def midnight(day: date) -> datetime:
    """00:00 of that date in Foshan."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def months_later(day: date, months: int) -> date:
    """The matching day, or the month's last where it has none (Civil Code, articles 201 and 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

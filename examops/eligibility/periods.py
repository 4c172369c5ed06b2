"""Years, months and days between two days, counted as the Civil Code does (articles 200 to 202)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import NamedTuple

MONTHS_OF_A_YEAR = 12
SHORTEST_MONTH = 28


class Period(NamedTuple):
    """Whole years and months, and the days left over. Never negative."""

    years: int
    months: int
    days: int


def add_months(day: date, months: int) -> date:
    """The matching day that many months later; the end of the month where there is no such day.

    The Civil Code, article 202: 没有对应日的，月末日为期间的最后一日. So a year from 29 February is reached on 28
    February.
    """
    total = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    year, month = divmod(total, MONTHS_OF_A_YEAR)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The day on which that many years are reached."""
    return add_months(day, years * MONTHS_OF_A_YEAR)


def between(start: date, end: date) -> Period:
    """What lies between the two days; nothing when ``end`` is not later."""
    if end <= start:
        return Period(0, 0, 0)
    months = (end.year - start.year) * MONTHS_OF_A_YEAR + end.month - start.month
    reached = add_months(start, months)
    if reached > end:
        months -= 1
        reached = add_months(start, months)
    years, rest = divmod(months, MONTHS_OF_A_YEAR)
    return Period(years, rest, (end - reached).days)

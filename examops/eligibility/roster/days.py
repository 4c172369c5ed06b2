"""Days in every way people write them. A fault is a code with parameters; nothing ambiguous is guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from config.rulebook import rulebook
from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.texts import MIDNIGHT_EARLY, day_of_moment, text_of
from examops.eligibility.roster.words_read import NOTHING, OPEN_END

EXCEL_EPOCH = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; right from 1 March 1900 on
FROM_1904 = 1462  # days between the two date systems of workbooks (ECMA-376 part 1, 18.17.4.1)
SERIAL_FIRST, SERIAL_LAST = 10_000, 73_415  # 1927 to 2100
CLOCK = r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
DAY = re.compile(rf"(\d{{4}})\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号]?{CLOCK}")
DAY_LAST = re.compile(rf"(\d{{1,2}})\s*[-./]\s*(\d{{1,2}})\s*[-./]\s*(\d{{4}}){CLOCK}")
MONTH = re.compile(r"(\d{4})\s*([-./年])\s*(\d{1,2})\s*(月?)")
SHORT_YEAR = re.compile(r"\d{2}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2}")
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


@lru_cache(maxsize=1)
def _years() -> tuple[int, int]:
    book = rulebook()
    return book["roster.year_min"].on_latest().value, book["roster.year_max"].on_latest().value


def read_day(value: Any) -> date | None:
    """A day, or None for an empty cell. A month without its day is a fault: a year to the day needs the day."""
    return _checked(_day(value, None))


def read_first_day(value: Any) -> date | None:
    """As :func:`read_day`; "2025年9月" is the first of that month."""
    return _checked(_day(value, "first"))


def read_last_day(value: Any) -> date | None:
    """As :func:`read_day`; "2026年6月" is the last of that month."""
    return _checked(_day(value, "last"))


def read_end(value: Any) -> date | None:
    """A last day of work; "至今" and its like are none."""
    if isinstance(value, str) and text_of(value) in OPEN_END:
        return None
    return read_day(value)


def from_1904(value: Any) -> Any:
    """A number cell of a workbook that counts days from 1904, as one that counts from 1900; all else as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        moved = value + FROM_1904
        return moved if SERIAL_FIRST <= moved <= SERIAL_LAST else value
    return value


def _checked(day: date | None) -> date | None:
    first, last = _years()
    if day and not first <= day.year <= last:
        raise CellFault("day.out_of_range", day=day.isoformat(), first=first, last=last)
    return day


def _day(value: Any, whole_month: str | None) -> date | None:
    if isinstance(value, datetime):
        return day_of_moment(value)
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_number(value, whole_month)
    return _day_of_text(text_of(value), whole_month)


def _day_of_number(value: float, whole_month: str | None) -> date:
    if SERIAL_FIRST <= value <= SERIAL_LAST:
        return EXCEL_EPOCH + timedelta(days=int(value + MIDNIGHT_EARLY / timedelta(days=1)))
    found = _day_of_text(f"{value:g}" if value < SERIAL_FIRST else str(int(value)), whole_month)
    if found is None:
        raise CellFault("day.unreadable")
    return found


@lru_cache(maxsize=100_000)
def _day_of_text(text: str, whole_month: str | None) -> date | None:
    if text in NOTHING:
        return None
    if match := DAY.fullmatch(text):
        return _rounded(_existing(int(match[1]), int(match[2]), int(match[3])), match.groups()[3:])
    if match := EIGHT_DIGITS.fullmatch(text):
        return _existing(int(match[1]), int(match[2]), int(match[3]))
    if match := DAY_LAST.fullmatch(text):
        return _rounded(_of_either_order(int(match[1]), int(match[2]), int(match[3])), match.groups()[3:])
    if match := MONTH.fullmatch(text):
        return _day_of_month(match, whole_month)
    if text.isdecimal() and len(text) == 5 and SERIAL_FIRST <= int(text) <= SERIAL_LAST:
        return EXCEL_EPOCH + timedelta(days=int(text))
    raise CellFault("day.short_year" if SHORT_YEAR.fullmatch(text) else "day.unreadable")


def _day_of_month(match: re.Match[str], whole_month: str | None) -> date:
    if whole_month is None:
        raise CellFault("day.no_day")
    year, month = int(match[1]), int(match[3])
    if match[3] == "1" and match[2] == "." and not match[4]:
        # A spreadsheet stores 2022.10 as 2022.1.
        raise CellFault("day.january_or_october", year=year)
    if not 1 <= month <= 12:
        raise CellFault("day.impossible")
    return _existing(year, month, 1 if whole_month == "first" else monthrange(year, month)[1] if year else 1)


def _of_either_order(one: int, other: int, year: int) -> date:
    """3/1/2023 is 3 January or 1 March; where only one order gives a day, that one is meant."""
    days = set()
    for month, day in ((one, other), (other, one)):
        try:
            days.add(date(year, month, day))
        except ValueError:
            continue
    if not days:
        raise CellFault("day.impossible")
    if len(days) > 1:
        first, last = sorted(days)
        raise CellFault("day.order_unclear", first=first.isoformat(), last=last.isoformat())
    return days.pop()


def _rounded(day: date, clock: tuple[str | None, ...]) -> date:
    hour, minute, second = (int(part or 0) for part in clock)
    if hour > 24 or minute > 59 or second > 59:
        raise CellFault("day.unreadable")
    since_midnight = timedelta(hours=hour, minutes=minute, seconds=second)
    return day + timedelta(days=(since_midnight + MIDNIGHT_EARLY).days) if day.year < date.max.year else day


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellFault("day.impossible") from None

"""One cell, read: days in every way people write them, numbers, levels, kinds. A fault is a code with parameters."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.eligibility.id_number import normalise
from examops.eligibility.roster.words_read import (
    KIND_WORDS,
    LEVELS,
    NO,
    NOTHING,
    OPEN_END,
    OUTSOURCED,
    RESIDENT,
    SEX_WORDS,
    YES,
)

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
EXCEL_EPOCH = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; right from 1 March 1900 on
SERIAL_FIRST, SERIAL_LAST = 10_000, 73_415  # 1927 to 2100
DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
SHORT_YEAR = re.compile(r"\d{2}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
YEARS = re.compile(r"(?:(\d+(?:\.\d+)?)\s*年)?\s*(?:零)?\s*(?:(\d+)\s*个?月)?")
LOST_FROM = 10**15  # a floating point number keeps fifteen digits; the rest of an ID number is gone
TELEPHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


class CellFault(ValueError):
    """A cell that cannot be read. ``stops`` is False if the person can be judged without it."""

    def __init__(self, code: str, *, stops: bool = True, **params: Any) -> None:
        super().__init__(code)
        self.code, self.stops, self.params = code, stops, params


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without ".0", full-width characters made plain, blanks at the ends dropped."""
    if isinstance(value, str):
        return value.strip() if value.isascii() else value.translate(FULL_WIDTH).strip()
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def read_name(value: Any) -> str:
    name = text_of(value).replace(" ", "")
    if any(mark.isdigit() for mark in name):
        raise CellFault("name.digits")
    return name


def read_id(value: Any) -> str:
    """The ID number as text. Excel numbers and "4.40604E+17" have lost their last digits and are refused."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= LOST_FROM:
        raise CellFault("id.lost_digits")
    text = text_of(value)
    if "+" in text and SCIENTIFIC.fullmatch(text):
        raise CellFault("id.lost_digits")
    return normalise(text)


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
    if isinstance(value, str) and value.strip() in OPEN_END:
        return None
    return read_day(value)


def _checked(day: date | None) -> date | None:
    first, last = _years()
    if day and not first <= day.year <= last:
        raise CellFault("day.out_of_range", day=day.isoformat(), first=first, last=last)
    return day


def _day(value: Any, whole_month: str | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day_of_number(value, whole_month)
    return _day_of_text(text_of(value), whole_month)


def _day_of_number(value: float, whole_month: str | None) -> date:
    if SERIAL_FIRST <= value <= SERIAL_LAST:
        return EXCEL_EPOCH + timedelta(days=int(value))
    found = _day_of_text(f"{value:g}" if value < SERIAL_FIRST else str(int(value)), whole_month)
    if found is None:
        raise CellFault("day.unreadable")
    return found


@lru_cache(maxsize=100_000)
def _day_of_text(text: str, whole_month: str | None) -> date | None:
    if text in NOTHING:
        return None
    match = DAY.fullmatch(text) or EIGHT_DIGITS.fullmatch(text)
    if match:
        return _existing(int(match[1]), int(match[2]), int(match[3]))
    match = MONTH.fullmatch(text)
    if match:
        if whole_month is None:
            raise CellFault("day.no_day")
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            raise CellFault("day.impossible")
        return _existing(year, month, 1 if whole_month == "first" else monthrange(year, month)[1])
    if text.isdigit() and SERIAL_FIRST <= int(text) <= SERIAL_LAST:
        return EXCEL_EPOCH + timedelta(days=int(text))
    raise CellFault("day.short_year" if SHORT_YEAR.fullmatch(text) else "day.unreadable")


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellFault("day.impossible") from None


def read_kind(value: Any) -> str:
    text = text_of(value).lower()
    if text in OUTSOURCED:
        raise CellFault("kind.outsourced")
    if text and text not in KIND_WORDS:
        raise CellFault("kind.unknown")
    return KIND_WORDS.get(text, "")


def read_level(value: Any) -> int | None:
    text = text_of(value).replace(" ", "").lower()
    if text in NOTHING:
        return None
    if text not in LEVELS:
        raise CellFault("level.unknown")
    return LEVELS[text]


def read_occupation(value: Any) -> tuple[str, int | None]:
    """Code, and the level where the cell holds both ("电工四级", "电工 中级"). An empty cell gives ("", None)."""
    return _occupation(text_of(value))


@lru_cache(maxsize=10_000)
def _occupation(text: str) -> tuple[str, int | None]:
    if text in NOTHING:
        return "", None
    whole = catalogue().find(text)
    if whole:
        return whole.code, None
    plain = text.replace(" ", "").lower()
    for word in sorted(LEVELS, key=len, reverse=True):
        if plain.endswith(word) and (found := catalogue().find(plain.removesuffix(word))):
            return found.code, LEVELS[word]
    raise CellFault("occupation.unknown")


def read_sex(value: Any) -> str:
    text = text_of(value).lower()
    if text and text not in SEX_WORDS:
        raise CellFault("sex.unknown", stops=False)
    return SEX_WORDS.get(text, "")


def read_telephone(value: Any) -> str:
    text = text_of(value).replace(" ", "").replace("-", "")
    if text and not TELEPHONE.fullmatch(text):
        raise CellFault("telephone.unreadable", stops=False)
    return text


def read_years(value: Any) -> float | None:
    """Years as a number: 5, "5年", "5年6个月", "6个月"."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        years: float = value
    else:
        years = _years_of(text_of(value))
        if years < 0:
            return None
    if not 0 <= years <= 60:
        raise CellFault("years.out_of_range", years=years)
    return float(years)


def _years_of(text: str) -> float:
    """Minus one for an empty cell."""
    if text in NOTHING:
        return -1
    try:
        return abs(float(text))
    except ValueError:
        match = YEARS.fullmatch(text.removesuffix("以上"))
    if not match or not any(match.groups()):
        raise CellFault("years.unreadable")
    return float(match[1] or 0) + int(match[2] or 0) / 12


def read_insured_by(value: Any) -> str | bool | None:
    """Yes, no, or the name of the employer who pays; None for an empty cell."""
    if isinstance(value, bool):
        return value
    text = text_of(value)
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    return None if text in NOTHING else text


def read_text(value: Any) -> str:
    text = text_of(value)
    return "" if text in NOTHING else text


def read_id_type(value: Any) -> str:
    text = text_of(value)
    return "resident" if text in RESIDENT else text

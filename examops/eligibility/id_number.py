"""The citizen's ID number (GB 11643): length, check character, division, birth date, sex, mask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any
from unicodedata import category

from config.divisions import divisions
from config.rulebook import rulebook

SHAPE = re.compile(r"\d{17}[\dX]")
FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ×", "0123456789XXX")
QUOTES_AND_DASHES = "'‘’“”`´\"-‐‑‒–—―−"
UNSEEN = ("Cf", "Mn")  # format characters, variation selectors
SHOWN = 4
MODULUS = 11


@dataclass(frozen=True, slots=True)
class IdProblem:
    """One fault. ``is_certain`` is False where the number may be right all the same."""

    code: str
    is_certain: bool
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IdReading:
    """What the number says, and what is wrong with it. ``born_on`` and ``sex`` are None where unreadable."""

    number: str
    born_on: date | None
    sex: str | None
    problems: tuple[IdProblem, ...]

    @property
    def is_sound(self) -> bool:
        return not any(problem.is_certain for problem in self.problems)


@cache
def _tables() -> tuple[tuple[int, ...], str, int]:
    book = rulebook()
    latest = [book[f"id_number.{name}"].on_latest().value for name in ("weights", "check_characters", "birth_year_min")]
    return tuple(latest[0]), latest[1], latest[2]


def normalise(text: str) -> str:
    """Full-width digits and a small x made plain; blanks, quotes, dashes and invisible marks dropped."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = text.translate(FULL_WIDTH).upper()
    if plain.isalnum():
        return plain
    return "".join(
        mark for mark in plain if not (mark.isspace() or mark in QUOTES_AND_DASHES or category(mark) in UNSEEN)
    )


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen digits."""
    county, birth, order = first_seventeen[:6], first_seventeen[6:14], first_seventeen[14:]
    total = _weighed(county, 0, 6) + _weighed(birth, 6, 14) + _weighed(order, 14, 17)
    return _tables()[1][total % MODULUS]


@lru_cache(maxsize=100_000)
def _weighed(digits: str, start: int, end: int) -> int:
    """The weighed sum of these digits of a number: many people share a county, a day of birth, an order."""
    return sum(int(digit) * weight for digit, weight in zip(digits, _tables()[0][start:end], strict=True))


def mask(number: str) -> str:
    """The first and last four characters; short texts are hidden whole."""
    if len(number) <= 2 * SHOWN:
        return "*" * len(number)
    return number[:SHOWN] + "*" * (len(number) - 2 * SHOWN) + number[-SHOWN:]


def read_id_number(text: str, *, on: date) -> IdReading:
    """Every fault of the number at once, judged on the day ``on``."""
    number = normalise(text)
    if not SHAPE.fullmatch(number):
        return IdReading(number, None, None, (_shape_problem(number),))
    problems = []
    expected = check_character(number[:17])
    if number[17] != expected:
        problems.append(IdProblem("id.checksum", True, {"expected": expected, "found": number[17]}))
    problems += _division_problems(number[:6])
    born_on = born_by(number, on)
    if born_on is None:
        problems.append(IdProblem("id.birth_date", True, {"digits": birthday_of(number)}))
    return IdReading(number, born_on, sex_of(number), tuple(problems))


def is_sound_apart_from_birthday(number: str) -> bool:
    """Whether :func:`read_id_number` finds no fault in a number as :func:`normalise` leaves it, but perhaps in its day
    of birth."""
    return (
        SHAPE.fullmatch(number) is not None
        and number[:6] in divisions().counties
        and check_character(number[:17]) == number[17]
    )


def born_by(number: str, on: date) -> date | None:
    """The day of birth in 18 characters; None where it is no day, too early, or later than ``on``."""
    born_on = _birth_date(birthday_of(number))
    return born_on if born_on and born_on.year >= _tables()[2] and born_on <= on else None


def birthday_of(number: str) -> str:
    """The eight digits of the day of birth in 18 characters."""
    return number[6:14]


def sex_of(number: str) -> str:
    """male or female, by the seventeenth of 18 characters."""
    return "male" if int(number[16]) % 2 else "female"


def _shape_problem(number: str) -> IdProblem:
    if not number:
        return IdProblem("id.missing", False, {})
    if len(number) == 15 and number.isdigit():
        return IdProblem("id.first_generation", True, {})
    if len(number) != 18:
        return IdProblem("id.length", True, {"length": len(number)})
    return IdProblem("id.characters", True, {})


def _division_problems(code: str) -> list[IdProblem]:
    book = divisions()
    if code in book.counties:
        return []
    province = book.province_of(code)
    if province is None:
        return [IdProblem("id.province", True, {"division": code})]
    return [IdProblem("id.county", False, {"division": code, "province": province})]


@lru_cache(maxsize=100_000)
def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None

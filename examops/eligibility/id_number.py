"""The citizen's ID number (GB 11643): length, check character, division, birth date, sex, mask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
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
    plain = text.translate(FULL_WIDTH).upper()
    if plain.isalnum():
        return plain
    return "".join(
        mark for mark in plain if not (mark.isspace() or mark in QUOTES_AND_DASHES or category(mark) in UNSEEN)
    )


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen digits."""
    weights, characters, _ = _tables()
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, weights, strict=True))
    return characters[total % MODULUS]


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
    born_on = _birth_date(number[6:14])
    if born_on is None or not _tables()[2] <= born_on.year or born_on > on:
        problems.append(IdProblem("id.birth_date", True, {"digits": number[6:14]}))
        born_on = None
    sex = "male" if int(number[16]) % 2 else "female"
    return IdReading(number, born_on, sex, tuple(problems))


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


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None

"""The skill levels, lowest first: apprentice, 五级 to 一级, 特级技师, 首席技师. A level is a text of one character.

``levels.yaml`` holds letter, names and the level's place in a certificate's number, with the sources. The order of its
lines is the order of the levels; numbers are never compared, since 5 is lower than 1 and T is higher than either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.strict_yaml import read_yaml

FILE = Path(__file__).parent / "levels.yaml"


@dataclass(frozen=True)
class SkillLevel:
    """``order`` counts from 0, the lowest. ``number`` is its mark in a certificate's number, "" where nobody has found
    it."""

    letter: str
    order: int
    name: str
    title: str
    number: str

    @property
    def full_name(self) -> str:
        """三级/高级工; 特级技师 has one name only."""
        return f"{self.name}/{self.title}" if self.title else self.name


def load(file: Path = FILE) -> Mapping[str, SkillLevel]:
    """By letter, lowest first. Raises ValueError for a letter that is no single character or stands twice."""
    found: dict[str, SkillLevel] = {}
    for order, row in enumerate(read_yaml(file)["levels"]):
        level = SkillLevel(order=order, **row)
        if not isinstance(level.letter, str) or len(level.letter) != 1 or level.letter in found:
            raise ValueError(f"{file.name}: {level.letter!r} must be one character in quotes, and stand once")
        found[level.letter] = level
    return MappingProxyType(found)


SKILL_LEVELS = load()
LETTERS = tuple(SKILL_LEVELS)


def is_level(value: Any) -> bool:
    """Whether it is a level as text, or as the number that files and rows of release 0.1.0 hold."""
    return not isinstance(value, bool) and isinstance(value, int | str) and str(value) in SKILL_LEVELS


def as_level(value: Any) -> str:
    """The level as text: ``"3"`` for ``"3"`` and for 3. Raises ValueError for what is none."""
    if not is_level(value):
        raise ValueError(f"{value!r} is no level: one of {' '.join(LETTERS)}")
    return str(value)


def is_below(level: str, other: str) -> bool:
    """Whether ``level`` is lower than ``other``: 五级 is below 四级."""
    return order_of(level) < order_of(other)


def order_of(level: str) -> int:
    """Its place among the levels, from 0: the key to sort by."""
    return SKILL_LEVELS[level].order


def lowest_first(levels: Iterable[str]) -> list[str]:
    """Each once."""
    return sorted(set(levels), key=order_of)


def levels_check(column: str) -> str:
    """The condition of a check constraint on a column that holds one level."""
    return f"{column} IN ({', '.join(repr(letter) for letter in LETTERS)})"

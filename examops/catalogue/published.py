"""How much of an occupation stands in a published source: its conditions, ratio and times. Pure.

What the city decided does not count here: it is the city's own word and rests on no page that anybody can read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from config.sourced import NOT_FOUND
from examops.catalogue.filing import PARTS_MINUTES
from examops.catalogue.values import Values, key_of_level


class Kind(StrEnum):
    CONDITIONS = "conditions"
    RATIO = "candidates_per_examiner"
    TIMES = "times"


@dataclass(frozen=True)
class Published:
    """``by_level``: what was found for each level, lowest first."""

    by_level: tuple[tuple[str, frozenset[Kind]], ...]

    @cached_property
    def found(self) -> frozenset[Kind]:
        """What was found for some level."""
        return frozenset[Kind]().union(*(kinds for _level, kinds in self.by_level))

    @property
    def missing(self) -> tuple[Kind, ...]:
        """What was found for no level."""
        return tuple(kind for kind in Kind if kind not in self.found)

    @cached_property
    def whole_levels(self) -> tuple[str, ...]:
        """The levels for which all three were found."""
        return tuple(level for level, kinds in self.by_level if len(kinds) == len(Kind))


@dataclass(frozen=True)
class Counts:
    """Of how many occupations each was found for some level, and all three for one and the same level."""

    occupations: int
    conditions: int
    ratio: int
    times: int
    whole: int


def published(values: Values, levels: Iterable[str]) -> Published:
    """``levels`` are those of the occupation's file."""
    return Published(tuple((level, _of_level(values, level)) for level in levels))


def counts(found: Iterable[Published]) -> Counts:
    rows = list(found)
    conditions, ratio, times = (sum(kind in row.found for row in rows) for kind in Kind)
    return Counts(len(rows), conditions, ratio, times, sum(bool(row.whole_levels) for row in rows))


def _of_level(values: Values, level: str) -> frozenset[Kind]:
    """The times are found when that of every part is, whether or not the list of parts was found too."""
    parts = values[key_of_level("parts", level)].base or ()
    asked = {
        Kind.CONDITIONS: ["conditions"],
        Kind.RATIO: ["candidates_per_examiner"],
        Kind.TIMES: [PARTS_MINUTES[part] for part in parts],
    }
    return frozenset(kind for kind, names in asked.items() if names and all(_is_found(values, n, level) for n in names))


def _is_found(values: Values, what: str, level: str) -> bool:
    value = values[key_of_level(what, level)]
    return value.base is not None and value.certainty != NOT_FOUND

"""The list of occupations: searched, filtered, a page at a time by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.occupations import Occupation, catalogue
from config.rulebook import rulebook
from examops.catalogue.filing import answer
from examops.catalogue.values import DecisionLike, Standing, Value, asked, values_of

PAGE = 40


@dataclass(frozen=True)
class Listed:
    """One occupation on a day. ``levels``: (level, may it be filed), lowest first."""

    occupation: Occupation
    values: dict[str, Value]
    levels: tuple[tuple[str, bool], ...]

    @property
    def waiting(self) -> int:
        """How many of its values are illustrative and not decided."""
        return sum(not value.is_settled for value in self.values.values())


def listed(occupation: Occupation, day: date, decisions: Iterable[DecisionLike]) -> Listed:
    values = values_of(occupation, day, rulebook(), catalogue(), decisions)
    levels = tuple((level, answer(values, level).may_be_filed) for level in values["levels"].value)
    return Listed(occupation, asked(values), levels)


def matching(wanted: dict[str, Any]) -> list[Occupation]:
    """By part of name, trade, English name or code, and by sector; in order of their codes."""
    text = wanted["q"].strip().lower()
    found = (one for one in catalogue().by_code.values() if not wanted["sector"] or one.sector == wanted["sector"])
    return sorted((one for one in found if not text or _answers(one, text)), key=lambda one: one.code)


def _answers(one: Occupation, text: str) -> bool:
    codes = [str(code.value) for code in one.codes.values()]
    return any(text in name.lower() for name in (one.name, one.name_en, one.code, *one.aliases, *codes))


def page_of(
    wanted: dict[str, Any], day: date, decisions: Sequence[DecisionLike]
) -> tuple[list[Listed], str | None, int]:
    """The page after ``wanted["after"]``, the code after which the next begins, and how many match in all."""
    found = matching(wanted)
    if wanted["standing"]:  # the only filter that has to value every occupation
        wants_waiting = wanted["standing"] == Standing.ILLUSTRATIVE
        found = [one for one in found if bool(listed(one, day, decisions).waiting) == wants_waiting]
    rest = [one for one in found if one.code > wanted["after"]]
    rows = [listed(one, day, decisions) for one in rest[:PAGE]]
    return rows, rest[PAGE - 1].code if len(rest) > PAGE else None, len(found)

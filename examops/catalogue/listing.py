"""The list of occupations: searched, filtered, a page at a time by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from config.occupations import Catalogue, Occupation, catalogue
from config.rulebook import Rulebook, rulebook
from examops.catalogue.decisions import decisions_of
from examops.catalogue.filing import answer
from examops.catalogue.published import Counts, Published, counts, published
from examops.catalogue.values import DecisionLike, Standing, Value, asked, values_of
from examops.core.errors import NotFound
from examops.core.language import N_

PAGE = 40
PUBLISHED = "published"  # a filter: conditions, ratio and times of one level all stand in a published source


@dataclass(frozen=True)
class Listed:
    """One occupation on a day. ``levels``: (level, may it be filed), lowest first."""

    occupation: Occupation
    values: dict[str, Value]
    levels: tuple[tuple[str, bool], ...]
    published: Published

    @cached_property
    def waiting(self) -> int:
        """How many of its values are illustrative and not decided."""
        return sum(not value.is_settled for value in self.values.values())


MOST_KEPT = 2_000
_kept: dict[tuple[int, int, int, date], tuple[Occupation, Rulebook, Catalogue, Listed]] = {}


def listed(occupation: Occupation, day: date, decisions: Iterable[DecisionLike]) -> Listed:
    """Kept, with what made it, while nobody has decided about the occupation: then it follows from the files."""
    own = [one for one in decisions if one.occupation_code == occupation.code]
    if own:
        return _listed(occupation, day, own)
    book, known = rulebook(), catalogue()
    named = (id(occupation), id(book), id(known), day)
    found = _kept.get(named)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = _kept[named] = (occupation, book, known, _listed(occupation, day, ()))
    return found[-1]


def _listed(occupation: Occupation, day: date, decisions: Iterable[DecisionLike]) -> Listed:
    values = values_of(occupation, day, rulebook(), catalogue(), decisions)
    levels = tuple((level, answer(values, level).may_be_filed) for level in values["levels"].value)
    return Listed(occupation, asked(values), levels, published(values, occupation.levels))


def catalogued(code: str) -> Occupation:
    """Raises :class:`NotFound` for a code that is not in the catalogue."""
    found = catalogue().by_code.get(code)
    if found is None:
        raise NotFound(N_("目录里没有这个职业"), advice=N_("回到职业目录查找"))
    return found


def row_of(occupation: Occupation, day: date) -> Listed:
    """With what the city has decided about it."""
    return listed(occupation, day, decisions_of([occupation.code]))


@dataclass(frozen=True)
class Page:
    """``following``: the code after which the next page begins. ``total`` and ``counts`` are of all that match the
    words and the industry, ``total`` of the standing too.
    """

    rows: list[Listed]
    following: str | None
    total: int
    counts: Counts


def matching(wanted: dict[str, Any]) -> list[Occupation]:
    """By part of name, trade, English name or code, each word for itself, and by sector; in order of their codes. A
    code is found without its lines as well."""
    words = wanted["q"].lower().split()
    found = (one for one in catalogue().by_code.values() if not wanted["sector"] or one.sector == wanted["sector"])
    return sorted((one for one in found if all(_answers(one, word) for word in words)), key=lambda one: one.code)


def _answers(one: Occupation, word: str) -> bool:
    codes = [one.code, *(str(code.value) for code in one.codes.values())]
    plain = [code.replace("-", "") for code in codes]
    return any(word in name.lower() for name in (one.name, one.name_en, *one.aliases, *codes, *plain))


def page_of(wanted: dict[str, Any], day: date, decisions: Sequence[DecisionLike]) -> Page:
    """The page after ``wanted["after"]``."""
    found = [listed(one, day, decisions) for one in matching(wanted)]
    rows = [row for row in found if _stands(row, wanted["standing"])]
    rest = [row for row in rows if row.occupation.code > wanted["after"]]
    following = rest[PAGE - 1].occupation.code if len(rest) > PAGE else None
    return Page(rest[:PAGE], following, len(rows), counts(row.published for row in found))


def _stands(row: Listed, wanted: str) -> bool:
    """Whether the row is of the standing that was asked for; "": of any."""
    if wanted == PUBLISHED:
        return bool(row.published.whole_levels)
    return not wanted or bool(row.waiting) == (wanted == Standing.ILLUSTRATIVE)

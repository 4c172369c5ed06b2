"""职业（工种） of the national classification, with what Foshan says about them."""

from __future__ import annotations

from dataclasses import replace

from config.occupations import Occupation, catalogue
from examops.core.errors import Invalid
from examops.core.language import N_, _

__all__ = [
    "Occupation",
    "chosen_occupation",
    "find_occupation",
    "named_occupation",
    "occupation",
    "occupation_word",
    "occupations",
]


def occupations() -> dict[str, Occupation]:
    return catalogue().by_code


def occupation(code: str) -> Occupation:
    """Raises KeyError for a code that is not in the catalogue."""
    return catalogue().by_code[code]


def occupation_word(one: Occupation) -> str:
    """Its name in the reader's language; Chinese where no sure English name is known."""
    return _(one.name)


def named_occupation(code: str) -> Occupation:
    """As :func:`occupation`, named for the reader: for pages, never for comparing names."""
    found = occupation(code)
    name = occupation_word(found)
    return found if name == found.name else replace(found, name=name)


def find_occupation(text: str) -> Occupation | None:
    """By code, name or the name of a trade, as people write it."""
    return catalogue().find(text)


def chosen_occupation(text: str) -> Occupation:
    """The same of somebody's choice. Raises :class:`Invalid`."""
    found = find_occupation(text)
    if found is None:
        raise Invalid(N_("目录里没有这个职业"), advice=N_("按名称或编码在列表里选"))
    return found

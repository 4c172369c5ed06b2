"""职业（工种） of the national classification, with what Foshan says about them."""

from __future__ import annotations

from config.occupations import Occupation, catalogue

__all__ = ["Occupation", "find_occupation", "occupation", "occupations"]


def occupations() -> dict[str, Occupation]:
    return catalogue().by_code


def occupation(code: str) -> Occupation:
    """Raises KeyError for a code that is not in the catalogue."""
    return catalogue().by_code[code]


def find_occupation(text: str) -> Occupation | None:
    """By code, name or the name of a trade, as people write it."""
    return catalogue().find(text)

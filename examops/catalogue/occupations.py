"""职业（工种） of the national classification, with what Foshan says about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

import config

FILE = Path(config.__path__[0]) / "catalogue/occupations.yaml"


@dataclass(frozen=True)
class Occupation:
    code: str
    name: str
    edition: str
    levels: tuple[int, ...]
    in_shortage: bool
    has_standard: bool
    standard: str


@cache
def occupations() -> dict[str, Occupation]:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: Occupation(code, **{**entry, "levels": tuple(entry["levels"])}) for code, entry in raw.items()}


def occupation(code: str) -> Occupation:
    """Raises KeyError for a code that is not in the catalogue."""
    return occupations()[code]

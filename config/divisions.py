"""Administrative divisions (GB/T 2260): the provinces, every county code ever issued since 1980, Foshan's districts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.strict_yaml import read_yaml

FILE = Path(__file__).parent / "catalogue" / "divisions.yaml"


@dataclass(frozen=True)
class Divisions:
    """``foshan`` and ``provinces`` map codes to names; ``counties`` are six-digit codes, old ones included.

    ``districts`` are the short names shown on pages; 440600 stands for what lies outside the city.
    """

    source: str
    foshan: dict[str, str]
    districts: dict[str, str]
    foshan_former: dict[str, str]
    provinces: dict[str, str]
    counties: frozenset[str]

    def province_of(self, code: str) -> str | None:
        return self.provinces.get(code[:2])


def load(file: Path = FILE) -> Divisions:
    content = read_yaml(file)
    counties = frozenset(head + tail for head, tails in content.pop("counties").items() for tail in tails.split())
    return Divisions(counties=counties, **content)


@cache
def divisions() -> Divisions:
    """The divisions of this installation, read once."""
    return load()

"""Administrative divisions (GB/T 2260): the provinces, every county code ever issued since 1980, Foshan's districts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from config.strict_yaml import read_yaml

FOSHAN = "4406"
OUTSIDE = "outside"  # what lies outside Foshan has no code of the city's; 440600 is the city itself
PROVINCE_TAIL = re.compile(r"(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
PREFECTURE_TAIL = re.compile(r"(市|地区|盟)$")
Named = tuple[str, str, str]  # code, name, short name
FILE = Path(__file__).parent / "catalogue" / "divisions.yaml"


@dataclass(frozen=True)
class Divisions:
    """``foshan`` and ``provinces`` map codes to names; ``counties`` are six-digit codes, old ones included.

    ``districts`` are the short names shown on pages; :data:`OUTSIDE` stands for what lies outside the city.
    """

    source: str
    foshan: dict[str, str]
    districts: dict[str, str]
    foshan_former: dict[str, str]
    prefectures: dict[str, str]
    provinces: dict[str, str]
    counties: frozenset[str]

    def province_of(self, code: str) -> str | None:
        return self.provinces.get(code[:2])

    def is_in_foshan(self, place: str) -> bool | None:
        """Whether a division code or an address begins in Foshan; None where the text resolves to no division.

        A street or a town alone does not resolve: 南海大道 and 三水镇 are found in many cities.
        """
        text = "".join(place.split())
        if text.isdecimal():
            return self._code_in_foshan(text)
        province, rest = self._split_province(text)
        if province not in ("", "44"):
            return False
        prefecture = self._prefecture_of(rest)
        if prefecture:
            return prefecture == FOSHAN
        districts = {name for code, name in self.foshan.items() if code != f"{FOSHAN}00"}
        if rest.startswith(tuple(districts)) or rest in {name.removesuffix("区") for name in districts}:
            return True
        return None

    def _code_in_foshan(self, code: str) -> bool | None:
        former = {code for code, name in self.foshan_former.items() if name != "中山市"}  # a city of its own since 1988
        if code in self.foshan or code in former:
            return True
        return False if code in self.counties or (code[:4] in self.prefectures and code[:4] != FOSHAN) else None

    def _split_province(self, text: str) -> tuple[str, str]:
        """The two digits of the province that the text begins with, and the rest; empty digits where it names none."""
        for code, *names in self._provinces_by_first.get(text[:1], ()):
            for known in names:
                if text.startswith(known):
                    return code, text.removeprefix(known)
        return "", text

    def _prefecture_of(self, text: str) -> str:
        """Four digits. The short name counts where it stands alone, and anywhere for the cities of Guangdong."""
        for code, name, short in self._prefectures_by_first.get(text[:1], ()):
            if text.startswith(name) or text == short or (code.startswith("44") and text.startswith(short)):
                return code
        return ""

    @cached_property
    def _provinces_by_first(self) -> dict[str, list[Named]]:
        return _by_first(self.provinces, PROVINCE_TAIL)

    @cached_property
    def _prefectures_by_first(self) -> dict[str, list[Named]]:
        return _by_first(self.prefectures, PREFECTURE_TAIL)


def _by_first(names: dict[str, str], tail: re.Pattern[str]) -> dict[str, list[Named]]:
    """Code, name and short name by the first character of both: a roster asks for 100,000 places."""
    found: dict[str, list[Named]] = {}
    for code, name in names.items():
        found.setdefault(name[0], []).append((code, name, tail.sub("", name)))
    return found


def load(file: Path = FILE) -> Divisions:
    content = read_yaml(file)
    counties = frozenset(head + tail for head, tails in content.pop("counties").items() for tail in tails.split())
    return Divisions(counties=counties, **content)


@cache
def divisions() -> Divisions:
    """The divisions of this installation, read once."""
    return load()

"""The catalogue of occupations: codes of both editions, levels, standards; the access-type list.

``config/catalogue/occupations/*.yaml`` holds the occupations by sector, each value with its source (ids of
``sources.yaml``). ``imported.yaml`` is written by ``examops catalogue import`` and leads over the others. It lies with
the installation's data (``EXAMOPS_VAR``, folder ``catalogue``); one of before, among the files, is read until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.levels import as_level
from config.occupation_faults import Reading, read_all
from config.sourced import Source, Sourced

FOLDER = Path(__file__).parent / "catalogue"
IMPORTED = "imported.yaml"
Exam = Mapping[str, Mapping[str, Sourced]]  # what → level, or "all" → value


class CatalogueFault(ValueError):
    """Faults of the catalogue's files, one per line: file, line, key and problem."""


@dataclass(frozen=True)
class Occupation:
    """One occupation. ``levels`` are letters of ``config.levels``; ``standards`` are versions, oldest first.

    ``code`` is that of ``edition`` (2015 or 2022) of the national classification and is stored everywhere;
    ``codes`` holds those of both. ``name_en`` is the English name where an established one exists, else "".
    ``exam`` is what the file says about times, ratio and parts, by version; the rulebook may say more.
    """

    code: str
    name: str
    edition: str
    sector: str
    codes: Mapping[str, Sourced]
    levels_sourced: Sourced
    standards_sourced: Mapping[str, Sourced]
    exam: Mapping[str, Exam]
    aliases: tuple[str, ...] = ()
    name_en: str = ""

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.levels_sourced.value)

    @property
    def standards(self) -> tuple[str, ...]:
        return tuple(self.standards_sourced)

    @property
    def has_standard(self) -> bool:
        return bool(self.standards)

    @property
    def standard(self) -> str:
        """The newest version, or an empty text."""
        return self.standards[-1] if self.standards else ""


@dataclass(frozen=True)
class DatedList:
    """A published list of occupations from a day on: the national access-type list."""

    name: str
    from_day: date
    until: date | None
    source: Source
    items: Mapping[str, Sourced]  # code → whole: the occupation itself; part: some of its trades or work

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Catalogue:
    """Occupations by code, and by every name that a roster may use."""

    by_code: dict[str, Occupation]
    by_name: dict[str, Occupation]
    access: tuple[DatedList, ...]
    sources: Mapping[str, Source]

    def find(self, text: str) -> Occupation | None:
        """By code, name or alias; blanks and a trailing code in brackets are ignored."""
        plain = _plain(text)
        head = plain.split("(")[0].split("（")[0]
        return self.by_code.get(plain.upper()) or self.by_name.get(plain) or self.by_name.get(head)

    def access_on(self, day: date) -> DatedList | None:
        """The list in force on that day."""
        return _in_force(self.access, day)


def _in_force(lists: tuple[DatedList, ...], day: date) -> DatedList | None:
    return next((one for one in reversed(lists) if one.holds_on(day)), None)


def _plain(name: str) -> str:
    return name.strip().replace(" ", "").lower()


def load(folder: Path = FOLDER, imports: Path | None = None) -> Catalogue:
    """Read every file, or raise :class:`CatalogueFault` listing every fault. ``imports``: where it was imported to."""
    reading = read_all(folder, IMPORTED, imports)
    if reading.faults:
        raise CatalogueFault("\n".join(reading.faults))
    return build(reading)


def build(reading: Reading) -> Catalogue:
    """The catalogue of files without a fault."""
    sources = {key: _source(key, raw) for key, raw in reading.sources.items()}
    found = [_occupation(raw, sector, sources) for sector, raw in reading.occupations.values()]
    by_name: dict[str, Occupation] = {}
    for one in found:
        for name in (one.name, one.name_en, *one.aliases):
            if name:
                by_name[_plain(name)] = one
    access = tuple(_dated(raw, sources) for raw in reading.access)
    return Catalogue({one.code: one for one in found}, by_name, access, MappingProxyType(sources))


def _source(key: str, raw: dict[str, str]) -> Source:
    return Source(key, **raw)


def _sourced(raw: dict[str, Any], sources: Mapping[str, Source]) -> Sourced:
    value = raw["value"]
    return Sourced(tuple(value) if isinstance(value, list) else value, sources[raw["source"]], raw.get("clause", ""))


def _occupation(raw: dict[str, Any], sector: str, sources: Mapping[str, Source]) -> Occupation:
    standards = raw.get("standards", {})
    return Occupation(
        code=raw["code"],
        name=raw["name"],
        edition=raw["edition"],
        sector=sector,
        codes=MappingProxyType({edition: _sourced(one, sources) for edition, one in raw["codes"].items()}),
        levels_sourced=_sourced({**raw["levels"], "value": [*map(as_level, raw["levels"]["value"])]}, sources),
        standards_sourced=MappingProxyType({version: _sourced(one, sources) for version, one in standards.items()}),
        exam=MappingProxyType({version: _exam(one, sources) for version, one in raw.get("exam", {}).items()}),
        aliases=tuple(raw.get("aliases", ())),
        name_en=raw.get("name_en", ""),
    )


def _exam(raw: dict[str, Any], sources: Mapping[str, Source]) -> Exam:
    return {what: {str(level): _sourced(one, sources) for level, one in levels.items()} for what, levels in raw.items()}


def _dated(raw: dict[str, Any], sources: Mapping[str, Source]) -> DatedList:
    items = {code: _sourced(one, sources) for code, one in raw["occupations"].items()}
    return DatedList(raw["name"], raw["from"], raw.get("until"), sources[raw["source"]], MappingProxyType(items))


class _Installation:
    """Where this process finds what was imported; set once, at its start."""

    imports: Path | None = None


def use_imports(folder: Path) -> None:
    """From now on :func:`catalogue` goes by the ``imported.yaml`` of this folder, where there is one."""
    places = [one for one in (_Installation.imports, folder) if one is not None and (one / IMPORTED).exists()]
    if folder != _Installation.imports:
        _Installation.imports = folder
        if places:  # without any file nothing changes, and reading again takes its time
            catalogue.cache_clear()


@cache
def catalogue() -> Catalogue:
    """The catalogue of this installation, read once."""
    return load(imports=_Installation.imports)

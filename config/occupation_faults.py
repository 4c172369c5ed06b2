"""Reads the catalogue's files and finds everything that is wrong with them, with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.levels import LETTERS, is_level
from config.sourced import source_faults
from config.strict_yaml import Lines, YamlFault, read_yaml_with_lines

CODE = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
VERSION = re.compile(r"20\d{2}")
EDITIONS = ("2015", "2022")
SECTORS = (
    *("machining", "electrical", "robots", "appliances", "aluminium", "furniture", "ceramics", "textiles", "quality"),
    *("logistics", "care", "cooking", "beauty", "commerce", "vehicles", "safety"),
)
PARTS = ("theory", "skill", "review")
NUMBERS = ("theory_minutes", "skill_minutes", "review_minutes", "candidates_per_examiner")
EXAM = ("parts", *NUMBERS)
MOST = 1000  # minutes or candidates
REQUIRED = {"code": str, "name": str, "edition": str, "codes": dict, "levels": dict}
MAY_LACK = {"name_en": str, "aliases": list, "standards": dict, "exam": dict}
LIST_KEYS = {"name": str, "from": date, "source": str, "occupations": dict}
Fault = tuple[Any, Any, str]  # the block, its key, the problem


@dataclass
class Reading:
    """What stands in the files, raw, and every fault. ``occupations``: code → (sector, block); ``faults``: one line
    each."""

    sources: dict[str, Any] = field(default_factory=dict)
    occupations: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    access: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, file: Path, lines: Lines, faults: Iterator[Fault]) -> int:
        before = len(self.faults)
        for block, key, words in faults:
            named = f"{key}: " if key not in (None, "") else ""
            self.faults.append(f"{file.name}:{lines.of(block, key)}: {named}{words}")
        return len(self.faults) - before


def read_all(folder: Path, leading: str, apart: Path | None = None) -> Reading:
    """Every file below ``folder``. An occupation of the file ``leading`` replaces one of the same code. Where that
    file stands in the folder ``apart``, it is read in place of the one below ``folder``."""
    reading = Reading()
    files = sorted((folder / "occupations").glob("*.yaml"), key=lambda file: (file.name == leading, file.name))
    if apart is not None and (apart / leading).exists():
        files = [*(file for file in files if file.name != leading), apart / leading]
    blocks = [(file, *found) for file in (folder / "sources.yaml", *files) if (found := _read(file, reading))]
    for file, content, lines in blocks:
        _read_sources(file, content, lines, reading)
    for file, content, lines in blocks[1:]:
        _read_occupations(file, content, lines, reading, leads=file.name == leading)
    _read_lists(folder / "access_types.yaml", reading.access, reading)
    if not reading.occupations and not reading.faults:
        reading.faults.append(f"{folder.name}: no occupation in any file")
    return reading


def read_occupation_file(file: Path, reading: Reading) -> None:
    """One file by itself, as :func:`read_all` reads each; its ``sources`` count beside those that are known."""
    if found := _read(file, reading):
        _read_sources(file, *found, reading)
        _read_occupations(file, *found, reading, leads=True)


def _read(file: Path, reading: Reading) -> tuple[dict[str, Any], Lines] | None:
    try:
        return read_yaml_with_lines(file)
    except (YamlFault, OSError) as error:
        reading.faults.append(f"{file.name}: {error}")
        return None


def _read_sources(file: Path, content: dict[str, Any], lines: Lines, reading: Reading) -> None:
    found = content.get("sources", {})
    if not isinstance(found, dict):
        reading.faults.append(f"{file.name}:{lines.of(content, 'sources')}: sources: is not a block of keys")
        return
    for key, raw in found.items():
        faults: list[Fault] = [(raw if name else found, name or key, words) for name, words in source_faults(raw)]
        if key in reading.sources and reading.sources[key] != raw:
            faults.append((found, key, "stands twice, with another content"))
        if not reading.note(file, lines, iter(faults)):
            reading.sources[key] = raw


def _read_occupations(file: Path, content: dict[str, Any], lines: Lines, reading: Reading, *, leads: bool) -> None:
    for row in content.get("occupations") or []:
        if not isinstance(row, dict):
            reading.faults.append(f"{file.name}:{lines.of(content, 'occupations')}: {row!r} is not an occupation")
            continue
        faults = [*occupation_faults(row, reading.sources)]
        sector = row.pop("sector", content.get("sector")) if leads else content.get("sector")
        if sector not in SECTORS:
            faults.append((content, "sector", f"sector must be one of {', '.join(SECTORS)}"))
        if row.get("code") in reading.occupations and not leads:
            faults.append((row, "code", f"{row['code']} stands in another file too"))
        if not reading.note(file, lines, iter(faults)):
            reading.occupations[row["code"]] = (str(sector), row)


def occupation_faults(row: dict[str, Any], sources: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that is wrong with one occupation."""
    known = {**REQUIRED, **MAY_LACK, "sector": str}
    yield from ((row, name, "unknown key") for name in row if name not in known)
    for name, kind in known.items():
        if name in row and not isinstance(row[name], kind):
            yield row, name, f"must be {kind.__name__}"
    yield from ((row, name, "is missing") for name in REQUIRED if name not in row)
    if any(name in row and not isinstance(row[name], kind) for name, kind in known.items()):
        return
    yield from _code_faults(row, sources)
    yield from _level_faults(row, sources)
    yield from _standard_faults(row, sources)


def _code_faults(row: dict[str, Any], sources: Mapping[str, Any]) -> Iterator[Fault]:
    codes = row.get("codes", {})
    if row.get("edition") not in codes and "codes" in row and "edition" in row:
        yield row, "edition", "codes has no code of this edition"
    for edition, one in codes.items():
        if edition not in EDITIONS:
            yield codes, edition, f"edition must be one of {', '.join(EDITIONS)}"
        yield from value_faults(codes, edition, one, sources)
        value = one.get("value") if isinstance(one, dict) else None
        if not isinstance(value, str) or (value and not CODE.fullmatch(value)):
            yield codes, edition, f"{value!r} is not a code like 6-18-01-01"
        elif edition == row.get("edition") and value != row.get("code"):
            yield row, "code", f"differs from codes of {edition}: {value}"


def _level_faults(row: dict[str, Any], sources: Mapping[str, Any]) -> Iterator[Fault]:
    levels = row.get("levels")
    if levels is None:
        return
    yield from value_faults(row, "levels", levels, sources)
    value = levels.get("value")
    is_right = isinstance(value, list) and value and all(map(is_level, value))
    if not is_right or len({str(one) for one in value}) != len(value):
        yield levels, "value", f"levels are {' '.join(LETTERS)}, each once"


def _standard_faults(row: dict[str, Any], sources: Mapping[str, Any]) -> Iterator[Fault]:
    standards, exam = row.get("standards", {}), row.get("exam", {})
    for version, one in standards.items():
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            yield standards, version, "a version is a year in quotes, such as '2020'"
        yield from value_faults(standards, version, one, sources)
    if list(standards) != sorted(standards, key=str):
        yield row, "standards", "the oldest version comes first"
    for version, block in exam.items():
        if version not in standards:
            yield exam, version, "is none of the standards"
        if not isinstance(block, dict):
            yield exam, version, "is not a block of keys"
            continue
        for what, levels in block.items():
            yield from _exam_faults(block, what, levels, sources)


def _exam_faults(block: dict[str, Any], what: Any, levels: Any, sources: Mapping[str, Any]) -> Iterator[Fault]:
    if what not in EXAM or not isinstance(levels, dict):
        yield block, what, f"must be one of {', '.join(EXAM)}, by level"
        return
    for level, one in levels.items():
        if level != "all" and not is_level(level):
            yield levels, level, f"level must be one of {' '.join(LETTERS)}, or all"
        yield from value_faults(levels, level, one, sources)
        value = one.get("value") if isinstance(one, dict) else None
        if fault := exam_value_fault(what, value):
            yield levels, level, fault


def exam_value_fault(what: str, value: Any) -> str:
    """What is wrong with a value of this kind; empty where nothing is."""
    if what == "parts":
        is_right = isinstance(value, list) and value and set(value) <= set(PARTS) and len(set(value)) == len(value)
        return "" if is_right else f"parts are {', '.join(PARTS)}, each once"
    is_number = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST
    return "" if is_number else f"must be a whole number from 1 to {MOST}"


def value_faults(block: Any, key: Any, one: Any, sources: Mapping[str, Any]) -> Iterator[Fault]:
    """A value stands with its source: ``{value: …, source: id, clause: …}``."""
    if not isinstance(one, dict):
        yield block, key, "needs value and source"
        return
    unknown = [name for name in one if name not in ("value", "source", "clause")]
    yield from ((one, name, f"unknown key in {key}") for name in unknown)
    if "value" not in one:
        yield block, key, "has no value"
    if "source" not in one:
        yield block, key, "has no source"
    elif one["source"] not in sources:
        yield one, "source", f"{one['source']!r} is in no list of sources"
    if not isinstance(one.get("clause", ""), str):
        yield one, "clause", "must be a text"


def _read_lists(file: Path, target: list[dict[str, Any]], reading: Reading) -> None:
    found = _read(file, reading)
    if not found:
        return
    content, lines = found
    for raw in content.get("lists") or []:
        if not reading.note(file, lines, _list_faults(content, raw, reading)):
            target.append(raw)
    if [one["from"] for one in target] != sorted(one["from"] for one in target):
        reading.faults.append(f"{file.name}:1: lists: the oldest list comes first")


def _list_faults(content: dict[str, Any], raw: Any, reading: Reading) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield content, "lists", "is not a block of keys"
        return
    yield from ((raw, name, "unknown key") for name in raw if name not in (*LIST_KEYS, "until"))
    for name, kind in LIST_KEYS.items():
        if not isinstance(raw.get(name), kind) or isinstance(raw.get(name), datetime):
            yield raw, name, f"must be {kind.__name__}"
    if raw.get("source") not in reading.sources:
        yield raw, "source", f"{raw.get('source')!r} is in no list of sources"
    occupations = raw.get("occupations")
    for code, one in occupations.items() if isinstance(occupations, dict) else ():
        yield from value_faults(occupations, code, one, reading.sources)
        if code not in reading.occupations:
            yield occupations, code, "is no occupation of the catalogue"
        if isinstance(one, dict) and one.get("value") not in ("whole", "part"):
            yield occupations, code, "value must be whole or part"

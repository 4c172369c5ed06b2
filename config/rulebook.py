"""The law as dated data: every value with its day, clause and source. An unknown key or a missing source stops the start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "rules"
KINDS = ("law", "policy", "local decision", "provisional")
REQUIRED = {"description", "unit", "kind", "clause", "values"}
ALLOWED = REQUIRED | {"text"}


class RulesError(Exception):
    """Faults of the rules files, each with file, key and problem."""


@dataclass(frozen=True)
class Rule:
    """One value as it stands on one day. ``clause`` is the short citation shown to people."""

    key: str
    value: Any
    unit: str
    kind: str
    clause: str
    text: str
    source: str
    effective_from: date
    content_hash: str


@dataclass(frozen=True)
class Entry:
    """All values of one key, oldest first."""

    key: str
    rules: tuple[Rule, ...]

    def on(self, day: date) -> Rule:
        """The rule of that day, not of today. Raises LookupError before the first value."""
        fitting = [rule for rule in self.rules if rule.effective_from <= day]
        if not fitting:
            raise LookupError(f"{self.key} has no value on {day}")
        return fitting[-1]

    def on_latest(self) -> Rule:
        return self.rules[-1]


class Rulebook(Mapping[str, Entry]):
    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def value(self, key: str, day: date) -> Any:
        return self._entries[key].on(day).value


def load(folder: Path = FOLDER) -> Rulebook:
    """Read every file of the folder, or raise :class:`RulesError` listing all faults."""
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        for key, raw in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            found = _faults(key, raw, key in entries)
            problems += [f"{file.name}: {key}: {fault}" for fault in found]
            if not found:
                entries[key] = _entry(key, raw)
    if problems:
        raise RulesError("\n".join(problems))
    return Rulebook(entries)


def _faults(key: str, raw: Any, is_double: bool) -> list[str]:
    if not isinstance(raw, dict):
        return ["is not a block of keys"]
    faults = ["stands twice"] if is_double else []
    faults += [f"unknown key {name!r}" for name in raw if name not in ALLOWED]
    faults += [f"missing {name!r}" for name in sorted(REQUIRED - set(raw))]
    if raw.get("kind") not in KINDS:
        faults.append(f"kind must be one of {', '.join(KINDS)}")
    values = raw.get("values")
    if not isinstance(values, dict) or not values:
        return [*faults, "needs at least one dated value"]
    for day, cell in values.items():
        if not isinstance(day, date):
            faults.append(f"{day!r} is not a date")
        elif not isinstance(cell, dict) or set(cell) != {"value", "source"} or not cell["source"]:
            faults.append(f"{day}: needs exactly a value and a source")
    return faults


def _entry(key: str, raw: dict[str, Any]) -> Entry:
    rules = []
    for day, cell in sorted(raw["values"].items()):
        content = {**{name: raw.get(name, "") for name in ALLOWED - {"values"}}, "day": day.isoformat(), **cell}
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        words = {name: str(raw.get(name, "")) for name in ("unit", "kind", "clause", "text")}
        rules.append(
            Rule(key=key, value=cell["value"], source=cell["source"], effective_from=day, content_hash=digest, **words)
        )
    return Entry(key, tuple(rules))


@cache
def rulebook() -> Rulebook:
    """The rulebook of this installation, read once."""
    return load()

"""The law as dated data: every value with its day, clause and source. A fault in any file stops the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from config.rulebook_faults import entry_faults
from config.strict_yaml import YamlFault, content_hash, read_yaml

FOLDER = Path(__file__).parent / "rules"
WORDS = ("unit", "kind", "clause", "text")


class RulesError(Exception):
    """Faults of the rules files, one per line: file, key and problem."""


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

    @property
    def is_provisional(self) -> bool:
        """True until somebody confirms the value; such a value works and is shown amber."""
        return self.kind == "provisional"


@dataclass(frozen=True)
class Entry:
    """All values of one key, oldest first."""

    key: str
    rules: tuple[Rule, ...]

    def on(self, day: date) -> Rule:
        """The rule of that day, not of today. Raises LookupError before the first value."""
        for rule in reversed(self.rules):
            if rule.effective_from <= day:
                return rule
        raise LookupError(f"{self.key} has no value on {day}")

    def on_latest(self) -> Rule:
        return self.rules[-1]


class Rulebook(Mapping[str, Entry]):
    """Every entry by its key, such as ``footage.retention_days``."""

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

    def hashes(self) -> dict[str, str]:
        """``key@day`` to content hash, for every value: what the guard against silent changes compares."""
        return {
            f"{rule.key}@{rule.effective_from}": rule.content_hash
            for entry in self._entries.values()
            for rule in entry.rules
        }


def load(folder: Path | None = None) -> Rulebook:
    """Read every ``*.yaml`` below the folder, or raise :class:`RulesError` listing all faults at once."""
    root = folder or FOLDER
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for file in sorted(root.rglob("*.yaml")):
        name = file.relative_to(root).as_posix()
        try:
            content = read_yaml(file)
        except YamlFault as error:
            problems.append(f"{name}: {error}")
            continue
        for key, raw in content.items():
            faults = entry_faults(name, key, raw, is_known=key in entries)
            problems += [f"{name}: {key}: {fault}" for fault in faults]
            if not faults:
                entries[key] = _entry(key, raw)
    if problems:
        raise RulesError("\n".join(problems))
    return Rulebook(entries)


def _entry(key: str, raw: dict[str, Any]) -> Entry:
    """A dated value may carry its own kind, clause or text: that is how a provisional one becomes confirmed."""
    words = {name: raw.get(name, "") for name in WORDS}
    rules = []
    for day, cell in sorted(raw["values"].items()):
        shown = words | cell
        digest = content_hash({"key": key, "day": day.isoformat(), **shown})
        rules.append(Rule(key=key, effective_from=day, content_hash=digest, **shown))
    return Entry(key, tuple(rules))


@cache
def rulebook() -> Rulebook:
    """The rulebook of this installation, read once."""
    return load()

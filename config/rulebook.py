"""The law as dated data: every value with its day, clause and source. A fault in any file stops the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from config.local_decisions import with_decisions
from config.rulebook_faults import LOCAL, OPEN, entry_faults
from config.strict_yaml import YamlFault, content_hash, read_yaml

FOLDER = Path(__file__).parent / "rules"
WORDS = ("unit", "kind", "clause", "text")
# What a value says about itself where it was entered later than it applies.
LATER = ("corrects", "certainty", "decided_by", "recorded_on")


class RulesError(Exception):
    """Faults of the rules files, one per line: file, key and problem."""


class OpenRule(LookupError):
    """Nobody has found or decided the value: whoever needs it has to ask a person, and nothing passes by it."""


@dataclass(frozen=True)
class Rule:
    """One value as it stands on one day. ``clause`` is the short citation shown to people.

    ``written_as`` is ``key@day`` as in the file. A correction applies from ``effective_from``, the day of the value
    that it ``corrects`` (its ``written_as``), and was recorded later. ``recorded_on`` is None for a value that has
    stood there from the beginning.
    """

    key: str
    value: Any
    unit: str
    kind: str
    clause: str
    text: str
    source: str
    effective_from: date
    content_hash: str
    written_as: str = ""
    recorded_on: date | None = None
    corrects: str = ""
    certainty: str = ""
    decided_by: str = ""

    @property
    def is_provisional(self) -> bool:
        """True until somebody confirms the value; such a value works and is shown amber."""
        return self.kind == "provisional"

    @property
    def is_open(self) -> bool:
        """True where the rule is known to exist and its value is not: ``value`` is None."""
        return self.kind == OPEN

    @property
    def is_local(self) -> bool:
        """True of a decision that this installation has added to the rules it was shipped with."""
        return self.kind == LOCAL


@dataclass(frozen=True)
class Entry:
    """All values of one key, by the day from which they apply; of one day the correction follows what it corrects."""

    key: str
    rules: tuple[Rule, ...]

    def on(self, day: date) -> Rule:
        """The rule of that day, not of today, corrections applied. Raises LookupError before the first value."""
        for rule in reversed(self.rules):
            if rule.effective_from <= day:
                return rule
        raise LookupError(f"{self.key} has no value on {day}")

    def on_latest(self) -> Rule:
        return self.rules[-1]

    def known_on(self, day: date | None) -> Entry | None:
        """The entry as it was recorded by that day; None for what has stood there from the beginning."""
        known = tuple(rule for rule in self.rules if _was_known(rule, day))
        return Entry(self.key, known) if known else None


def _was_known(rule: Rule, day: date | None) -> bool:
    return rule.recorded_on is None or (day is not None and rule.recorded_on <= day)


class Rulebook(Mapping[str, Entry]):
    """Every entry by its key, such as ``footage.retention_days``."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._earlier: dict[date | None, Rulebook] = {}

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def value(self, key: str, day: date) -> Any:
        """Raises :class:`OpenRule` where the value is still open."""
        rule = self._entries[key].on(day)
        if rule.is_open:
            raise OpenRule(f"{key} is open: {rule.source}")
        return rule.value

    def rules(self) -> Iterator[Rule]:
        """Every value, corrected ones and corrections alike."""
        return (rule for entry in self._entries.values() for rule in entry.rules)

    def hashes(self) -> dict[str, str]:
        """``key@day`` to content hash, for every value: what the guard against silent changes compares."""
        return {rule.written_as: rule.content_hash for rule in self.rules()}

    @cached_property
    def last_recorded_on(self) -> date | None:
        """The day of the newest correction or late entry; what is stored beside a verdict to find this book again."""
        return max((rule.recorded_on for rule in self.rules() if rule.recorded_on), default=None)

    def known_on(self, day: date | None) -> Rulebook:
        """The book without what was recorded after that day; None leaves out every correction and late entry."""
        if day is not None and (self.last_recorded_on is None or day >= self.last_recorded_on):
            return self
        if day not in self._earlier:
            entries = {key: known for key, entry in self.items() if (known := entry.known_on(day))}
            self._earlier[day] = Rulebook(entries)
        return self._earlier[day]


def load(folder: Path | None = None, decisions: Path | None = None) -> Rulebook:
    """Read every ``*.yaml`` below the folder, and the installation's own decisions if it has a folder of them.

    Raises :class:`RulesError` listing all faults at once.
    """
    problems: list[str] = []
    contents = dict(_contents(folder or FOLDER, problems))
    if decisions:
        contents, faults = with_decisions(contents, decisions)
        problems += faults
    if problems:
        raise RulesError("\n".join(problems))
    return Rulebook({key: _entry(key, raw) for key, raw in contents.items()})


def _contents(root: Path, problems: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Sound entries by key, as they stand in the files; the faults of all others go to ``problems``."""
    known: set[str] = set()
    for file in sorted(root.rglob("*.yaml")):
        name = file.relative_to(root).as_posix()
        try:
            content = read_yaml(file)
        except YamlFault as error:
            problems.append(f"{name}: {error}")
            continue
        for key, raw in content.items():
            faults = entry_faults(name, key, raw, is_known=key in known)
            problems += [f"{name}: {key}: {fault}" for fault in faults]
            if not faults:
                known.add(key)
                yield key, raw


def _entry(key: str, raw: dict[str, Any]) -> Entry:
    """A dated value may carry its own kind, clause or text: that is how a provisional one becomes confirmed."""
    words = {name: raw.get(name, "") for name in WORDS}
    rules: dict[str, Rule] = {}
    for day, cell in sorted(raw["values"].items()):
        rule = _rule(key, day, words | cell, rules)
        rules[rule.written_as] = rule
    return Entry(key, tuple(sorted(rules.values(), key=lambda rule: rule.effective_from)))  # stable: corrections last


def _rule(key: str, day: date, shown: dict[str, Any], earlier: dict[str, Rule]) -> Rule:
    corrected = earlier.get(shown.get("corrects", ""))
    later: dict[str, Any] = {name: shown[name] for name in LATER if name in shown}
    if corrected:
        later["recorded_on"] = day
    return Rule(
        key=key,
        **{name: shown[name] for name in (*WORDS, "value", "source")},
        effective_from=corrected.effective_from if corrected else day,
        content_hash=content_hash({"key": key, "day": day.isoformat(), **shown}),
        written_as=f"{key}@{day}",
        **later,
    )


class _Installation:
    """Which decisions this process goes by; set once, at its start."""

    decisions: Path | None = None


def use_decisions(folder: Path | None) -> None:
    """From now on :func:`rulebook` is the shipped book with the decisions of this folder, or without any.

    Raises :class:`RulesError` at once where a decision does not fit.
    """
    if folder != _Installation.decisions:
        load(decisions=folder)
        _Installation.decisions = folder
        rulebook.cache_clear()


@cache
def rulebook() -> Rulebook:
    """The rulebook of this installation, read once."""
    return load(decisions=_Installation.decisions)

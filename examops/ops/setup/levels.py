"""Saves one level of the hierarchy: rows of one parent, matched by natural key, inserted or updated, never
deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from examops.core.clock import Clock
from examops.core.database import Base, db
from examops.ops.setup.outcome import SetupResult, difference
from examops.ops.setup.plan import SetupItem, body_key
from examops.organisations.models import Body

R = TypeVar("R", bound=Base)
E = TypeVar("E", bound=SetupItem)


@dataclass(frozen=True)
class Level(Generic[R]):
    """``kind`` is the word for its rows, ``keys`` the columns that find one under its parent, ``name`` what it is
    called."""

    kind: str
    model: type[R]
    keys: tuple[str, ...]
    name: Callable[[R], str]


@dataclass
class Run:
    """One run inside one transaction of the system scope. ``owner`` is the key of the body, or empty."""

    clock: Clock
    outcome: SetupResult = field(default_factory=SetupResult)
    owner: str = ""

    def save_rows(
        self, level: Level[R], entries: Iterable[E], parent: Mapping[str, Any], more: Mapping[str, Any], place: str
    ) -> list[tuple[E, R]]:
        """Insert or update a row for each entry; returns (entry, row) pairs. All rows have the columns ``parent``, new
        ones ``more`` as well. ``place`` names the parent in the report."""
        query = select(level.model).filter_by(**parent).order_by(level.model.id)  # type: ignore[attr-defined]
        known = {tuple(getattr(row, key) for key in level.keys): row for row in db.session.execute(query).scalars()}
        found = []
        for entry in entries:
            row = known.pop(tuple(entry.get(key) for key in level.keys), None)
            if row is None:
                row = self._add(level, {**more, **parent, **entry.at_first, **entry.facts}, place)
            else:
                self.update(level.kind, row, entry.facts, words_of(place, level.name(row)))
            found.append((entry, row))
        for row in known.values():
            self.outcome.leave(level.kind, words_of(place, level.name(row)))
        return found

    def _add(self, level: Level[R], columns: Mapping[str, Any], place: str) -> R:
        row = level.model(**columns)
        db.session.add(row)
        db.session.flush()
        self.outcome.add(self._owner_of(row), level.kind, words_of(place, level.name(row)))
        return row

    def update(self, kind: str, row: Base, facts: Mapping[str, Any], words: str) -> None:
        """Set the columns that differ from ``facts`` and report them."""
        changes = {name: after for name, after in facts.items() if getattr(row, name) != after}
        if changes:
            self.tell_change(kind, row, changes, words)
            for name, after in changes.items():
                setattr(row, name, after)

    def tell_change(self, kind: str, row: Base, changes: Mapping[str, Any], words: str) -> None:
        """Before they are written."""
        listed = "，".join(difference(name, getattr(row, name), after) for name, after in changes.items())
        self.outcome.change(self._owner_of(row), kind, f"{words}：{listed}")

    def _owner_of(self, row: Base) -> str:
        return body_key(row.credit_code, row.kind) if isinstance(row, Body) else self.owner


def words_of(place: str, name: str) -> str:
    return f"{place} {name}".strip()

"""Invariants asked of the database in SQL: one line for each row that breaks the promise."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from examops.core.clock import Clock
from examops.core.database import db


def faults(query: str, words: str, **values: object) -> list[str]:
    """One line for each row of ``query``, worded by its columns."""
    return [words.format(**row) for row in db.session.execute(text(query), values).mappings()]


def without_clock(find: Callable[[], list[str]]) -> Callable[[Clock], list[str]]:
    """A check that needs no clock."""
    return lambda clock: find()

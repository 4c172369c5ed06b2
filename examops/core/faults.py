"""Invariants as SQL queries: one line for each row that violates one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from examops.core.clock import Clock
from examops.core.database import db


def faults(query: str, words: str, **values: object) -> list[str]:
    """``words`` as a format string, filled with the columns of each row of ``query``."""
    return [words.format(**row) for row in db.session.execute(text(query), values).mappings()]


def without_clock(find: Callable[[], list[str]]) -> Callable[[Clock], list[str]]:
    """A check that needs no clock."""
    return lambda clock: find()

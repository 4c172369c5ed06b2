"""What the rules say of a ground: its clause, and how long a removal on it bars the entity by itself."""

from __future__ import annotations

from datetime import date

from config.rulebook import rulebook
from examops.exits.states import GROUNDS


def clause_of(ground: str, day: date) -> str:
    return rulebook()[GROUNDS[ground]].on(day).clause


def bar_months(ground: str, day: date) -> int:
    """For how long a removal on this ground bars the entity by itself; 0 where it does not."""
    book = rulebook()
    return int(book.value("exit.bar_months", day)) if ground in book.value("exit.bar_grounds", day) else 0

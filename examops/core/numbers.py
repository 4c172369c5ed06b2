"""Consecutive numbers for people to read, such as 2026-0417: batches, sessions, applications.

Each counter is one row, locked while it advances: no number is left out, since a transaction that fails gives its
numbers back, and everybody who wants one waits for the transaction before. Where a hole does no harm and many want a
number at once, as with tickets, a sequence of the database gives them (examops/sessions/booking/tickets.py).
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, db


class NumberCounter(Base):
    __tablename__ = "number_counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


def next_number(name: str, count: int = 1) -> int:
    """Reserve ``count`` numbers of this name; returns the first."""
    statement = text(
        "INSERT INTO number_counter (name, value) VALUES (:name, :count)"
        " ON CONFLICT (name) DO UPDATE SET value = number_counter.value + :count RETURNING value"
    )
    return int(db.session.execute(statement, {"name": name, "count": count}).scalar_one()) - count + 1

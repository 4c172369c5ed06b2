"""Rows without an order come in any: `make test ARGS="-p tests.shuffled"` shuffles what no ORDER BY puts in order.

PostgreSQL gives such rows back as they lie in the table, which is the order they were written in until the space of
deleted rows is used again. What reads them so works on most days and fails on one; here it fails at once.
"""

from __future__ import annotations

from sqlalchemy import Select, event, func
from sqlalchemy.orm import ORMExecuteState, Session


@event.listens_for(Session, "do_orm_execute")
def _shuffle(state: ORMExecuteState) -> None:
    if isinstance(state.statement, Select) and _is_unordered(state.statement):
        state.statement = state.statement.order_by(func.random())


def _is_unordered(statement: Select[tuple[object, ...]]) -> bool:
    """Grouped and distinct rows may only be ordered by what they have."""
    ordered = statement._order_by_clauses or statement._group_by_clauses or statement._distinct
    return not ordered and statement._limit_clause is None

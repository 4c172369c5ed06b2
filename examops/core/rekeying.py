"""What a domain keeps under the installation's secret, and how it is written anew when the secret is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, func, select, update

from examops.core.database import db
from examops.core.keys import Keyring


@dataclass(frozen=True)
class Change:
    """A change of the secret. Since ``before`` no process writes under the one of before any more."""

    ring: Keyring
    before: datetime


@dataclass(frozen=True)
class Batch:
    """Rows up to ``last`` (inner number; None: there are no more) were looked at, ``written`` of them written anew.

    ``unread``: inner numbers of rows that neither secret opens, or that cannot be written.
    """

    last: int | None
    written: int
    unread: tuple[int, ...] = ()


@dataclass(frozen=True)
class KeyedStore:
    """Sealed texts or keyed hashes in the columns ``columns`` (``table.column``); ``words`` names them for operators.

    ``count_left`` says how many rows are not under the present secret; ``write_batch(change, after, most)`` writes up
    to ``most`` rows behind the inner number ``after`` anew. Both run in a transaction of the caller, in every scope.
    """

    columns: tuple[str, ...]
    words: str
    count_left: Callable[[Change], int]
    write_batch: Callable[[Change, int, int], Batch]


def is_under_another(sealed: Any, ring: Keyring) -> ColumnElement[bool]:
    """An SQL condition: the sealed column is not under the present secret."""
    return func.get_byte(sealed, 0) != ring.key_id


def sealed_store(words: str, sealed: Any, columns: Sequence[Any], anew: Callable[[Keyring, Any], Any]) -> KeyedStore:
    """The store of a table of bodies. ``anew(ring, row)`` gives the changed values of a row of ``columns``."""
    model = sealed.class_

    def count_left(change: Change) -> int:
        query = select(func.count()).select_from(model).where(is_under_another(sealed, change.ring))
        return int(db.session.execute(query).scalar_one())

    def write_batch(change: Change, after: int, most: int) -> Batch:
        query = select(model.id, *columns).where(model.id > after, is_under_another(sealed, change.ring))
        query = query.order_by(model.id).limit(most).with_for_update(skip_locked=True)
        rows = db.session.execute(query).all()
        values, unread = opened(rows, lambda row: anew(change.ring, row))
        if values:
            db.session.execute(update(model), [{"id": number, **changed} for number, changed in values])
        return Batch(rows[-1].id if rows else None, len(values), unread)

    names = tuple(f"{model.__tablename__}.{column.key}" for column in columns)
    return KeyedStore(names, words, count_left, write_batch)


def opened(rows: Sequence[Any], anew: Callable[[Any], Any]) -> tuple[list[tuple[int, Any]], tuple[int, ...]]:
    """``(id, anew(row))`` of each row that opens, and the ids of those that do not."""
    values, unread = [], []
    for row in rows:
        try:
            values.append((row.id, anew(row)))
        except InvalidTag:
            unread.append(row.id)
    return values, tuple(unread)

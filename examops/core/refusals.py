"""Broken constraints as refusals: the database has the last word, and people read why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.transaction import broken_constraint


@contextmanager
def constraints_as(refusals: Mapping[str, Callable[[], DomainError]]) -> Iterator[None]:
    """Write inside a savepoint; the refusal of a broken constraint, by its name, instead of the database's error.

    A constraint that is not named stays an :class:`IntegrityError`. Either way the block's writes are undone, and the
    transaction can go on.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        refusal = refusals.get(broken_constraint(error))
        if refusal is None:
            raise
        raise refusal() from error

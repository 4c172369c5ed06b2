"""Entries of a batch, each by itself: one that cannot be taken in must not stop the recorder's spool."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.exc import OperationalError, StatementError

from examops.core.database import db
from examops.core.errors import DomainError, Kind
from examops.web.inputs import UNPRINTABLE

log = logging.getLogger("examops.recorders")
# What odd content raises, in our code and in the database's. A database that is away or busy is not among it.
ODD = (DomainError, StatementError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)


def each(entries: Iterable[Any], take: Callable[[Any], Any], refuse: Callable[[Any], Any]) -> list[Any]:
    """``take`` every entry in a savepoint of its own; what raises for its content is undone and goes to ``refuse``."""
    answers = []
    for entry in entries:
        try:
            with db.session.begin_nested():
                answers.append(take(entry))
        except ODD as error:
            if is_ours(error):
                raise
            log.warning("an entry is refused: %s", type(error).__name__)
            answers.append(refuse(entry))
    return answers


def is_ours(error: Exception) -> bool:
    """Whether the failure lies with us, so that the whole call is worth another try."""
    if isinstance(error, DomainError):
        return error.kind is Kind.UNAVAILABLE
    return isinstance(error, OperationalError)


def uid_of(entry: Any, name: str) -> str:
    """What an entry calls itself, fit to be answered and logged."""
    uid = entry.get(name) if isinstance(entry, dict) else None
    return UNPRINTABLE.sub("", uid)[:64] if isinstance(uid, str) else ""

"""Transactions belong to entry points (route, job, command); no function that they call commits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from examops.core.database import db
from examops.core.errors import Busy
from examops.core.language import N_
from examops.core.scope import Scope, scoped

T = TypeVar("T")
RETRIED = {"40P01", "40001", "55P03"}  # deadlock, serialisation, lock timeout


@contextmanager
def transaction(scope: Scope | None = None) -> Iterator[None]:
    """Commit at the end, roll back on any exception. A given scope holds for this transaction only."""
    if scope is None:
        yield from _unit()
        return
    db.session.rollback()  # a read of the caller may have opened a transaction under another scope
    with scoped(scope):
        yield from _unit()


def _unit() -> Iterator[None]:
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE behind a SQLAlchemy error, or an empty text."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def broken_constraint(error: BaseException) -> str:
    """The name of the violated constraint, or an empty text."""
    diag = getattr(getattr(error, "orig", None), "diag", None)
    return getattr(diag, "constraint_name", None) or ""


def retried(work: Callable[[], T], *, attempts: int = 4, rng: random.Random | None = None) -> T:
    """Run ``work``, which opens its own transaction, up to ``attempts`` times while it meets a deadlock, a lock timeout
    or a serialisation failure. Raises :class:`Busy` after the last attempt."""
    rng = rng or random.Random()
    for attempt in range(attempts):
        try:
            return work()
        except DBAPIError as error:
            if sqlstate(error) not in RETRIED:
                raise
            time.sleep(0.02 * 2**attempt * (1 + rng.random()))
    raise Busy(N_("刚才有很多人同时操作，请再点一次"))

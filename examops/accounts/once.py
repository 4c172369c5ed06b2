"""What a signed-in caller of the API adds, once for each of their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from examops.accounts.guard import current_actor
from examops.core.extensions import clock
from examops.core.idempotency import run_idempotent
from examops.core.transaction import retried, transaction

Made = dict[str, Any]


class Owner(NamedTuple):
    """Of an answer that is kept before there is a row of its own."""

    body_id: int
    district: str


def done_once(key: str, given: Made, find: Callable[[], Any], do: Callable[[Any], Made]) -> Made:
    """``do`` with the row that ``find`` finds (a body, or one of its rows), once for this key; the answer is JSON."""

    def work() -> Made:
        with transaction():
            row = find()
            of = row if hasattr(row, "body_id") else Owner(row.id, row.district)
            request = [do.__qualname__, str(row.uid), {name: str(value) for name, value in given.items()}]
            return run_idempotent(key, request, lambda: do(row), of=of, actor=current_actor(), clock=clock())

    return retried(work)

"""A job on a row that somebody waits for: when it fails for a reason nobody foresaw, the row is given back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import Message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction


class Cancelled(Exception):
    """Somebody cancelled while it ran."""


@contextmanager
def given_back(model: Any, uid: uuid.UUID, *, working: str, state: str, fault: Message, clock: Clock) -> Iterator[None]:
    """On any unexpected error, a row of ``model`` still in the state ``working`` goes to ``state`` with the words
    ``fault``. The model has the columns ``uid``, ``state``, ``fault`` and ``finished_at``.

    The error itself goes on to the queue, which keeps the job as failed and logs it for the operators.
    """
    try:
        yield
    except Exception:
        with transaction(SYSTEM):
            query = select(model).where(model.uid == uid).with_for_update()
            # As it stands now, not as the job read it: somebody may have cancelled meanwhile.
            row = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
            if row.state == working:
                row.state, row.fault, row.finished_at = state, fault, clock.now()
        raise

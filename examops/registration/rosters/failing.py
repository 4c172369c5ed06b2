"""A job on a roster that fails for a reason nobody foresaw: the coordinator gets the roster back, with a word."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import Message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Roster


@contextmanager
def given_back(uid: uuid.UUID, *, working: str, state: str, fault: Message, clock: Clock) -> Iterator[None]:
    """On any unexpected error, a roster still in the state ``working`` goes to ``state`` with the words ``fault``.

    The error itself goes on to the queue, which keeps the job as failed and logs it for the operators.
    """
    try:
        yield
    except Exception:
        with transaction(SYSTEM):
            query = select(Roster).where(Roster.uid == uid).with_for_update()
            # As it stands now, not as the job read it: somebody may have cancelled meanwhile.
            roster = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
            if roster.state == working:
                roster.state, roster.fault, roster.finished_at = state, fault, clock.now()
        raise

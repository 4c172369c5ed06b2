"""Timed work of sign-in."""

from __future__ import annotations

from examops.accounts.browser_sessions import purge_sessions
from examops.accounts.throttle import purge_attempts
from examops.core.extensions import clock
from examops.core.idempotency import forget_answers
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction


@queue.task(name="accounts.purge_attempts", queue="timed")
def purge() -> Message | str:
    with transaction(SYSTEM):
        count = purge_attempts(clock()) + forget_answers(clock()) + purge_sessions(clock())
    return message(N_("清理 {count} 条"), count=count) if count else ""

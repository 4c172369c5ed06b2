"""Timed work of the register."""

from __future__ import annotations

from config.rulebook import rulebook
from examops.core.extensions import clock, store
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.organisations.openings.keeping import erase_due


@queue.task(name="organisations.erase_openings", queue="timed")
def erase() -> Message | str:
    with transaction(SYSTEM):
        count = erase_due(clock(), rulebook(), store())
    return message(N_("删除 {count} 件到期的开户申请"), count=count) if count else ""

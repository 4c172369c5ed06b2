"""Queued and timed work of filings."""

from __future__ import annotations

from uuid import UUID

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.extensions import clock, keyring, store
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.lists.erasing import erase_due
from examops.filings.lists.examining import examine_list

LISTS = Actor.system(N_("名册处理"))


@queue.task(name="filings.examine_list", queue="default")
def examine(list_uid: str) -> Message | str:
    return examine_list(UUID(list_uid), actor=LISTS, clock=clock(), store=store(), ring=keyring())


@queue.task(name="filings.erase_lists", queue="timed")
def erase() -> Message | str:
    """A few lists in each transaction, until none is due."""
    erased = 0
    while True:
        with transaction(SYSTEM):
            done = erase_due(clock(), rulebook(), store(), actor=LISTS)
        if not done:
            return message(N_("抹去 {count} 份名册里的人"), count=erased) if erased else ""
        erased += done

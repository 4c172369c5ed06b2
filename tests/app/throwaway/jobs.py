"""Timed work of lost items."""

from __future__ import annotations

from examops.core.actor import Actor
from examops.core.extensions import clock
from examops.core.jobs import queue
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.app.throwaway.service import give_up_old


@queue.task(name="throwaway.give_up", queue="timed")
def give_up() -> str:
    with transaction(SYSTEM):
        count = give_up_old(actor=Actor.system("give-up-lost-items"), clock=clock())
    return f"转交 {count} 件" if count else ""

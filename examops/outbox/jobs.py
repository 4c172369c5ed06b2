"""Timed work of the outbox."""

from __future__ import annotations

from examops.core.extensions import clock, settings
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.outbox.delivery import deliver_due, purge_sent
from examops.outbox.senders import senders_of


@queue.task(name="outbox.deliver", queue="timed")
def deliver() -> Message | str:
    done = deliver_due(senders_of(settings()), clock())
    if not any(vars(done).values()):
        return ""
    return message(N_("发出 {sent}，稍后再试 {failed}，放弃 {given_up}，过期未发 {expired}"), **vars(done))


@queue.task(name="outbox.purge", queue="timed")
def purge() -> Message | str:
    with transaction(SYSTEM):
        count = purge_sent(clock())
    return message(N_("清理 {count} 条"), count=count) if count else ""

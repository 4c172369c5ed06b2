"""Notices are taken up: none that is due lies about while its channel is set."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from examops.core.clock import Clock
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import settings
from examops.outbox.models import TO_SEND, OutboxNotice
from examops.outbox.senders import senders_of

LATE = timedelta(hours=1)


def left_lying(clock: Clock) -> list[str]:
    """Due for an hour without another try: the job does not run, or passes them over."""
    channels, due = list(senders_of(settings())), clock.now() - LATE
    query = (
        select(OutboxNotice.channel, func.count(), func.min(OutboxNotice.next_try))
        .where(OutboxNotice.state.in_(TO_SEND), OutboxNotice.channel.in_(channels), OutboxNotice.next_try < due)
        .group_by(OutboxNotice.channel)
    )
    found = db.session.execute(query).all()
    return [f"{count} 条 {channel} 通知该发没发，最早的应在 {oldest:%F %T} UTC" for channel, count, oldest in found]


INVARIANTS = (Invariant("notices-are-taken-up", "该发的通知一小时内都试过", "5.20", left_lying),)

"""What may be done with lost items. The caller owns the transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from tests.app.throwaway.models import LostItem
from tests.app.throwaway.tags import Tag

KEPT_DAYS = 30


def give_up_old(*, actor: Actor, clock: Clock) -> int:
    """Give up what was kept for longer than KEPT_DAYS; returns how many."""
    now_on = today(clock)
    query = select(LostItem).where(LostItem.state == "kept", LostItem.found_on < now_on - timedelta(days=KEPT_DAYS))
    items = list(db.session.execute(query.with_for_update()).scalars())
    for item in items:
        item.state = "given_up"
        kept_days = (now_on - item.found_on).days
        record(Tag.ITEM_GIVEN_UP, actor, item, words=item.thing, at=clock.now(), kept_days=kept_days)
    return len(items)

"""Terms are working days, so they follow the calendar: once the holidays of a year are entered, terms that run into it
are counted anew. A body's own term never gets shorter, since its letter names the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from examops.audit import record
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.filings.clocks import ACTOR, BODY, counted_anew
from examops.filings.models import Filing, FilingDecision
from examops.filings.states import CLOCKS, FilingState
from examops.filings.tags import Tag
from examops.filings.telling import tell_of_term

# State with a term → the act on whose day the term began.
BEGUN_BY = {
    FilingState.SUBMITTED: "submitted",
    FilingState.DISTRICT_REVIEWED: "reviewed",
    FilingState.RETURNED: "returned",
}
_BEGAN = or_(*(and_(Filing.state == state, FilingDecision.act == act) for state, act in BEGUN_BY.items()))
RUNNING = (
    select(Filing.id, Filing.number, Filing.state, Filing.due_on, func.max(FilingDecision.acted_at).label("begun_at"))
    .join(FilingDecision, and_(FilingDecision.filing_id == Filing.id, _BEGAN))
    .where(Filing.due_on.is_not(None))
    .group_by(Filing.id)
    .order_by(Filing.id)
)


def outdated_terms() -> Iterator[Any]:
    """Filings whose term ends on another day by the calendar as it is now: ``id``, ``number``."""
    for row in db.session.execute(RUNNING):
        if _ends_on(row.state, row.begun_at, row.due_on) != row.due_on:
            yield row


def recount_term(filing_id: int, clock: Clock) -> bool:
    """Whether the term moved. Another worker's row, and one that somebody dealt with meanwhile, is passed over."""
    query = select(Filing).where(Filing.id == filing_id).with_for_update(skip_locked=True)
    filing = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    row = db.session.execute(RUNNING.where(Filing.id == filing_id)).one_or_none()
    if filing is None or row is None:
        return False
    before, after = row.due_on, _ends_on(row.state, row.begun_at, row.due_on)
    if before == after:
        return False
    filing.due_on = after
    if after >= today(clock):
        filing.overdue_at = filing.head_told_at = None
    db.session.flush()
    record(
        Tag.FILING_RECOUNTED,
        ACTOR,
        filing,
        words=filing.number,
        at=clock.now(),
        before=before.isoformat(),
        after=after.isoformat(),
    )
    if filing.clock_owner == BODY:
        tell_of_term(filing, before, clock=clock)
    return True


def _ends_on(state: str, begun_at: datetime, due_on: date) -> date:
    owner, rule = CLOCKS[FilingState(state)]
    return counted_anew(owner, rule, begun_at, due_on)

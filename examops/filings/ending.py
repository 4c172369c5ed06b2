"""A body that is removed has nothing left to add to or renew: what it had in hand of that kind ends with the exit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.language import message
from examops.filings.clocks import owners
from examops.filings.editing import ON_TOP
from examops.filings.labels import ACTS
from examops.filings.models import Filing, FilingDecision
from examops.filings.states import OFFICES_OF_CLOCKS, OPEN_STATES, FilingState
from examops.filings.tags import Tag
from examops.filings.telling import recipients_of_body, tell_of_end
from examops.organisations.models import Body
from examops.specifications import give_back, hold, versions_with

ENDED = "ended"


def hold_on_top(body_id: int) -> Sequence[Filing]:
    """Its open amendment or renewal, locked: before the body, as whoever decides it does."""
    mine = Filing.body_id == body_id, Filing.kind.in_(ON_TOP), Filing.state.in_(OPEN_STATES)
    query = select(Filing).where(*mine).order_by(Filing.id).with_for_update()
    return db.session.execute(query.execution_options(populate_existing=True)).scalars().all()


def end_on_top(body: Body, case_number: str, clause: str, *, actor: Actor, clock: Clock) -> list[Filing]:
    """End them, with a word to the body and to whoever had one in hand. What was filled in stays to be read; versions
    that went with it are drafts again. A decision that is set aside later brings none back."""
    found = list(hold_on_top(body.id))
    for filing in found:
        _end(filing, body, case_number, clause, actor, clock)
    return found


def _end(filing: Filing, body: Body, case_number: str, clause: str, actor: Actor, clock: Clock) -> None:
    before = filing.state
    office = owners(filing, clock.now()) if filing.clock_owner in OFFICES_OF_CLOCKS else []
    versions = versions_with(filing.id)
    hold(versions)
    db.session.add(
        FilingDecision(
            **owner_of(filing),
            filing_id=filing.id,
            act=ENDED,
            reason=case_number,
            clause=clause,
            officer=actor.uid,
            officer_name=actor.name,
            officer_role=actor.role,
            acted_at=clock.now(),
        )
    )
    filing.state, filing.due_on, filing.clock_owner = FilingState.WITHDRAWN, None, ""
    filing.clock_officer, filing.clock_officer_name = None, ""
    filing.overdue_at = filing.head_told_at = None
    give_back(versions, keep=False)
    tell_of_end(filing, body, case_number, [*recipients_of_body(filing), *office], clock=clock)
    words = message("{number} {act}", number=filing.number, act=message(ACTS[ENDED]))
    after = str(filing.state)
    record(Tag.FILING_ACTED, actor, filing, words=words, before=before, after=after, reason=case_number)


def ended_with(body_id: int, case_number: str) -> Sequence[Filing]:
    """What this exit ended."""
    query = select(Filing).join(FilingDecision, FilingDecision.filing_id == Filing.id)
    mine = Filing.body_id == body_id, FilingDecision.act == ENDED, FilingDecision.reason == case_number
    return db.session.execute(query.where(*mine).order_by(Filing.id)).scalars().all()

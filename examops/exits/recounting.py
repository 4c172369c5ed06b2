"""Terms of exit cases follow the calendar: counted anew once the holidays of a year they run into are entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db
from examops.exits.models import ExitCase
from examops.exits.notices import tell_term
from examops.exits.recheck.following import NIGHT
from examops.exits.states import CLOCKS, CaseState
from examops.exits.tags import Tag
from examops.filings import counted_anew
from examops.organisations.models import Body

RUNNING = select(ExitCase).where(ExitCase.state.in_(tuple(CLOCKS)), ExitCase.due_on.is_not(None)).order_by(ExitCase.id)


def outdated_terms() -> Iterator[ExitCase]:
    """Cases whose term ends on another day by the calendar as it is now."""
    for case in db.session.execute(RUNNING).scalars():
        if _ends_on(case) != case.due_on:
            yield case


def recount_terms(clock: Clock) -> int:
    """How many terms moved; the body is told where it is its own."""
    cases = db.session.execute(RUNNING.with_for_update(skip_locked=True)).scalars().all()
    return sum(_recount(case, clock) for case in cases if _ends_on(case) != case.due_on)


def _recount(case: ExitCase, clock: Clock) -> bool:
    before, case.due_on = case.due_on, _ends_on(case)
    if case.state == CaseState.TOLD:
        case.hearing_until = case.due_on
        tell_term(case, db.session.get_one(Body, case.body_id), clock)
    db.session.flush()
    words, after = case.number, str(case.due_on)
    record(Tag.RECOUNTED, NIGHT, case, words=words, at=clock.now(), before=str(before), after=after)
    return True


def _ends_on(case: ExitCase) -> date | None:
    owner, rule = CLOCKS[CaseState(case.state)]
    begun = {
        CaseState.DRAFTED: case.opened_at,
        CaseState.TOLD: case.told_at,
        CaseState.HEARD: case.heard_at,
        CaseState.WINDING_DOWN: case.decided_at,
    }[CaseState(case.state)]
    return counted_anew(owner, rule, begun, case.due_on) if begun and case.due_on else case.due_on

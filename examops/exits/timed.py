"""What happens to cases by the clock: terms end, and bodies whose last session is over have left."""

from __future__ import annotations

from sqlalchemy import select

from examops.core.clock import Clock, today
from examops.core.database import db
from examops.exits.acting import end_term, settle
from examops.exits.models import ExitCase
from examops.exits.recheck.following import NIGHT
from examops.exits.states import CaseState
from examops.organisations.models import Body

BATCH = 200


def end_terms(clock: Clock) -> int:
    """Cases whose body could state its case until a day that is over."""
    due = select(ExitCase).where(ExitCase.state == CaseState.TOLD, ExitCase.hearing_until < today(clock)).limit(BATCH)
    rows = db.session.execute(due.with_for_update(skip_locked=True)).scalars().all()
    return sum(end_term(case, actor=NIGHT, clock=clock) for case in rows)


def settle_exits(clock: Clock) -> int:
    """Removed bodies without a session that runs or will be held, and cases without a session left to decide."""
    query = (
        select(ExitCase)
        .join(Body, Body.id == ExitCase.body_id)
        .where(
            (ExitCase.state == CaseState.WINDING_DOWN)
            | ((ExitCase.decision == "removed") & ExitCase.set_aside_at.is_(None) & (Body.state == "exiting"))
        )
        .order_by(ExitCase.id)
        .limit(BATCH)
    )
    rows = db.session.execute(query.with_for_update(skip_locked=True, of=ExitCase)).scalars().all()
    before = [db.session.get_one(Body, case.body_id).state for case in rows]
    for case in rows:
        settle(case, actor=NIGHT, clock=clock)
    after = [db.session.get_one(Body, case.body_id).state for case in rows]
    return sum(was != now for was, now in zip(before, after, strict=True))

"""What the check of some bodies reads, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select

from examops.core.clock import local_day
from examops.core.database import db
from examops.exits.models import ExitCase
from examops.exits.recheck.judging import Idleness
from examops.exits.recheck.models import RecheckFinding, RecheckStanding
from examops.exits.states import OPEN_STATES
from examops.filings import Dossier, FilingState, current_dossiers
from examops.filings.models import Filing
from examops.organisations.models import Body
from examops.sessions import SessionState
from examops.sessions.models import ExamSession

S = SessionState
HELD = (S.FINISHED, S.REPORTED, S.SENT_BACK, S.AUDITED, S.PUBLISHED, S.SEALED)


@dataclass(frozen=True)
class Gathered:
    """By body: what it is filed on, its last session, what was found before, its open cases by ground."""

    dossiers: dict[int, Dossier]
    idle: dict[int, Idleness]
    findings: dict[int, list[RecheckFinding]]
    cases: dict[tuple[int, str], ExitCase]
    standings: dict[int, RecheckStanding]


def due_bodies(day: date, most: int) -> Sequence[Body]:
    """Filed bodies that were not checked on that day yet, in order of their numbers."""
    checked = and_(RecheckStanding.body_id == Body.id, RecheckStanding.checked_on >= day)
    query = select(Body).where(Body.state == "filed", ~select(RecheckStanding.id).where(checked).exists())
    return db.session.execute(query.order_by(Body.id).limit(most)).scalars().all()


def gather(bodies: Sequence[Body]) -> Gathered:
    ids = [body.id for body in bodies]
    findings: dict[int, list[RecheckFinding]] = defaultdict(list)
    for row in _all(RecheckFinding, ids, RecheckFinding.gone_on.is_(None)):
        findings[row.body_id].append(row)
    return Gathered(
        dossiers=current_dossiers(ids),
        idle=_idle(bodies),
        findings=findings,
        cases={(row.body_id, row.ground): row for row in _all(ExitCase, ids, ExitCase.state.in_(OPEN_STATES))},
        standings={row.body_id: row for row in _all(RecheckStanding, ids)},
    )


def _all(table: Any, body_ids: Collection[int], *more: Any) -> list[Any]:
    query = select(table).where(table.body_id.in_(body_ids), *more).order_by(table.id)
    return list(db.session.execute(query).scalars())


def _idle(bodies: Sequence[Body]) -> dict[int, Idleness]:
    ids = [body.id for body in bodies]
    last, here = _last_sessions(ids), _filed_here(ids)
    return {body.id: _idleness(body, last.get(body.id), body.id in here) for body in bodies}


def _filed_here(body_ids: Collection[int]) -> set[int]:
    """Bodies whose first filing was decided in this system, not on paper before it."""
    decided = Filing.state == FilingState.FILED, Filing.kind == "new"
    query = select(Filing.body_id).where(Filing.body_id.in_(body_ids), *decided).distinct()
    return set(db.session.execute(query).scalars())


def _idleness(body: Body, held: tuple[datetime, str] | None, is_filed_here: bool) -> Idleness:
    """``last_session_on`` of the body is what was known from before this system."""
    on, number = (local_day(held[0]), held[1]) if held else (None, "")
    if body.last_session_on and (on is None or body.last_session_on > on):
        on, number = body.last_session_on, ""
    return Idleness(body.filed_on, on, number, None if is_filed_here else local_day(body.created_at))


def _last_sessions(body_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    held = and_(ExamSession.body_id.in_(body_ids), ExamSession.state.in_(HELD))
    newest = select(ExamSession.body_id, func.max(ExamSession.ends_at).label("at")).where(held)
    last = newest.group_by(ExamSession.body_id).subquery()
    query = select(ExamSession.body_id, ExamSession.ends_at, ExamSession.number).join(
        last, and_(last.c.body_id == ExamSession.body_id, last.c.at == ExamSession.ends_at)
    )
    rows = db.session.execute(query.where(held).order_by(ExamSession.id)).all()
    return {row.body_id: (row.ends_at, row.number) for row in rows}

"""Lists: cases by whose turn it is and working days left, closed ones, findings of the nightly check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from examops.core.database import db
from examops.core.language import N_
from examops.core.paging import of_own_body, page_and_next
from examops.exits.history import told_to
from examops.exits.models import ExitCase
from examops.exits.recheck.models import RecheckFinding, RecheckStanding
from examops.exits.states import CLOCKS
from examops.filings import left_until
from examops.organisations.models import Body

MOST, PAGE = 200, 50
CASES: tuple[Any, ...] = (ExitCase, Body)
FINDINGS: tuple[Any, ...] = (RecheckFinding, Body, ExitCase)
OVERDUE, MINE, ELSEWHERE, CLOSED = "overdue", "mine", "elsewhere", "closed"
GROUPS = {
    OVERDUE: N_("已过期"),
    MINE: N_("轮到我办"),
    ELSEWHERE: N_("在别人手里"),
    CLOSED: N_("已办结"),
}


@dataclass(frozen=True)
class Listed:
    """``left``: working days until the clock ends, negative when it has; None without a clock."""

    case: ExitCase
    body: Body
    left: int | None
    group: str


def listed(role: str, day: date) -> dict[str, list[Listed]]:
    """By group, the most urgent first; of the closed ones the newest."""
    found: dict[str, list[Listed]] = {}
    for query in (open_query(role), closed_query(role)):
        for row in db.session.execute(query).all():
            one = listed_case(row.ExitCase, row.Body, role, day)
            found.setdefault(one.group, []).append(one)
    return {group: found[group] for group in GROUPS if group in found}


def listed_case(case: ExitCase, body: Body, role: str, day: date) -> Listed:
    """In its group, as this role sees it on ``day``."""
    left = left_until(day, case.due_on)
    if left is None:
        return Listed(case, body, None, CLOSED)
    if case.clock_owner != role:
        return Listed(case, body, left, ELSEWHERE)
    return Listed(case, body, left, OVERDUE if left < 0 else MINE)


def open_query(role: str = "") -> Select[Any]:
    query = _cases(role).where(ExitCase.state.in_(tuple(CLOCKS)))
    return query.order_by(ExitCase.due_on, ExitCase.id).limit(MOST)


def closed_query(role: str = "") -> Select[Any]:
    return _cases(role).where(ExitCase.state.not_in(tuple(CLOCKS))).order_by(ExitCase.id.desc()).limit(PAGE)


def all_query(role: str) -> Select[Any]:
    """For the workbook: everything in the scope."""
    return _cases(role).order_by(ExitCase.id)


def page_query(role: str, before: int) -> Select[Any]:
    """A page and one more, the newest first; ``before`` is the inner number of the last case of the page before."""
    query = _cases(role).where(ExitCase.id < before) if before else _cases(role)
    return query.order_by(ExitCase.id.desc()).limit(PAGE + 1)


def newest(role: str, before: int, day: date) -> tuple[list[Listed], int | None]:
    """A page of all cases told to this role, and the number to go on from."""
    rows, last = page_and_next(db.session.execute(page_query(role, before)).all(), PAGE)
    return [listed_case(row.ExitCase, row.Body, role, day) for row in rows], last.ExitCase.id if last else None


def _cases(role: str) -> Select[Any]:
    query = select(*CASES).join(Body, Body.id == ExitCase.body_id).where(told_to(role))
    return of_own_body(query, ExitCase.body_id)


def findings_query(kind: str, after: int) -> Select[Any]:
    """What lasts at filed bodies with the case about it, if any; a page and one more, oldest first."""
    query = select(*FINDINGS).join(Body, Body.id == RecheckFinding.body_id)
    query = query.outerjoin(ExitCase, ExitCase.id == RecheckFinding.case_id)
    query = query.where(RecheckFinding.gone_on.is_(None), Body.state == "filed", RecheckFinding.id > after)
    query = query.where(RecheckFinding.kind == kind) if kind else query
    return query.order_by(RecheckFinding.id).limit(PAGE + 1)


def failed_bodies() -> Sequence[Any]:
    """Filed bodies that the last night could not check: standing and body."""
    query = select(RecheckStanding, Body).join(Body, Body.id == RecheckStanding.body_id)
    query = query.where(RecheckStanding.state == "failed", Body.state == "filed").order_by(RecheckStanding.id)
    return db.session.execute(query.limit(MOST)).all()


def last_night() -> tuple[date | None, dict[str, int]]:
    """The newest day of a check, and how many bodies stand how."""
    query = select(RecheckStanding.state, func.count(), func.max(RecheckStanding.checked_on)).group_by(
        RecheckStanding.state
    )
    rows = db.session.execute(query).all()
    return max((row[2] for row in rows), default=None), {row[0]: row[1] for row in rows}


def finding_counts() -> dict[str, int]:
    query = select(RecheckFinding.kind, func.count()).join(Body, Body.id == RecheckFinding.body_id)
    query = query.where(RecheckFinding.gone_on.is_(None), Body.state == "filed").group_by(RecheckFinding.kind)
    return {row[0]: row[1] for row in db.session.execute(query)}

"""The offices' inbox: what is in hand, by working days left, whoever's turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from config.calendar import Calendar
from config.rulebook import Rulebook
from examops.core.database import db
from examops.core.language import N_
from examops.filings.models import Filing, FilingOccupation
from examops.filings.states import OPEN_STATES
from examops.organisations.models import Body

PAGE = 200
OVERDUE, TODAY, SOON, LATER, ELSEWHERE = "overdue", "today", "soon", "later", "elsewhere"
GROUPS = {
    OVERDUE: N_("已过期"),
    TODAY: N_("今天到期"),
    SOON: N_("{days} 个工作日内"),
    LATER: N_("以后"),
    ELSEWHERE: N_("在别人手里"),
}


@dataclass(frozen=True)
class Waiting:
    """``left``: working days until the clock ends, negative when it has; None without a clock."""

    filing: Filing
    body: Body
    occupations: list[FilingOccupation]
    left: int | None
    group: str


def waiting(role: str, day: date, calendar: Calendar, rules: Rulebook) -> dict[str, list[Waiting]]:
    """By group, the most urgent first. What is another role's turn stands at the end."""
    query = (
        select(Filing, Body)
        .join(Body, Body.id == Filing.body_id)
        .where(Filing.state.in_(OPEN_STATES), Filing.submitted_at.is_not(None))  # drafts are the body's alone
        .order_by(Filing.due_on.asc().nulls_last(), Filing.id)
        .limit(PAGE)
    )
    rows = db.session.execute(query).all()
    soon = rules.value("filing.due_soon_working_days", day)
    occupations = _occupations([row.Filing.id for row in rows])
    found: dict[str, list[Waiting]] = {}
    for row in rows:
        left = calendar.between(day, row.Filing.due_on) if row.Filing.due_on else None
        group = _group(left, soon) if row.Filing.clock_owner == role else ELSEWHERE
        one = Waiting(row.Filing, row.Body, occupations.get(row.Filing.id, []), left, group)
        found.setdefault(group, []).append(one)
    return {group: found[group] for group in GROUPS if group in found}


def _group(left: int | None, soon: int) -> str:
    if left is None or left > soon:
        return LATER
    return OVERDUE if left < 0 else TODAY if left == 0 else SOON


def _occupations(ids: list[int]) -> dict[int, list[FilingOccupation]]:
    query = select(FilingOccupation).where(FilingOccupation.filing_id.in_(ids)).order_by(FilingOccupation.id)
    found: dict[int, list[FilingOccupation]] = {}
    for row in db.session.execute(query).scalars():
        found.setdefault(row.filing_id, []).append(row)
    return found

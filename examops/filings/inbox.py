"""The offices' inbox: what is in hand, by working days left, whoever's turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from config.rulebook import Rulebook
from examops.core.database import db
from examops.core.language import N_, _
from examops.filings.clocks import left_until
from examops.filings.gathering import occupations_of
from examops.filings.models import Filing, FilingOccupation
from examops.filings.states import OPEN_STATES
from examops.offices import Represented
from examops.organisations.models import Body

PAGE = 200
# Centres decide nothing: what waits for the bureau beside them is where they help, with documents and records.
BESIDE = {"city_centre": "city_bureau", "district_centre": "district_bureau"}
OVERDUE, TODAY, SOON, LATER, ELSEWHERE = "overdue", "today", "soon", "later", "elsewhere"
GROUPS = {
    OVERDUE: N_("已过期"),
    TODAY: N_("今天到期"),
    SOON: N_("{days} 个工作日内"),
    LATER: N_("以后"),
    ELSEWHERE: N_("在别人手里"),
}


# What the page and its workbook say of each of up to two hundred.
_SHOWN = (
    load_only(*(getattr(Filing, name) for name in ("uid", "number", "kind", "state", "submitted_at", "decided_at"))),
    load_only(Filing.district, Filing.due_on, Filing.clock_owner, Filing.clock_officer, Filing.clock_officer_name),
    load_only(Body.name, Body.kind),
)


@dataclass(frozen=True)
class Waiting:
    """``left``: working days until the clock ends, negative when it has; None without a clock."""

    filing: Filing
    body: Body
    occupations: list[FilingOccupation]
    left: int | None
    group: str


def waiting(role: str, day: date, rules: Rulebook) -> dict[str, list[Waiting]]:
    """By group, the most urgent first. What is another role's turn stands at the end; a centre sees
    its bureau's turn."""
    query = (
        select(Filing, Body)
        .options(*_SHOWN)
        .join(Body, Body.id == Filing.body_id)
        .where(Filing.state.in_(OPEN_STATES), Filing.submitted_at.is_not(None))  # drafts are the body's alone
        .order_by(Filing.due_on.asc().nulls_last(), Filing.id)
        .limit(PAGE)
    )
    rows = db.session.execute(query).all()
    soon = rules.value("filing.due_soon_working_days", day)
    occupations = occupations_of([row.Filing.id for row in rows])
    found: dict[str, list[Waiting]] = {}
    office = BESIDE.get(role, role)
    for row in rows:
        left = left_until(day, row.Filing.due_on)
        group = _group(left, soon) if row.Filing.clock_owner == office else ELSEWHERE
        one = Waiting(row.Filing, row.Body, occupations.get(row.Filing.id, []), left, group)
        found.setdefault(group, []).append(one)
    return {group: found[group] for group in GROUPS if group in found}


def _group(left: int | None, soon: int) -> str:
    if left is None or left > soon:
        return LATER
    return OVERDUE if left < 0 else TODAY if left == 0 else SOON


@dataclass(frozen=True)
class Chip:
    """A part of the inbox. ``key``: mine, open, or the uid of somebody one acts for; empty for all."""

    key: str
    word: str
    count: int


def chips(groups: dict[str, list[Waiting]], own: UUID | None, represented: list[Represented]) -> list[Chip]:
    """All, what I have in hand, what nobody has, and what each has for whom I act now."""
    rows = [one for group, found in groups.items() for one in found if group != ELSEWHERE]
    parts = {"": _("全部"), "mine": _("我在办"), "open": _("没有人接")}
    parts |= {str(one.uid): _("代 {name}", name=one.name) for one in represented}
    return [Chip(key, word, sum(_is_of(one, key, own) for one in rows)) for key, word in parts.items()]


def part_of(groups: dict[str, list[Waiting]], key: str, own: UUID | None) -> dict[str, list[Waiting]]:
    if not key:
        return groups
    found = {group: [one for one in rows if _is_of(one, key, own)] for group, rows in groups.items()}
    return {group: rows for group, rows in found.items() if rows and group != ELSEWHERE}


def _is_of(one: Waiting, key: str, own: UUID | None) -> bool:
    holder = one.filing.clock_officer
    if key in ("", "open"):
        return not key or holder is None
    return holder == own if key == "mine" else str(holder) == key

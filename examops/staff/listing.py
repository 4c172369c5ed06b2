"""Who may be on duty for a body, with cards, and where else the same person is registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from examops.core.database import db
from examops.core.paging import of_own_body, page_and_next
from examops.organisations.models import Body
from examops.staff.models import Qualification, StaffMember
from examops.staff.persons import Registered, elsewhere

PAGE = 100


@dataclass(frozen=True)
class StaffLine:
    """``named`` are those of the person's other bodies that the reader may see; ``registered`` counts all of them."""

    member: StaffMember
    body: str
    cards: list[Qualification]
    registered: Registered
    named: list[str]


def staff_query(before: int) -> Select[Any]:
    """Active members, the newest first; ``before`` is the last one's inner number of the page before."""
    mine = of_own_body(select(StaffMember), StaffMember.body_id).where(StaffMember.is_active)
    query = mine.where(StaffMember.id < before) if before else mine
    named = query.add_columns(Body.short_name).join(Body, Body.id == StaffMember.body_id)
    return named.order_by(StaffMember.id.desc()).limit(PAGE + 1)


def staff_lines(before: int) -> tuple[list[StaffLine], int | None]:
    """A page, and the number to go on from."""
    rows, last = page_and_next(db.session.execute(staff_query(before)).all(), PAGE)
    members = [row.StaffMember for row in rows]
    cards, registered, bodies = _cards(members), elsewhere(members), _bodies(members)
    lines = [
        StaffLine(
            member,
            body,
            cards.get(member.id, []),
            registered[member.id],
            [name for number, name in bodies[member.person_id] if number != member.body_id],
        )
        for member, body in rows
    ]
    return lines, last.StaffMember.id if last else None


def _cards(members: Sequence[StaffMember]) -> dict[int, list[Qualification]]:
    query = select(Qualification).where(Qualification.staff_id.in_([member.id for member in members]))
    found: dict[int, list[Qualification]] = {}
    for card in db.session.execute(query.order_by(Qualification.valid_until.desc(), Qualification.id)).scalars():
        found.setdefault(card.staff_id, []).append(card)
    return found


def _bodies(members: Sequence[StaffMember]) -> dict[int, list[tuple[int, str]]]:
    """By person, the visible bodies that registered them."""
    query = (
        select(StaffMember.person_id, Body.id, Body.short_name)
        .join(Body, Body.id == StaffMember.body_id)
        .where(StaffMember.person_id.in_({member.person_id for member in members}))
        .distinct()
        .order_by(Body.short_name, Body.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for person, body, name in db.session.execute(query):
        found.setdefault(person, []).append((body, name))
    return found

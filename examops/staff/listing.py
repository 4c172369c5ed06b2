"""Who may be on duty for a body, with what they are, and where else the same person is registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from config.rulebook import Rulebook
from examops.core.database import among, db
from examops.core.paging import of_own_body, page_and_next
from examops.organisations.models import Body
from examops.staff.cards import card_state, cards_of_members
from examops.staff.models import Qualification, StaffMember
from examops.staff.persons import Registered, elsewhere

PAGE = 100


@dataclass(frozen=True)
class StaffLine:
    """``cards`` each with its state today; ``named`` are those of the person's other bodies that the reader may see;
    ``registered`` counts all of them."""

    member: StaffMember
    body: str
    cards: list[tuple[Qualification, str]]
    registered: Registered
    named: list[str]


def staff_query(before: int) -> Select[Any]:
    """Active members, the newest first; ``before`` is the last one's inner number of the page before."""
    mine = of_own_body(select(StaffMember), StaffMember.body_id).where(StaffMember.is_active)
    query = mine.where(StaffMember.id < before) if before else mine
    named = query.add_columns(Body.short_name).join(Body, Body.id == StaffMember.body_id)
    return named.order_by(StaffMember.id.desc()).limit(PAGE + 1)


def staff_lines(before: int, day: date, rules: Rulebook) -> tuple[list[StaffLine], int | None]:
    """A page, and the number to go on from."""
    rows, last = page_and_next(db.session.execute(staff_query(before)).all(), PAGE)
    return _lines(rows, day, rules), last.StaffMember.id if last else None


def staff_line(member: StaffMember, day: date, rules: Rulebook) -> StaffLine:
    body = db.session.execute(select(Body.short_name).where(Body.id == member.body_id)).scalar_one()
    return _lines([(member, body)], day, rules)[0]


def _lines(rows: Sequence[Any], day: date, rules: Rulebook) -> list[StaffLine]:
    members = [member for member, _body in rows]
    cards = cards_of_members([member.id for member in members])
    registered, bodies = elsewhere(members), _bodies(members)
    return [
        StaffLine(
            member,
            body,
            [(card, card_state(card, day, rules)) for card in cards.get(member.id, [])],
            registered[member.id],
            [name for number, name in bodies[member.person_id] if number != member.body_id],
        )
        for member, body in rows
    ]


def ending_soon(day: date, rules: Rulebook) -> int:
    """How many cards of active people end within the rule's days and count until then."""
    last = day + timedelta(days=rules.value("staff.card_warn_days", day))
    query = (
        of_own_body(select(func.count()), Qualification.body_id)
        .select_from(Qualification)
        .join(StaffMember, StaffMember.id == Qualification.staff_id)
        .where(StaffMember.is_active, Qualification.valid_until.between(day, last), Qualification.valid_from <= day)
    )
    return int(db.session.execute(query).scalar_one())


def _bodies(members: Sequence[StaffMember]) -> dict[int, list[tuple[int, str]]]:
    """By person, the visible bodies that registered them."""
    query = (
        select(StaffMember.person_id, Body.id, Body.short_name)
        .join(Body, Body.id == StaffMember.body_id)
        .where(among(StaffMember.person_id, {member.person_id for member in members}))
        .distinct()
        .order_by(Body.short_name, Body.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for person, body, name in db.session.execute(query):
        found.setdefault(person, []).append((body, name))
    return found

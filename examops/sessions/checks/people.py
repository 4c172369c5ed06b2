"""People on duty as the checks see them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from examops.core.database import db
from examops.sessions.checks.facts import Card
from examops.staff.models import Qualification


def cards_of(staff_ids: Iterable[int]) -> dict[int, tuple[Card, ...]]:
    """Every card, valid or not, by inner number of the staff member."""
    query = select(Qualification).where(Qualification.staff_id.in_(list(staff_ids))).order_by(Qualification.id)
    return cards_by_person(db.session.execute(query).scalars())


def cards_by_person(rows: Iterable[Qualification]) -> dict[int, tuple[Card, ...]]:
    """The same of rows that were read already."""
    found: dict[int, list[Card]] = {}
    for row in rows:
        card = Card(row.kind, row.occupation_code, row.valid_from, row.valid_until, tuple(row.levels))
        found.setdefault(row.staff_id, []).append(card)
    return {staff_id: tuple(cards) for staff_id, cards in found.items()}

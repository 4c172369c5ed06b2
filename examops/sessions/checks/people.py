"""People on duty as the checks see them."""

from __future__ import annotations

from collections.abc import Iterable

from examops.sessions.checks.facts import Card
from examops.staff.models import Qualification


def cards_by_person(rows: Iterable[Qualification]) -> dict[int, tuple[Card, ...]]:
    """Every card, valid or not, by inner number of the staff member."""
    found: dict[int, list[Card]] = {}
    for row in rows:
        card = Card(row.kind, row.occupation_code, row.valid_from, row.valid_until, tuple(row.levels))
        found.setdefault(row.staff_id, []).append(card)
    return {staff_id: tuple(cards) for staff_id, cards in found.items()}

"""What the city changed of the catalogue from a day on: each decision with the value before and after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from config.occupations import Occupation, catalogue
from config.rulebook import rulebook
from examops.catalogue.decisions import decisions_of
from examops.catalogue.labels import value_label, value_words
from examops.catalogue.models import CatalogueDecision
from examops.catalogue.occupations import find_occupation
from examops.catalogue.values import values_of
from examops.core.database import db
from examops.core.language import Message


@dataclass(frozen=True)
class ValueChange:
    """``level`` is "" for what holds for every level; ``what`` is the key without it."""

    uid: UUID
    occupation: Occupation
    what: str
    level: str
    label: Message
    before: Message
    after: Message
    valid_from: date
    valid_until: date | None
    document_number: str
    decided_at: datetime


def changes_decided_since(moment: datetime) -> list[ValueChange]:
    """Of every occupation, the oldest first; a decision that changes no value is none."""
    recent = select(CatalogueDecision.occupation_code).where(CatalogueDecision.created_at >= moment).distinct()
    codes = db.session.execute(recent).scalars().all()
    return _changes([one for one in decisions_of(codes) if one.created_at >= moment], decisions_of(codes))


def changes_between(codes: Collection[str], after: date, until: date) -> list[ValueChange]:
    """Of these occupations, those that count from a day after ``after`` on, up to ``until``."""
    rows = decisions_of(codes)
    return _changes([one for one in rows if after < one.valid_from <= until], rows)


def _changes(wanted: Iterable[CatalogueDecision], rows: Sequence[CatalogueDecision]) -> list[ValueChange]:
    found = (_change(one, rows) for one in sorted(wanted, key=lambda one: one.id))
    return [one for one in found if one]


def _change(row: CatalogueDecision, rows: Sequence[CatalogueDecision]) -> ValueChange | None:
    """None where the value stays, or where the catalogue has lost the occupation or the value."""
    occupation, earlier = find_occupation(row.occupation_code), [one for one in rows if one.revision < row.revision]
    if occupation is None:
        return None
    before, after = (
        values_of(occupation, row.valid_from, rulebook(), catalogue(), known).get(row.key)
        for known in (earlier, [*earlier, row])
    )
    if before is None or after is None or before.value == after.value:
        return None
    what, _dot, level = row.key.partition(".")
    return ValueChange(
        uid=row.uid,
        occupation=occupation,
        what=what,
        level=level,
        label=value_label(row.key),
        before=value_words(what, before.value),
        after=value_words(what, after.value),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        document_number=row.document_number,
        decided_at=row.created_at,
    )

"""The city's decisions as a column of somebody else's statement: whoever reads a row reads what was decided with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from examops.catalogue.models import CatalogueDecision


@dataclass(slots=True)
class Decided:
    """What counts of a :class:`CatalogueDecision`, and since when it is known."""

    occupation_code: str
    key: str
    revision: int
    kind: str
    value: dict[str, Any]
    base_hash: str
    document_number: str
    reason: str
    valid_from: date
    valid_until: date | None
    decided_at: datetime


_COLUMNS = (
    CatalogueDecision.occupation_code,
    CatalogueDecision.key,
    CatalogueDecision.revision,
    CatalogueDecision.kind,
    CatalogueDecision.value,
    CatalogueDecision.base_hash,
    CatalogueDecision.document_number,
    CatalogueDecision.reason,
    CatalogueDecision.valid_from,
    CatalogueDecision.valid_until,
    CatalogueDecision.created_at,
)


def decisions_column(code: Any, level: Any) -> Any:
    """A column, for columns of occupation and level: everything decided about that level, for :func:`decided_of`."""
    about = (CatalogueDecision.occupation_code == code, func.split_part(CatalogueDecision.key, ".", 2) == level)
    return select(func.jsonb_agg(func.jsonb_build_array(*_COLUMNS))).where(*about).scalar_subquery()


def decided_of(column: Iterable[Sequence[Any]] | None, known_by: datetime | None = None) -> tuple[Decided, ...]:
    """What :func:`decisions_column` answered; without what was decided after ``known_by``, if that is given."""
    found = (_decided(row) for row in column or ())
    return tuple(one for one in found if known_by is None or one.decided_at <= known_by)


def _decided(row: Sequence[Any]) -> Decided:
    *told, since, until, at = row
    code, key, revision, kind, value, base_hash, number, reason = told
    day = date.fromisoformat
    days = day(since), day(until) if until else None
    return Decided(code, key, revision, kind, value, base_hash, number, reason, *days, datetime.fromisoformat(at))

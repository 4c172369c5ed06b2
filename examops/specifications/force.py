"""Which specification a body's candidates are judged by, as eligibility takes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from config.rulebook import rulebook
from examops.core.database import db
from examops.eligibility import Specified
from examops.organisations.models import Body
from examops.specifications.models import OWN_KINDS, Specification, WorkPlan


def in_force_for(body: Body, day: date) -> dict[tuple[str, str], Specification]:
    """By (occupation code, level) the specification that stands in place of the national standard now; none for a kind
    of body whose candidates are judged by national standards alone."""
    if body.kind not in rulebook().value("specification.replaces_standard", day):
        return {}
    query = select(Specification).where(Specification.body_id == body.id, func.upper_inf(Specification.valid))
    rows = db.session.execute(query.where(Specification.kind.in_(OWN_KINDS))).scalars()
    return {(row.occupation_code, level): row for row in rows for level in row.levels}


def plan_in_force(body_id: Any, moment: Any) -> ColumnElement[bool]:
    """An SQL condition on work plans: the one of this body that is, or was, in force at this moment."""
    return and_(WorkPlan.body_id == body_id, WorkPlan.valid.contains(moment))


def specified(row: Specification, level: str, chosen_at: datetime) -> Specified:
    """What a verdict keeps of it: which version, its hash, and the condition lines of the level."""
    return Specified(
        uid=str(row.uid),
        name=row.name,
        version=row.version,
        hash=row.hash,
        chosen_at=chosen_at.isoformat(),
        text=row.levels[level]["text"],
        lines=tuple(row.levels[level]["conditions"]),
    )


def specifications_by_id(ids: Iterable[int | None]) -> dict[int, Specification]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    query = select(Specification).where(Specification.id.in_(wanted))
    return {row.id: row for row in db.session.execute(query).scalars()}

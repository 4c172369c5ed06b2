"""Invariants of legal entities: one name at a time, no entity above itself; with those of the directory."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, text

from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.domain import Invariant
from examops.organisations.directory import invariants as directory
from examops.organisations.models import Body, FormerName, LegalEntity

ABOVE_THEMSELVES = text("""
    WITH RECURSIVE above AS (
      SELECT id, parent_id FROM legal_entity WHERE parent_id IS NOT NULL
      UNION
      SELECT above.id, legal_entity.parent_id FROM above JOIN legal_entity ON legal_entity.id = above.parent_id)
    SELECT DISTINCT name FROM above JOIN legal_entity USING (id) WHERE above.parent_id = above.id ORDER BY name""")


def entities_named_twice(clock: Clock) -> list[str]:
    return [*_bodies_of_another_name(), *_former_names_that_last(clock), *_above_themselves()]


def _bodies_of_another_name() -> Iterator[str]:
    joined = select(Body.name, LegalEntity.name.label("entity")).join(
        LegalEntity, LegalEntity.id == Body.legal_entity_id
    )
    for row in db.session.execute(joined.where(Body.name != LegalEntity.name).order_by(Body.id)):
        yield f"机构“{row.name}”和所属单位“{row.entity}”名称不同：更名只在单位页上办"


def _former_names_that_last(clock: Clock) -> Iterator[str]:
    query = select(FormerName.name, FormerName.until_on).where(FormerName.until_on >= today(clock))
    for row in db.session.execute(query.order_by(FormerName.id)):
        yield f"曾用名“{row.name}”用到 {row.until_on}，这一天还没有过去"


def _above_themselves() -> Iterator[str]:
    for name in db.session.execute(ABOVE_THEMSELVES).scalars():
        yield f"单位“{name}”是自己的上级"


INVARIANTS = (
    Invariant(
        "one-name-at-a-time", "单位和它的机构同名，曾用名已经过去，没有单位是自己的上级", "5.24", entities_named_twice
    ),
    *directory.INVARIANTS,
)

"""The list of legal entities: found by name, former name or credit code, a page at a time by credit code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from examops.core.database import among
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.paging import page_and_next
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.web.api import LenientSchema
from examops.web.inputs import ShortText

PAGE = 50


class SearchSchema(LenientSchema):
    """``after``: the credit code after which the page begins."""

    q = ShortText(60)
    after = ShortText(40)


def page_of(asked: Mapping[str, Any]) -> tuple[list[LegalEntity], str | None]:
    """What was asked for by :class:`SearchSchema`, and the credit code after which the next page begins."""
    rows, last = page_and_next(read_records(matching(asked).limit(PAGE + 1)), PAGE)
    return rows, last.credit_code if last else None


def matching(asked: Mapping[str, Any]) -> Select[LegalEntity]:
    query = select(LegalEntity).where(LegalEntity.credit_code > asked["after"]).order_by(LegalEntity.credit_code)
    if asked["q"]:
        former = select(FormerName.legal_entity_id).where(FormerName.name.contains(asked["q"], autoescape=True))
        query = query.where(
            or_(
                LegalEntity.name.contains(asked["q"], autoescape=True),
                LegalEntity.credit_code == asked["q"].upper(),
                LegalEntity.id.in_(former),
            )
        )
    return query


def bodies_of(entities: Any) -> dict[int, list[Body]]:
    """By inner number of the entity, those in the scope, the oldest first."""
    found: dict[int, list[Body]] = {one.id: [] for one in entities}
    for body in _bodies_of(list(found)):
        found[body.legal_entity_id].append(body)
    return found


@records_of
def _bodies_of(entity_ids: list[int]) -> Select[Body]:
    return select(Body).where(among(Body.legal_entity_id, entity_ids)).order_by(Body.id)


def body_of(entity: LegalEntity, uid: UUID) -> Body:
    """Raises :class:`NotFound` for a body of another entity, or one outside of the scope."""
    found = next((one for one in bodies_of([entity])[entity.id] if one.uid == uid), None)
    if found is None:
        raise NotFound(N_("这个单位没有这个机构，或不在您的管理范围内"), advice=N_("回到单位页重新选"))
    return found

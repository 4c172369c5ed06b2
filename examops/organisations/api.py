"""``/api/v1``: legal entities with their bodies, searched as on the page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from marshmallow import Schema, fields, validate

from examops.accounts import REGULATORS, guarded, roles_only
from examops.core.clock import today
from examops.core.extensions import clock
from examops.organisations.bars import bar_of
from examops.organisations.entities import Standing, entity_by_uid, former_names
from examops.organisations.labels import BODY_KINDS, BODY_STATES, INDUSTRIES, RELATIONS
from examops.organisations.listing import SearchSchema, bodies_of, page_of
from examops.organisations.models import Body, LegalEntity
from examops.web.api import JsonBlueprint, ListPageSchema
from examops.web.inputs import ShortText

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("entities_api", __name__, url_prefix="/api/v1", description="Legal entities and their bodies"),
        roles_only(*REGULATORS),
    ),
)


class EntityPageSchema(SearchSchema):
    """As the page's search; the place in the list is named as in every list of the API."""

    after = ShortText(40, data_key="before", metadata={"description": "`next` of the page before"})


class BodySchema(Schema):
    uid = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(BODY_KINDS)))
    state = fields.Str(required=True, validate=validate.OneOf(list(BODY_STATES)))
    name = fields.Str(required=True)
    district = fields.Str(required=True)


class EntitySchema(Schema):
    uid = fields.UUID(required=True)
    credit_code = fields.Str(required=True)
    name = fields.Str(required=True)
    district = fields.Str(required=True)
    industry = fields.Str(required=True, validate=validate.OneOf(["", *INDUSTRIES]))
    bodies = fields.List(fields.Nested(BodySchema), required=True, metadata={"description": "Those in the scope"})


class FormerNameSchema(Schema):
    name = fields.Str(required=True)
    until_on = fields.Date(required=True, metadata={"description": "The last day on which it held"})
    document_number = fields.Str(required=True)


class ParentSchema(Schema):
    uid = fields.UUID(required=True)
    credit_code = fields.Str(required=True)
    name = fields.Str(required=True)


class EntityWholeSchema(EntitySchema):
    former_names = fields.List(fields.Nested(FormerNameSchema), required=True, metadata={"description": "Newest first"})
    parent = fields.Nested(ParentSchema, required=True, allow_none=True)
    relation = fields.Str(required=True, validate=validate.OneOf(["", *RELATIONS]))
    representative = fields.Str(required=True, metadata={"description": "The legal representative; empty if unknown"})
    bar_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "Last day without a new filing; null: no bar holds"}
    )


class EntitiesSchema(ListPageSchema):
    entities = fields.List(fields.Nested(EntitySchema), required=True, metadata={"description": "By credit code"})


@bp.get("/entities")
@bp.arguments(EntityPageSchema, location="query")
@bp.reads(EntitiesSchema)
def list_entities(asked: dict[str, Any]) -> dict[str, Any]:
    """Legal entities by credit code, found by the name of today, a former one or the code."""
    rows, following = page_of(asked)
    bodies = bodies_of(rows)
    return {"entities": [_entity(row, bodies[row.id]) for row in rows], "next": following}


@bp.get("/entities/<uuid:entity_uid>")
@bp.reads(EntityWholeSchema, 404)
def one_entity(entity_uid: UUID) -> dict[str, Any]:
    """One legal entity with former names, what stands above it, its bodies, and the bar that holds today."""
    row = entity_by_uid(entity_uid)
    now, bar = Standing.of(row), bar_of(row.id, today(clock()))
    more = {"former_names": former_names(row.id), "parent": now.parent, "relation": now.relation}
    more["representative"] = now.representative
    return _entity(row, bodies_of([row])[row.id]) | more | {"bar_until": bar.until_on if bar else None}


def _entity(row: LegalEntity, bodies: list[Body]) -> dict[str, Any]:
    names = ("uid", "credit_code", "name", "district", "industry")
    return {name: getattr(row, name) for name in names} | {"bodies": bodies}

"""``/api/v1``: legal entities with their bodies, searched as on the page."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import Schema, fields, validate

from examops.accounts import REGULATORS, guarded, roles_only
from examops.organisations.labels import BODY_KINDS, BODY_STATES, INDUSTRIES
from examops.organisations.listing import SearchSchema, bodies_of, page_of
from examops.organisations.models import Body, LegalEntity
from examops.web.api import PERSON_READS, JsonBlueprint
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


class EntitiesSchema(Schema):
    entities = fields.List(fields.Nested(EntitySchema), required=True, metadata={"description": "By credit code"})
    next = fields.Str(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


@bp.get("/entities")
@bp.doc(security=PERSON_READS)
@bp.arguments(EntityPageSchema, location="query")
@bp.response(200, EntitiesSchema)
def list_entities(asked: dict[str, Any]) -> dict[str, Any]:
    """Legal entities by credit code, found by the name of today, a former one or the code."""
    rows, following = page_of(asked)
    bodies = bodies_of(rows)
    return {"entities": [_entity(row, bodies[row.id]) for row in rows], "next": following}


def _entity(row: LegalEntity, bodies: list[Body]) -> dict[str, Any]:
    names = ("uid", "credit_code", "name", "district", "industry")
    return {name: getattr(row, name) for name in names} | {"bodies": bodies}

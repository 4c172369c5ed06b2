"""``/api/v1``: versions of specifications and work plans, as on their page."""

from __future__ import annotations

from typing import Any, cast

from flask import g
from marshmallow import Schema, fields, validate

from config.levels import LETTERS
from examops.accounts import REGULATORS, guarded, roles_only
from examops.organisations.models import Body
from examops.specifications.blueprint import BODY
from examops.specifications.listing import versions_page
from examops.specifications.models import KINDS, STATES, Specification, Version, WorkPlan
from examops.web.api import PERSON_READS, JsonBlueprint
from examops.web.inputs import WholeNumber
from examops.web.pages import BeforeNumberSchema

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint(
            "specifications_api", __name__, url_prefix="/api/v1", description="Specifications and work plans of bodies"
        ),
        roles_only(*BODY, *REGULATORS),
    ),
)


class VersionPageSchema(BeforeNumberSchema):
    before = WholeNumber(load_default=0, metadata={"description": "`next` of the page before; 0 for the first"})


class VersionLineSchema(Schema):
    """One version of one body's; ``valid_from`` is null until the city files it, ``valid_until`` until the next one."""

    uid = fields.UUID(required=True)
    body = fields.Str(required=True)
    body_uid = fields.UUID(required=True)
    version = fields.Int(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(STATES))
    hash = fields.Str(required=True, metadata={"description": "SHA-256 of its content; empty until it is handed in"})
    valid_from = fields.AwareDateTime(required=True, allow_none=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)


class SpecificationSchema(VersionLineSchema):
    name = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    occupation_code = fields.Str(required=True)
    national_version = fields.Str(required=True, metadata={"description": "For the kind national; else empty"})
    levels = fields.List(fields.Str(validate=validate.OneOf(LETTERS)), required=True)


class WorkPlanSchema(VersionLineSchema):
    line_count = fields.Int(required=True)


class SpecificationsSchema(Schema):
    specifications = fields.List(fields.Nested(SpecificationSchema), required=True)
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


class WorkPlansSchema(Schema):
    work_plans = fields.List(fields.Nested(WorkPlanSchema), required=True)
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


@bp.get("/specifications")
@bp.doc(security=PERSON_READS)
@bp.arguments(VersionPageSchema, location="query")
@bp.response(200, SpecificationsSchema)
def list_specifications(page: dict[str, Any]) -> dict[str, Any]:
    """The newest versions of specifications: a body's own with its drafts, or what was handed in to the office."""
    rows, following = versions_page(Specification, page["before"], is_body=g.role in BODY)
    return {"specifications": [_specification(row, body) for row, body in rows], "next": following}


@bp.get("/work-plans")
@bp.doc(security=PERSON_READS)
@bp.arguments(VersionPageSchema, location="query")
@bp.response(200, WorkPlansSchema)
def list_work_plans(page: dict[str, Any]) -> dict[str, Any]:
    """The newest versions of work plans: a body's own with its drafts, or what was handed in to the office."""
    rows, following = versions_page(WorkPlan, page["before"], is_body=g.role in BODY)
    return {
        "work_plans": [_version(row, body) | {"line_count": len(row.lines)} for row, body in rows],
        "next": following,
    }


def _specification(row: Specification, body: Body) -> dict[str, Any]:
    names = ("name", "kind", "occupation_code", "national_version")
    own = {name: getattr(row, name) for name in names} | {"levels": list(row.levels)}
    return _version(row, body) | own


def _version(row: Version, body: Body) -> dict[str, Any]:
    valid = {
        "valid_from": row.valid.lower if row.valid else None,
        "valid_until": row.valid.upper if row.valid else None,
    }
    names = ("uid", "version", "state", "hash")
    return {name: getattr(row, name) for name in names} | {"body": body.name, "body_uid": body.uid} | valid

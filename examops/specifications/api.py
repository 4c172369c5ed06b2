"""``/api/v1``: versions of specifications and work plans, as on their page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from config.levels import LETTERS, order_of
from examops.accounts import REGULATORS, guarded, roles_only
from examops.catalogue import PARTS
from examops.core.database import db
from examops.organisations.models import Body
from examops.specifications.blueprint import BODY, told
from examops.specifications.content import AnyVersion, faults_of
from examops.specifications.editing import plan_by_uid, specification_by_uid
from examops.specifications.listing import versions_page
from examops.specifications.models import KINDS, STATES, Specification, Version, WorkPlan
from examops.web.api import JsonBlueprint
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


class SpecifiedLevelSchema(Schema):
    level = fields.Str(required=True, validate=validate.OneOf(LETTERS))
    text = fields.Str(required=True, metadata={"description": "Words of the conditions; empty for the kind national"})
    conditions = fields.List(
        fields.Dict(keys=fields.Str()),
        required=True,
        metadata={"description": "Lines of which one must hold, as docs/design/eligibility.md says"},
    )
    parts = fields.List(fields.Str(validate=validate.OneOf(list(PARTS))), required=True)
    minutes = fields.Dict(keys=fields.Str(), values=fields.Int(), required=True, metadata={"description": "By part"})
    pass_mark = fields.Int(required=True, metadata={"description": "Of a hundred"})


class SpecificationWholeSchema(SpecificationSchema):
    written_by = fields.Str(required=True)
    written_at = fields.AwareDateTime(required=True, allow_none=True)
    seen = fields.Int(required=True, metadata={"description": "Of the newest save, for the next one"})
    content = fields.List(
        fields.Nested(SpecifiedLevelSchema), required=True, metadata={"description": "Lowest level first"}
    )
    lacking = fields.List(
        fields.Str(), required=True, metadata={"description": "Of a draft: what stands in the way of handing it in"}
    )


class PlanLineSchema(Schema):
    occupation_code = fields.Str(required=True)
    level = fields.Str(required=True, validate=validate.OneOf(LETTERS))
    parts = fields.List(fields.Str(validate=validate.OneOf(list(PARTS))), required=True)
    pass_mark = fields.Int(required=True, metadata={"description": "Of a hundred"})
    carry_over_months = fields.Int(required=True, metadata={"description": "How long a part that was passed counts"})
    site = fields.Str(required=True, metadata={"description": "Name of the site; empty where none is chosen yet"})
    site_uid = fields.Str(required=True, metadata={"description": "Empty where none is chosen yet"})
    examiners = fields.Int(required=True)
    proctors = fields.Int(required=True)


class WorkPlanWholeSchema(WorkPlanSchema):
    written_by = fields.Str(required=True)
    written_at = fields.AwareDateTime(required=True, allow_none=True)
    seen = fields.Int(required=True, metadata={"description": "Of the newest save, for the next one"})
    lines = fields.List(fields.Nested(PlanLineSchema), required=True)
    lacking = fields.List(
        fields.Str(), required=True, metadata={"description": "Of a draft: what stands in the way of handing it in"}
    )


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
@bp.arguments(VersionPageSchema, location="query")
@bp.reads(SpecificationsSchema)
def list_specifications(page: dict[str, Any]) -> dict[str, Any]:
    """The newest versions of specifications: a body's own with its drafts, or what was handed in to the office."""
    rows, following = versions_page(Specification, page["before"], is_body=g.role in BODY)
    return {"specifications": [_specification(row, body) for row, body in rows], "next": following}


@bp.get("/work-plans")
@bp.arguments(VersionPageSchema, location="query")
@bp.reads(WorkPlansSchema)
def list_work_plans(page: dict[str, Any]) -> dict[str, Any]:
    """The newest versions of work plans: a body's own with its drafts, or what was handed in to the office."""
    rows, following = versions_page(WorkPlan, page["before"], is_body=g.role in BODY)
    return {
        "work_plans": [_version(row, body) | {"line_count": len(row.lines)} for row, body in rows],
        "next": following,
    }


@bp.get("/specifications/<uuid:specification_uid>")
@bp.reads(SpecificationWholeSchema, 404)
def one_specification(specification_uid: UUID) -> dict[str, Any]:
    """One version of a specification with what it says of each level; to offices none that was not handed in."""
    return whole_specification(told(specification_by_uid(specification_uid)))


def whole_specification(row: Specification) -> dict[str, Any]:
    content = [{"level": level, **row.levels[level]} for level in sorted(row.levels, key=order_of)]
    return _specification(row, _body(row)) | _written(row) | {"content": content}


@bp.get("/work-plans/<uuid:plan_uid>")
@bp.reads(WorkPlanWholeSchema, 404)
def one_work_plan(plan_uid: UUID) -> dict[str, Any]:
    """One version of a work plan, line by line; to offices none that was not handed in."""
    return whole_plan(told(plan_by_uid(plan_uid)))


def whole_plan(row: WorkPlan) -> dict[str, Any]:
    return _version(row, _body(row)) | _written(row) | {"line_count": len(row.lines), "lines": map(_line, row.lines)}


def _body(row: AnyVersion) -> Body:
    return db.session.get_one(Body, row.body_id)


def _written(row: AnyVersion) -> dict[str, Any]:
    lacking = [str(one) for one in faults_of(row)] if row.state == "draft" else []
    return {"written_by": row.written_by, "written_at": row.written_at, "seen": row.edits, "lacking": lacking}


def _line(line: dict[str, Any]) -> dict[str, Any]:
    own = {"occupation_code": line["occupation"], "site": line["site_name"], "site_uid": line["site"]}
    names = ("level", "parts", "pass_mark", "carry_over_months", "examiners", "proctors")
    return own | {name: line[name] for name in names}


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

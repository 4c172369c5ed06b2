"""``/api/v1/opening-requests``: requests of bodies to be registered, as an office reads them on the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import Schema, fields, validate

from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.paging import key_of, newest_first, page_and_next
from examops.organisations.api import bp
from examops.organisations.labels import BODY_KINDS, BODY_STATES
from examops.organisations.models import Body
from examops.organisations.openings.deciding import request_by_uid, shown_query
from examops.organisations.openings.known import KnownEntity, known_entities, other_requests
from examops.organisations.openings.labels import PARTS
from examops.organisations.openings.models import FORMATS, OpeningRequest
from examops.organisations.openings.states import SHOWN
from examops.web.api import LenientSchema, ListPageSchema
from examops.web.inputs import OneOf, ShortText

PAGE = 50
LISTED = ("uid", "number", "state", "name", "credit_code", "kind", "district", "proven_at", "decided_at", "reason")
WHOLE = ("representative", "code_reason", "address", "telephone", "person", "mobile", "email")


class OpeningPageSchema(LenientSchema):
    """``part``: what waits, or all; the newest first."""

    part = OneOf(PARTS, load_default="waiting")
    before = ShortText(80, metadata={"description": "`next` of the page before"})


class OpeningSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(SHOWN))
    name = fields.Str(required=True)
    credit_code = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(BODY_KINDS)))
    district = fields.Str(required=True)
    proven_at = fields.AwareDateTime(required=True, metadata={"description": "When the mobile was proven"})
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.Str(required=True, metadata={"description": "Name of the officer; empty while it waits"})
    reason = fields.Str(required=True, metadata={"description": "Why it was returned or refused"})


class KnownBodySchema(Schema):
    kind = fields.Str(required=True, validate=validate.OneOf(list(BODY_KINDS)))
    short_name = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(list(BODY_STATES)))


class KnownEntitySchema(Schema):
    uid = fields.UUID(required=True)
    name = fields.Str(required=True)
    credit_code = fields.Str(required=True)
    district = fields.Str(required=True)
    is_same_code = fields.Bool(required=True, metadata={"description": "false: the name is similar"})
    bodies = fields.List(fields.Nested(KnownBodySchema), required=True)
    bar_until = fields.Date(required=True, allow_none=True, metadata={"description": "null: no bar holds"})
    bar_clause = fields.Str(required=True, metadata={"description": "Empty where no bar holds"})


class OpeningCertificateSchema(Schema):
    name = fields.Str(required=True)
    format = fields.Str(required=True, validate=validate.OneOf(FORMATS))
    size = fields.Int(required=True, metadata={"description": "Bytes"})
    sha256 = fields.Str(required=True)
    address = fields.Str(required=True, metadata={"description": "Of the file; each look at it is written down"})


class OtherOpeningSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    person = fields.Str(required=True)


class OpeningWholeSchema(OpeningSchema):
    representative = fields.Str(required=True)
    code_reason = fields.Str(required=True, metadata={"description": "Why a doubtful credit code is right"})
    address = fields.Str(required=True)
    telephone = fields.Str(required=True)
    person = fields.Str(required=True)
    mobile = fields.Str(required=True)
    email = fields.Str(required=True)
    known = fields.List(
        fields.Nested(KnownEntitySchema), required=True, metadata={"description": "Same code or a similar name"}
    )
    certificate = fields.Nested(OpeningCertificateSchema, required=True)
    others = fields.List(
        fields.Nested(OtherOpeningSchema), required=True, metadata={"description": "Of the same code, waiting too"}
    )
    body = fields.UUID(required=True, allow_none=True, metadata={"description": "That was registered by it"})


class OpeningsSchema(ListPageSchema):
    requests = fields.List(fields.Nested(OpeningSchema), required=True, metadata={"description": "Newest first"})


@bp.get("/opening-requests")
@bp.arguments(OpeningPageSchema, location="query")
@bp.reads(OpeningsSchema)
def list_openings(asked: dict[str, Any]) -> dict[str, Any]:
    """Requests of bodies to be registered, of the office's district; those whose mobile is not proven are not in it."""
    query = shown_query(asked["part"])
    found = newest_first(query, OpeningRequest.proven_at, OpeningRequest.id, asked["before"] or None, PAGE)
    rows, last = page_and_next(db.session.execute(found).scalars().all(), PAGE)
    return {"requests": [opening_line(row) for row in rows], "next": key_of(last.proven_at, last.id) if last else None}


@bp.get("/opening-requests/<uuid:opening_uid>")
@bp.reads(OpeningWholeSchema, 404)
def one_opening(opening_uid: UUID) -> dict[str, Any]:
    """One request, with what is registered already under its code or a similar name, and the bars that hold."""
    row = request_by_uid(opening_uid)
    known = [_known(one) for one in known_entities(row, today(clock()))]
    beside = {"known": known, "others": other_requests(row), "certificate": _certificate(row)}
    body = db.session.get(Body, row.registered_id) if row.registered_id else None
    return opening_line(row) | {name: getattr(row, name) for name in WHOLE} | beside | {"body": body and body.uid}


def opening_line(row: OpeningRequest) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LISTED} | {"decided_by": row.decided_by_name}


def _certificate(row: OpeningRequest) -> dict[str, Any]:
    file, address = row.document, url_for("opening_queue.certificate", opening_uid=row.uid)
    told = {name: getattr(file, name) for name in ("name", "format", "size")}
    return told | {"sha256": bytes(file.digest).hex(), "address": address}


def _known(one: KnownEntity) -> dict[str, Any]:
    bodies = [{"kind": kind, "short_name": short, "state": state} for kind, short, state in one.bodies]
    told = {name: getattr(one, name) for name in ("uid", "name", "credit_code", "district", "is_same_code")}
    bar = {"bar_until": one.bar.until_on if one.bar else None, "bar_clause": one.bar.clause if one.bar else ""}
    return told | {"bodies": bodies} | bar

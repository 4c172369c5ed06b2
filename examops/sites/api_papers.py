"""``/api/v1``: what is on record about a site: by what right the body has it, and what an officer saw there."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import g, request
from marshmallow import Schema, fields

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, needs
from examops.core.extensions import clock, store
from examops.core.language import N_
from examops.sites.api import bp
from examops.sites.blueprint import DISTRICT
from examops.sites.inputs import TenureSchema, VerificationSchema
from examops.sites.papers import enter_tenure, verify
from examops.sites.rooms import site_by_uid
from examops.web.api import IdempotencySchema
from examops.web.inputs import ShortText

WRITERS = ("coordinator",)
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PAPER = {"required": False, "content": dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), BYTES)}


class NewTenureSchema(TenureSchema):
    """``name``: of the document in the body of the request, where one is sent."""

    name = ShortText(120, label=N_("文件名"))


class TenureEnteredSchema(Schema):
    uid = fields.UUID(required=True)
    document_name = fields.Str(required=True, metadata={"description": "Empty where no document was sent"})


class NewVerificationSchema(VerificationSchema):
    """``verified_on``: the day on which the officer was there; ``note``: needed where it failed."""


class VerifiedSchema(Schema):
    uid = fields.UUID(required=True)


@bp.post("/sites/<uuid:site_uid>/tenures")
@bp.doc(requestBody=PAPER)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewTenureSchema, location="query")
@bp.writes(TenureEnteredSchema, 404, 409)
@needs(*WRITERS)
def add_tenure(once: dict[str, str], given: dict[str, Any], site_uid: UUID) -> dict[str, Any]:
    """Enter by what right a site is had; the body of the request is its document, PDF, JPEG or PNG, or empty."""
    data = request.get_data(cache=False)

    def enter(site: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "store": store(), "rules": rulebook()}
        told = (given["kind"], given["until_on"], given["document_number"])
        row = enter_tenure(site, *told, (given["name"], data), **options)
        return {"uid": str(row.uid), "document_name": row.document_name}

    asked = given | {"sha256": hashlib.sha256(data).hexdigest()}
    return done_once(once["key"], asked, lambda: site_by_uid(site_uid, g.grants, WRITERS), enter)


@bp.post("/sites/<uuid:site_uid>/verifications")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewVerificationSchema, example={"verified_on": "2026-11-20", "result": "passed"})
@bp.writes(VerifiedSchema, 404, 409)
@needs(*DISTRICT)
def add_verification(once: dict[str, str], given: dict[str, Any], site_uid: UUID) -> dict[str, Any]:
    """Enter what an officer of the site's district found there; the newest counts, and bears the caller's name."""

    def enter(site: Any) -> dict[str, Any]:
        told = (given["verified_on"], given["result"], given["note"])
        return {"uid": str(verify(site, *told, actor=current_actor(), clock=clock()).uid)}

    return done_once(once["key"], given, lambda: site_by_uid(site_uid, g.grants, DISTRICT), enter)

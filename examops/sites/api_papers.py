"""``/api/v1``: the picture of a plan, by what right a site is had, and to whom it is lent, entered as on the pages."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import g, request
from marshmallow import Schema, fields

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, needs
from examops.core.clock import today
from examops.core.extensions import clock, store
from examops.core.language import N_
from examops.core.transaction import transaction
from examops.sites import api_writes
from examops.sites.api import bp, lent_of
from examops.sites.api_schemas import LentSchema
from examops.sites.inputs import PlanDocumentSchema, TenureSchema, UseSchema, VersionSchema
from examops.sites.lending import end_use, lend
from examops.sites.papers import enter_tenure
from examops.sites.plan_pictures import receive_picture
from examops.sites.plans import plan_document
from examops.sites.rooms import room_by_uid, site_by_uid
from examops.web.api import PERSON_WRITES, IdempotencySchema, RefusalSchema
from examops.web.inputs import ShortText

__all__ = ["api_writes", "bp"]  # the whole of it: importing adds the routes
WRITERS = ("coordinator",)
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {"required": True, "content": dict.fromkeys(("image/jpeg", "image/png"), BYTES)}
PAPER = {"required": False, "content": dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), BYTES)}
USE_EXAMPLE = {
    **{"guest": "91440606MA4W2AJX1P", "from_on": "2026-12-01", "until_on": "2026-12-31"},
    "agreement": "借用协议 7 号",
}


class NewTenureSchema(TenureSchema):
    """``name``: of the document in the body of the request, where one is sent."""

    name = ShortText(120, label=N_("文件名"))


class NewUseSchema(UseSchema):
    """``guest`` is the credit code of the body that borrows; days of Foshan, both included."""


class TenureEnteredSchema(Schema):
    uid = fields.UUID(required=True)
    document_name = fields.Str(required=True, metadata={"description": "Empty where no document was sent"})


class SiteLentSchema(Schema):
    uid = fields.UUID(required=True)
    is_waiting = fields.Bool(
        required=True, metadata={"description": "Another district's body: both bureaus agree before it plans there"}
    )


@bp.put("/rooms/<uuid:room_uid>/plan/picture")
@bp.doc(security=PERSON_WRITES, requestBody=PICTURE)
@bp.arguments(VersionSchema, location="query")
@bp.response(200, PlanDocumentSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(*WRITERS)
def put_picture(given: dict[str, Any], room_uid: UUID) -> dict[str, Any]:
    """Put the plan's picture; the body of the request is the JPEG or PNG itself, which is made anew from its pixels.

    Places stay where they are, in parts of the size. An older `version` is 409 `plan.changed`."""
    data, day = request.get_data(cache=False), today(clock())
    with transaction():
        room, _site = room_by_uid(room_uid, g.grants, WRITERS)
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "store": store(), "rules": rulebook()}
        receive_picture(room, given["version"], data, **options, day=day)
    return plan_document(room_by_uid(room_uid, g.grants, WRITERS)[0], store())


@bp.post("/sites/<uuid:site_uid>/tenures")
@bp.doc(security=PERSON_WRITES, requestBody=PAPER)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewTenureSchema, location="query")
@bp.response(200, TenureEnteredSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
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


@bp.post("/sites/<uuid:site_uid>/uses")
@bp.doc(security=PERSON_WRITES)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewUseSchema, example=USE_EXAMPLE)
@bp.response(200, SiteLentSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(*WRITERS)
def lend_site(once: dict[str, str], given: dict[str, Any], site_uid: UUID) -> dict[str, Any]:
    """Lend a site of one's own to another body, from the first day to the last."""

    def enter(site: Any) -> dict[str, Any]:
        told = (given["guest"], given["from_on"], given["until_on"], given["agreement"])
        use = lend(site, *told, actor=current_actor(), clock=clock())
        return {"uid": str(use.uid), "is_waiting": bool(lent_of(site, use.uid)["approvals"])}

    return done_once(once["key"], given, lambda: site_by_uid(site_uid, g.grants, WRITERS), enter)


@bp.post("/sites/<uuid:site_uid>/uses/<uuid:use_uid>/end")
@bp.doc(security=PERSON_WRITES)
@bp.response(200, LentSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@needs(*WRITERS)
def end_one_use(site_uid: UUID, use_uid: UUID) -> dict[str, Any]:
    """The guest plans nothing more from now on; while it has sessions there, and once it has ended, this is 409."""
    with transaction():
        end_use(site_by_uid(site_uid, g.grants, WRITERS), use_uid, actor=current_actor(), clock=clock())
    return lent_of(site_by_uid(site_uid, g.grants, WRITERS), use_uid)

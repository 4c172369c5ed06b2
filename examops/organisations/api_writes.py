"""``/api/v1/bodies``: an office registers a body and invites its first coordinator, by the functions of the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from examops.accounts import REGISTRARS, needs
from examops.core.extensions import clock
from examops.organisations.api import bp
from examops.organisations.entities import entity_by_uid
from examops.organisations.inputs import PersonSchema, RegisterSchema
from examops.organisations.listing import body_of
from examops.organisations.opening import invite_again, open_body
from examops.organisations.register_pages import admin, link_of
from examops.web.api import IdempotencySchema

PERSON_EXAMPLE = {"person": "王兰", "login": "wanglan", "mobile": "13800005678", "email": ""}


class InvitedSchema(Schema):
    body = fields.UUID(required=True)
    is_new = fields.Bool(
        required=True, metadata={"description": "The person was sent a link; false: they had an account already"}
    )
    until = fields.Str(
        required=True, metadata={"format": "date-time", "description": "Until when the link can be used"}
    )
    link = fields.Str(
        required=True, metadata={"description": "By which a password is set, once; empty when it is over"}
    )


class RegisteredSchema(InvitedSchema):
    entity = fields.UUID(required=True)
    is_joined = fields.Bool(
        required=True, metadata={"description": "The legal entity was there already; what stood of it did not change"}
    )


class InvitedAgainSchema(PersonSchema):
    """The same person again, or another."""


@bp.post("/bodies")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(RegisterSchema)
@bp.writes(RegisteredSchema, 403, 409)
@needs(*REGISTRARS)
def register_body(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Register a body that is to file, in the office's own district, and invite its first coordinator by a link.

    `code` is a credit code; `reason` is needed where it is doubtful. `body.already_registered` and `body.barred` say
    whose it is and until when; 422 names every field that does not fit, or every one that stands against the record."""
    return open_body(given, once["key"], link_of, admin=admin(), clock=clock())


@bp.post("/entities/<uuid:entity_uid>/bodies/<uuid:body_uid>/invitation")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(InvitedAgainSchema, example=PERSON_EXAMPLE)
@bp.writes(InvitedSchema, 403, 404, 409)
@needs(*REGISTRARS)
def invite_coordinator_again(
    once: dict[str, str], given: dict[str, Any], entity_uid: UUID, body_uid: UUID
) -> dict[str, Any]:
    """Invite the first coordinator of a body that nobody has entered yet once more; links of before end."""
    body = body_of(entity_by_uid(entity_uid), body_uid)
    return invite_again(body, given, once["key"], link_of, admin=admin(), clock=clock())

"""``/api/v1/desk``: the state of a door and the scan, for people at a desk and for paired desk devices.

A device with its bearer token works alone, but only in sessions of its site that are on now; a person may what the desk
page lets them. The answers are the page's own (docs/design/review-data.md), without its addresses.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from examops.accounts import DESK_ROLES, ActiveGrant, Identity, guarded, identify, roles_only
from examops.checkin.board import desk_state
from examops.checkin.door import Visitor, session_at_door
from examops.checkin.routes import reading_of, scanned
from examops.core.extensions import clock
from examops.core.scope import SYSTEM, Scope, set_scope
from examops.core.transaction import transaction
from examops.web.api import DEVICE, PERSON_READS, PERSON_WRITES, LenientSchema, RefusalSchema

_people = roles_only(*DESK_ROLES)


def desk_guard() -> ResponseReturnValue | None:
    """A desk device by its token, else a person by the session cookie with the token against forged forms."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind:
        with transaction(SYSTEM):
            device = identify(token if kind.lower() == "bearer" else "", "desk", clock=clock())
        g.user, g.actor, g.tablet = None, device.actor, device
        set_scope(Scope(bodies=(device.body_id,), narrowed=(device.body_id,), sites=(device.site_id,)))
        return None
    refused = _people()
    if refused is None and current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()
    return refused


desk_guard.is_guard = True  # type: ignore[attr-defined]
bp = cast(
    Blueprint,
    guarded(Blueprint("api_desk", __name__, url_prefix="/api/v1/desk", description="The desk at the door"), desk_guard),
)


def _visitor() -> Visitor:
    if g.user is not None:
        return Visitor(g.user.id, tuple(g.grants), g.get("tablet"))
    device: Identity = g.tablet
    alone = ActiveGrant(device.uid, 0, "proctor", "site", device.body_id, device.site_id, None)
    return Visitor(0, (alone,), device, only_at=clock().now())


def _duty() -> str:
    return f"{g.role_word} {g.user.name}" if g.user is not None else g.tablet.name


class TurnStateSchema(Schema):
    word = fields.Str(required=True)
    time = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)


class LastSchema(Schema):
    admitted = fields.Bool(required=True)
    name = fields.Str(required=True, allow_none=True)
    seat = fields.Str(required=True, allow_none=True)
    at = fields.Str(required=True, metadata={"format": "date-time"})


class DeskStateSchema(Schema):
    desk = fields.Str(required=True)
    room = fields.Str(required=True)
    duty = fields.Str(required=True, metadata={"description": "Who works at the desk"})
    title = fields.Str(required=True)
    starts_words = fields.Str(required=True)
    window_words = fields.Str(required=True)
    present = fields.Int(required=True)
    due = fields.Int(required=True)
    absent = fields.Int(required=True)
    refused = fields.Int(required=True)
    turns = fields.List(fields.Nested(TurnStateSchema), required=True)
    last = fields.Nested(LastSchema, required=True, allow_none=True)


class ScanSchema(LenientSchema):
    """One of ``code`` and ``id_number``."""

    nonce = fields.Str(
        required=True, metadata={"format": "uuid", "description": "New for each scan, the same for its repeats"}
    )
    scanned_at = fields.Str(required=True, metadata={"format": "date-time"})
    code = fields.Str(load_default="", allow_none=True, metadata={"description": "What the ticket's QR code holds"})
    id_number = fields.Str(load_default="", allow_none=True, metadata={"description": "Typed; 300 an hour"})
    via = fields.Str(load_default="camera", allow_none=True, metadata={"description": "`camera` or `scanner`"})


class ReasonSchema(Schema):
    code = fields.Str(required=True)
    words = fields.Str(required=True)
    todo = fields.List(fields.Str(), required=True)
    here = fields.Str(required=True)
    answer_label = fields.Str()
    answer = fields.Str()


class ScanAnswerSchema(Schema):
    """A refusal of a person is an answer too: ``admitted`` false with its ``reason``."""

    admitted = fields.Bool(required=True)
    at = fields.Str(required=True, metadata={"format": "date-time"})
    scan_uid = fields.Str(required=True, metadata={"format": "uuid"})
    name = fields.Str(metadata={"description": "Masked"})
    id_number = fields.Str(metadata={"description": "Masked"})
    photo_url = fields.Str(allow_none=True, metadata={"description": "For signed-in people"})
    title = fields.Str()
    part = fields.Str()
    seat = fields.Str()
    turn = fields.Str()
    turn_starts = fields.Str()
    repeated = fields.Bool(metadata={"description": "This nonce was answered before; this is that answer"})
    reason = fields.Nested(ReasonSchema)
    state = fields.Nested(DeskStateSchema, required=True)


@bp.get("/<uuid:session_uid>")
@bp.doc(security=[*PERSON_READS, *DEVICE])
@bp.response(200, DeskStateSchema)
@bp.alt_response(403, schema=RefusalSchema)
@bp.alt_response(404, schema=RefusalSchema)
def desk(session_uid: UUID) -> dict[str, Any]:
    """Who is in, of how many, by turn."""
    return desk_state(session_at_door(session_uid, _visitor()), _duty())


@bp.post("/<uuid:session_uid>/scans")
@bp.doc(security=[*PERSON_WRITES, *DEVICE])
@bp.arguments(ScanSchema)
@bp.response(200, ScanAnswerSchema)
@bp.alt_response(403, schema=RefusalSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(429, schema=RefusalSchema)
def scan_at_desk(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """Admit or refuse one person. The same nonce always gets its first answer."""
    return scanned(session_uid, reading_of(body), _visitor(), _duty())

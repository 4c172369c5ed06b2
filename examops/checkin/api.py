"""``/api/v1/desk``: the state of a door and the scan, for people at a desk and for paired desk devices.

A device with its bearer token works alone, but only in sessions of its site that are on now; a person may what the desk
page lets them. The answers are the page's own (docs/design/review-data.md), without its addresses.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from examops.accounts import DESK_ROLES, ActiveGrant, Identity, guarded, identify, roles_only
from examops.checkin.blueprint import desk_name
from examops.checkin.board import state_at_door
from examops.checkin.door import Visitor
from examops.checkin.routes import scanned
from examops.checkin.schemas import DeskStateSchema, ScanAnswerSchema, ScanSchema
from examops.core.extensions import clock
from examops.core.scope import SYSTEM, Scope, set_scope
from examops.core.transaction import transaction
from examops.sites import guests_of
from examops.web.api import DEVICE, PERSON_READS, PERSON_WRITES, JsonBlueprint, RefusalSchema

_people = roles_only(*DESK_ROLES)


def desk_guard() -> ResponseReturnValue | None:
    """A desk device by its token, else a person by the session cookie with the token against forged forms."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind:
        with transaction(SYSTEM):
            device = identify(token if kind.lower() == "bearer" else "", "desk", clock=clock())
            bodies = (device.body_id, *guests_of(device.site_id))
        g.user, g.actor, g.tablet = None, device.actor, device
        set_scope(Scope(bodies=bodies, narrowed=bodies, sites=(device.site_id,)))
        return None
    refused = _people()
    if refused is None and current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()
    return refused


desk_guard.is_guard = True  # type: ignore[attr-defined]
bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("api_desk", __name__, url_prefix="/api/v1/desk", description="The desk at the door"), desk_guard
    ),
)


def _visitor() -> Visitor:
    if g.user is not None:
        return Visitor(g.user.id, tuple(g.grants), g.get("tablet"))
    device: Identity = g.tablet
    alone = ActiveGrant(device.uid, 0, "proctor", "site", device.body_id, device.site_id, None)
    return Visitor(0, (alone,), device, only_at=clock().now())


def _duty() -> str:
    return f"{g.role_word} {g.user.name}" if g.user is not None else g.tablet.name


@bp.get("/<uuid:session_uid>")
@bp.doc(security=[*PERSON_READS, *DEVICE])
@bp.response(200, DeskStateSchema)
@bp.alt_response(403, schema=RefusalSchema)
@bp.alt_response(404, schema=RefusalSchema)
def desk(session_uid: UUID) -> dict[str, Any]:
    """Who is in, of how many, by turn."""
    by = _visitor()
    return state_at_door(session_uid, by, _duty(), desk_name(by.tablet), clock())


@bp.post("/<uuid:session_uid>/scans")
@bp.doc(security=[*PERSON_WRITES, *DEVICE])
@bp.arguments(ScanSchema)
@bp.response(200, ScanAnswerSchema)
@bp.alt_response(403, schema=RefusalSchema)
@bp.alt_response(404, schema=RefusalSchema)
@bp.alt_response(409, schema=RefusalSchema)
@bp.alt_response(422, schema=RefusalSchema)
@bp.alt_response(429, schema=RefusalSchema)
def scan_at_desk(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """Admit or refuse one person, by the moment of the scan. The same nonce always gets its first answer.

    409 where the nonce came with another code before. 422 ``scan.misread`` for what is neither a code nor a number:
    no verdict, nothing is kept.
    """
    return scanned(session_uid, body, _visitor(), _duty())

"""``/api/v1``: the plan of a room, its picture, and where its workstations and cameras are on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, request

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.extensions import clock, store
from examops.core.transaction import transaction
from examops.sites.api import bp
from examops.sites.blueprint import READERS
from examops.sites.inputs import PlacesSchema, PlanDocumentSchema, VersionSchema
from examops.sites.plan_pictures import receive_picture
from examops.sites.plans import Placed, plan_document, save_places
from examops.sites.rooms import room_by_uid

WRITERS = ("coordinator",)
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {"required": True, "content": dict.fromkeys(("image/jpeg", "image/png"), BYTES)}


@bp.get("/rooms/<uuid:room_uid>/plan")
@bp.reads(PlanDocumentSchema, 404)
def plan_of_room(room_uid: UUID) -> dict[str, Any]:
    """The plan of a room: its picture, and where its workstations stand and its cameras hang."""
    return plan_document(room_by_uid(room_uid, g.grants, READERS)[0], store())


@bp.put("/rooms/<uuid:room_uid>/places")
@bp.arguments(PlacesSchema)
@bp.writes(PlanDocumentSchema, 404, 409)
@needs(*WRITERS)
def put_places(given: dict[str, Any], room_uid: UUID) -> dict[str, Any]:
    """Move things on the plan, all of them or none; what is not named stays. An older `version` is 409."""
    wanted = [Placed(**one) for one in given["places"]]
    with transaction():
        room, _site = room_by_uid(room_uid, g.grants, WRITERS)
        save_places(room, given["version"], wanted, actor=current_actor(), clock=clock())
    return plan_document(room_by_uid(room_uid, g.grants, WRITERS)[0], store())


@bp.put("/rooms/<uuid:room_uid>/plan/picture")
@bp.doc(requestBody=PICTURE)
@bp.arguments(VersionSchema, location="query")
@bp.writes(PlanDocumentSchema, 404, 409)
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

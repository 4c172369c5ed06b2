"""The editor of a room's plan: a picture, workstations and cameras placed on it by mouse or keyboard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import named_occupation
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import _
from examops.core.transaction import transaction
from examops.sites.blueprint import READERS, bp
from examops.sites.inputs import PlacesSchema, PlanDocumentSchema, PlanSavedSchema, VersionSchema
from examops.sites.models import EXAM_KINDS
from examops.sites.plan_pictures import receive_picture
from examops.sites.plans import Placed, plan_document, save_places
from examops.sites.rooms import ROOM_KINDS, room_by_uid
from examops.web.api import json_call
from examops.web.inputs import read_form


@bp.get("/rooms/<uuid:room_uid>")
def room(room_uid: UUID) -> ResponseReturnValue:
    return room_page(room_uid)


def room_page(room_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    found, site = room_by_uid(room_uid, g.grants, READERS)
    document = plan_document(found, store())
    page = render_template(
        "sites/room.html",
        room=found,
        site=site,
        kinds=ROOM_KINDS,
        plan=document,
        data=PlanDocumentSchema().dump(document),
        exam_kinds=EXAM_KINDS,
        occupations=[named_occupation(code) for code in catalogue().by_code],
        refused=refused,
        may_write=g.role == "coordinator",
    )
    return page, refused.status if refused else 200


@bp.get("/rooms/<uuid:room_uid>/plan.json")
@json_call(PlanDocumentSchema)
def plan_json(room_uid: UUID) -> dict[str, Any]:
    """The plan of a room with everything that stands on it."""
    found, _site = room_by_uid(room_uid, g.grants, READERS)
    return dict(PlanDocumentSchema().dump(plan_document(found, store())))


@bp.post("/rooms/<uuid:room_uid>/places")
@needs("coordinator")
@json_call(PlanSavedSchema, takes=PlacesSchema)
def places(given: dict[str, Any], room_uid: UUID) -> dict[str, Any]:
    """Move things on the plan, all of them or none; who has not seen the newest version is told so (409)."""
    wanted = [Placed(**one) for one in given["places"]]
    with transaction():
        found, _site = room_by_uid(room_uid, g.grants, ("coordinator",))
        plan = save_places(found, given["version"], wanted, actor=current_actor(), clock=clock())
        return {"version": plan.version}


@bp.post("/rooms/<uuid:room_uid>/picture")
@needs("coordinator")
def picture(room_uid: UUID) -> ResponseReturnValue:
    file = request.files.get("file")
    data = file.read() if file else b""
    try:
        version = read_form(VersionSchema)["version"]
        with transaction():
            found, _site = room_by_uid(room_uid, g.grants, ("coordinator",))
            receive_picture(
                found,
                version,
                data,
                actor=current_actor(),
                clock=clock(),
                store=store(),
                rules=rulebook(),
                day=today(clock()),
            )
    except DomainError as error:
        return room_page(room_uid, error)
    flash(_("平面图已换上，工位和摄像机的位置没有动"))
    return redirect(url_for("sites.room", room_uid=room_uid))

"""``/api/v1``: sites, rooms and workstations, entered by the same functions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from examops.accounts import current_actor, done_once, needs
from examops.core.extensions import clock
from examops.sites.adding import add_site, own_body
from examops.sites.api import bp
from examops.sites.inputs import RoomSchema, SiteSchema, StationsSchema
from examops.sites.rooms import add_room, add_stations, room_by_uid, site_by_uid
from examops.web.api import IdempotencySchema

__all__ = ["bp"]
WRITERS = ("coordinator",)
SITE_EXAMPLE = {"name": "容桂考点", "address": "容桂大道 9 号", "district": "440606", "contact": "陈工 13800005678"}
ROOM_EXAMPLE = {"name": "电工实操室", "kind": "practical", "codes": "A01–A10", "occupation": "6-31-01-03"}


class NewSiteSchema(SiteSchema):
    """``district`` is the site's own: its bureau verifies it."""


class NewRoomSchema(RoomSchema):
    """``codes``: workstations that it has, none for a room without."""


class NewStationsSchema(StationsSchema):
    """``codes`` as people write them: A01–A40, or A01、A02、A05."""


class SiteEnteredSchema(Schema):
    uid = fields.UUID(required=True)


class StationsEnteredSchema(Schema):
    codes = fields.List(fields.Str(), required=True)


@bp.post("/sites")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewSiteSchema, example=SITE_EXAMPLE)
@bp.writes(SiteEnteredSchema, 404, 409)
@needs(*WRITERS)
def enter_site(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Enter a site of one's own body; rooms come next."""
    told = {name: value for name, value in given.items() if name != "body"}

    def enter(body: Any) -> dict[str, Any]:
        return {"uid": str(add_site(body, **told, actor=current_actor(), clock=clock()).uid)}

    return done_once(once["key"], given, lambda: own_body(g.grants, given["body"]), enter)


@bp.post("/sites/<uuid:site_uid>/rooms")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewRoomSchema, example=ROOM_EXAMPLE)
@bp.writes(SiteEnteredSchema, 404, 409)
@needs(*WRITERS)
def enter_room(once: dict[str, str], given: dict[str, Any], site_uid: UUID) -> dict[str, Any]:
    """Enter a room, with its workstations where `codes` names some: all of it, or nothing."""

    def enter(site: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        room = add_room(site, given["name"], given["kind"], **options)
        if given["codes"]:
            add_stations(room, given["codes"], given["occupation"], **options)
        return {"uid": str(room.uid)}

    return done_once(once["key"], given, lambda: site_by_uid(site_uid, g.grants, WRITERS), enter)


@bp.post("/rooms/<uuid:room_uid>/workstations")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(NewStationsSchema, example={"codes": "B01–B03", "occupation": "6-31-01-03"})
@bp.writes(StationsEnteredSchema, 404, 409)
@needs(*WRITERS)
def enter_stations(once: dict[str, str], given: dict[str, Any], room_uid: UUID) -> dict[str, Any]:
    """Enter workstations of a room; one code that is there already refuses all of them."""

    def enter(room: Any) -> dict[str, Any]:
        made = add_stations(room, given["codes"], given["occupation"], actor=current_actor(), clock=clock())
        return {"codes": list(made)}

    return done_once(once["key"], given, lambda: room_by_uid(room_uid, g.grants, WRITERS)[0], enter)

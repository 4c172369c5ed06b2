"""``/api/v1``: cameras of a site entered, changed and taken down, by the same functions as their pages.

Logins are not taken here: a password is typed where it is kept, on the box or on the page.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, guarded, roles_only
from examops.accounts.models import Device
from examops.core.database import db
from examops.core.extensions import clock, keyring
from examops.core.transaction import retried, transaction
from examops.footage.entry.admission import admit_camera
from examops.footage.entry.entering import Entered, Means, add_camera, camera_by_uid, change_camera, room_for
from examops.footage.entry.inputs import ApiCameraSchema, ApiChangeSchema, RetireSchema
from examops.footage.entry.listing import shown_host
from examops.footage.entry.retiring import retire_camera
from examops.sites.models import Camera
from examops.web.api import IdempotencySchema, JsonBlueprint

LOOK_AFTER = ("coordinator", "security", "operator")
bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("cameras_api", __name__, url_prefix="/api/v1", description="Cameras of a site"),
        roles_only(*LOOK_AFTER),
    ),
)
EXAMPLE = {
    **{"label": "前方 1", "position": "front", "source": "rtsp://192.168.1.64/Streaming/Channels/101"},
    **{"width": 1920, "height": 1080, "is_door": False},
}


class CameraEnteredSchema(Schema):
    uid = fields.UUID(required=True)


class SiteCameraSchema(Schema):
    uid = fields.UUID(required=True)
    room_uid = fields.UUID(required=True)
    label = fields.Str(required=True)
    position = fields.Str(required=True)
    host = fields.Str(required=True, metadata={"description": "Of its address; what stands behind it is not shown"})
    width = fields.Int(required=True)
    height = fields.Int(required=True)
    is_door = fields.Bool(required=True)
    recorder = fields.UUID(required=True, allow_none=True, metadata={"description": "null: any box of the site"})
    admitted_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "It covers since then"})
    retired_at = fields.AwareDateTime(required=True, allow_none=True)


class CameraChangedSchema(SiteCameraSchema):
    changed = fields.List(
        fields.Str(), required=True, metadata={"description": "`login`: another host took the stored login with it"}
    )


class CameraRetiredSchema(SiteCameraSchema):
    people = fields.Int(required=True, metadata={"description": "Who lost a place by it"})


@bp.get("/cameras/<uuid:camera_uid>")
@bp.reads(SiteCameraSchema, 404)
def one_camera(camera_uid: UUID) -> dict[str, Any]:
    """One camera of one's own sites."""
    return _camera(camera_uid)


def _camera(uid: UUID) -> dict[str, Any]:
    row = camera_by_uid(uid, g.grants)
    camera: Camera = row.Camera
    box = db.session.get_one(Device, camera.recorder_id).uid if camera.recorder_id else None
    names = ("uid", "label", "position", "width", "height", "is_door", "admitted_at", "retired_at")
    own = {name: getattr(camera, name) for name in names}
    return own | {"room_uid": row.Room.uid, "host": shown_host(camera.source), "recorder": box}


@bp.post("/rooms/<uuid:room_uid>/cameras")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiCameraSchema, example=EXAMPLE)
@bp.writes(CameraEnteredSchema, 404, 409)
def enter_camera(once: dict[str, str], given: dict[str, Any], room_uid: UUID) -> dict[str, Any]:
    """Enter a camera; its recorder takes it up within seconds. It covers nothing until it was tried and admitted."""

    def enter(room: Any) -> dict[str, Any]:
        return {"uid": str(add_camera(room, _entered(given), _means()).uid)}

    return done_once(once["key"], given, lambda: room_for(room_uid, g.grants).Room, enter)


def _entered(given: dict[str, Any]) -> Entered:
    names = ("label", "position", "source", "width", "height", "is_door")
    return Entered({name: given[name] for name in names}, given["recorder"])


def _means() -> Means:
    return Means(current_actor(), clock(), rulebook(), keyring())


@bp.put("/cameras/<uuid:camera_uid>")
@bp.arguments(ApiChangeSchema, example=EXAMPLE | {"sessions": 0, "people": 0})
@bp.writes(CameraChangedSchema, 404, 409)
def change_one_camera(given: dict[str, Any], camera_uid: UUID) -> dict[str, Any]:
    """Change a camera. Another address or picture takes its admission back; what that breaks is 409 until it is asked
    again with that many `sessions` and `people`."""

    def work() -> list[str]:
        with transaction():
            row, seen = camera_by_uid(camera_uid, g.grants), (given["sessions"], given["people"])
            return change_camera(row.Camera, row.Site.id, _entered(given), _means(), seen)

    changed = retried(work)
    return _camera(camera_uid) | {"changed": sorted(changed)}


@bp.post("/cameras/<uuid:camera_uid>/admit")
@bp.writes(SiteCameraSchema, 404, 409)
def admit_one_camera(camera_uid: UUID) -> dict[str, Any]:
    """Admit a camera that has passed its trial: what it sees is covered from now on. Untried is 409."""

    def work() -> None:
        with transaction():
            camera = camera_by_uid(camera_uid, g.grants).Camera
            admit_camera(camera, actor=current_actor(), clock=clock(), rules=rulebook())

    retried(work)
    return _camera(camera_uid)


@bp.post("/cameras/<uuid:camera_uid>/retire")
@bp.arguments(RetireSchema, example={"reason": "拆走", "sessions": 0, "people": 0})
@bp.writes(CameraRetiredSchema, 404, 409)
def retire_one_camera(given: dict[str, Any], camera_uid: UUID) -> dict[str, Any]:
    """Take a camera down for good; what that breaks is 409 until it is asked again with that many `sessions` and
    `people`. Taken down already is 409."""

    def work() -> int:
        with transaction():
            seen = (given["sessions"], given["people"])
            broken = retire_camera(camera_by_uid(camera_uid, g.grants).Camera, given["reason"], seen, _means())
            return sum(one.people for one in broken)

    people = retried(work)
    return _camera(camera_uid) | {"people": people}

"""``/api/v1``: which workstations a camera sees, marked by the functions of the page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from marshmallow import Schema, fields

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.core.extensions import clock
from examops.core.transaction import retried, transaction
from examops.footage.pictures.inputs import LosingSchema, MarkPlaceSchema
from examops.footage.pictures.marked import marked_camera, place_in, still_of
from examops.footage.pictures.marking import mark_station, unmark_station
from examops.sites import Tag, standing_marks, stations_in_room
from examops.sites.models import Camera, CameraCoverage, Workstation
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("marks_api", __name__, url_prefix="/api/v1", description="What a camera sees"),
        roles_only("coordinator"),
    ),
)


class PutMarkSchema(MarkPlaceSchema):
    """Without a place the camera sees it all the same; where in the picture is left open."""


class MarkedStationSchema(Schema):
    station = fields.UUID(required=True)
    code = fields.Str(required=True)
    is_seen = fields.Bool(required=True, metadata={"description": "From now on, once the camera is admitted"})
    x = fields.Int(required=True, allow_none=True, metadata={"description": "Pixels of the picture, from the left"})
    y = fields.Int(required=True, allow_none=True, metadata={"description": "Pixels, from above"})
    marked_by = fields.Str(required=True)


class MarksSchema(Schema):
    width = fields.Int(required=True)
    height = fields.Int(required=True)
    still = fields.Str(required=True, metadata={"description": "The newest good picture, 20 minutes; empty: none yet"})
    still_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "For `still_at` of a mark"}
    )
    stations = fields.List(fields.Nested(MarkedStationSchema), required=True, metadata={"description": "Of the room"})


class MarkEndedSchema(MarksSchema):
    people = fields.Int(required=True, metadata={"description": "Who have no place by it, and were told"})


@bp.get("/cameras/<uuid:camera_uid>/marks")
@bp.reads(MarksSchema, 404)
def marks_of_camera(camera_uid: UUID) -> dict[str, Any]:
    """Every workstation of the camera's room, with whether and where it sees it, and its newest picture."""
    return _marks(camera_uid)


def _marks(camera_uid: UUID) -> dict[str, Any]:
    with transaction():
        camera: Camera = marked_camera(camera_uid).Camera
        record_access(Tag.CAMERA_VIEWED, current_actor(), camera, clock=clock(), words=camera.label)
        still, marks = still_of(camera), standing_marks(camera)
        return {
            **{"width": camera.width, "height": camera.height},
            **{"still": still.url if still else "", "still_at": still.taken_at if still else None},
            "stations": [_station(camera, one, marks.get(one.id)) for one in stations_in_room(camera)],
        }


def _station(camera: Camera, station: Workstation, mark: CameraCoverage | None) -> dict[str, Any]:
    x, y = (mark.x, mark.y) if mark else (None, None)
    return {
        **{"station": station.uid, "code": station.code, "is_seen": mark is not None},
        "x": None if x is None else round(x * camera.width),
        "y": None if y is None else round(y * camera.height),
        "marked_by": mark.marked_by if mark else "",
    }


@bp.put("/cameras/<uuid:camera_uid>/marks/<uuid:station_uid>")
@bp.arguments(PutMarkSchema, example={"x": 640, "y": 360})
@bp.writes(MarksSchema, 404, 409)
def put_mark(given: dict[str, Any], camera_uid: UUID, station_uid: UUID) -> dict[str, Any]:
    """The camera sees this workstation from now on; sessions that count on it are counted anew."""

    def work() -> None:
        who: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "rules": rulebook()}
        with transaction():
            camera = marked_camera(camera_uid).Camera
            mark_station(camera, station_uid, place_in(camera, given), **who)

    retried(work)
    return _marks(camera_uid)


@bp.delete("/cameras/<uuid:camera_uid>/marks/<uuid:station_uid>")
@bp.arguments(LosingSchema, location="query")
@bp.writes(MarkEndedSchema, 404, 409)
def end_mark(given: dict[str, Any], camera_uid: UUID, station_uid: UUID) -> dict[str, Any]:
    """It sees it no more. What that breaks is 409 until it is asked again with that many `sessions` and `people`."""
    seen = (given["sessions"], given["people"])

    def work() -> int:
        who: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "rules": rulebook()}
        with transaction():
            return unmark_station(marked_camera(camera_uid).Camera, station_uid, seen, **who)[1]

    people = retried(work)
    return _marks(camera_uid) | {"people": people}

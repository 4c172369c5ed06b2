"""Marking in a camera's own picture which workstations it sees, for the coordinators of the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, func, select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.footage.cameras.states import watch
from examops.footage.pictures.inputs import MarkSchema, StationSchema
from examops.footage.pictures.marked import cameras_query, marked_camera, place_in, still_of
from examops.footage.pictures.marking import mark_station, unmark_station
from examops.sessions.outages import SightNotAsShown
from examops.sites import Tag, standing_marks, stations_in_room
from examops.sites.models import Camera, CameraCoverage, CameraOutage, Workstation
from examops.web.inputs import read_form, read_valid

bp = guarded(Blueprint("marks", __name__, url_prefix="/cameras"), roles_only("coordinator"))


@bp.get("/")
def index() -> ResponseReturnValue:
    return render_template("footage/cameras.html", rows=_cameras())


@bp.get("/<uuid:camera_uid>")
def show(camera_uid: UUID) -> ResponseReturnValue:
    return _page(camera_uid)


@bp.post("/<uuid:camera_uid>/marks")
def save(camera_uid: UUID) -> ResponseReturnValue:
    asked = read_form(MarkSchema)
    try:
        done = retried(lambda: _saved(camera_uid, asked))
    except SightNotAsShown as refused:
        return _page(camera_uid, refused, asked["station"])
    flash(done)
    return redirect(url_for("marks.show", camera_uid=camera_uid))


def _saved(camera_uid: UUID, asked: dict[str, Any]) -> str:
    """What was done, in words."""
    who: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "rules": rulebook()}
    with transaction():
        camera = marked_camera(camera_uid).Camera
        if asked["act"] == "put":
            station = mark_station(camera, asked["station"], place_in(camera, asked), **who)
            return str(_("{station} 已标上", station=station.code))
        seen = (asked["sessions"], asked["people"])
        station, people = unmark_station(camera, asked["station"], seen, **who)
    if people:
        return str(_("{station} 从现在起不算看得到，{people} 人没有位子，已通知", station=station.code, people=people))
    return str(_("{station} 从现在起不算看得到", station=station.code))


def _page(camera_uid: UUID, refused: DomainError | None = None, wanted: UUID | None = None) -> ResponseReturnValue:
    """``wanted``: the workstation whose mark is to end, to be confirmed."""
    asked = read_valid(StationSchema, request.args)["station"]
    with transaction():
        row = marked_camera(camera_uid)
        camera, stations, marks = row.Camera, stations_in_room(row.Camera), standing_marks(row.Camera)
        record_access(Tag.CAMERA_VIEWED, current_actor(), camera, clock=clock(), words=camera.label)
        chosen = next((one for one in stations if one.uid == asked), None) or _next(stations, marks)
        still, past = still_of(camera), _ended(camera)
        watch([camera.id], clock(), large=True)  # a workstation is not found in the small picture of the wall
    return render_template(
        "footage/camera_marks.html",
        row=row,
        stations=stations,
        marks=marks,
        chosen=chosen,
        still=still,
        past=past,
        refused=refused,
        losing=next((one for one in stations if one.uid == wanted), None),
    ), refused.status if refused else 200


def _cameras() -> list[Row[Any]]:
    """With how many workstations of the room each sees, how many of those have a place in the picture, and when it is
    out of service."""
    standing = (
        select(CameraCoverage.camera_id, func.count().label("seen"), func.count(CameraCoverage.x).label("placed"))
        .where(func.upper_inf(CameraCoverage.valid))
        .group_by(CameraCoverage.camera_id)
        .subquery()
    )
    stations = select(func.count()).where(Workstation.room_id == Camera.room_id).correlate(Camera).scalar_subquery()
    query = cameras_query().outerjoin(standing, standing.c.camera_id == Camera.id)
    counts = func.coalesce(standing.c.seen, 0).label("seen"), func.coalesce(standing.c.placed, 0).label("placed")
    return list(db.session.execute(query.add_columns(*counts, stations.label("stations"), *_next_outage())).all())


def _next_outage() -> list[Any]:
    """``out_from``, ``out_until`` (None: until it is put back) and ``out_reason`` of what holds now or comes next."""
    coming = ~func.isempty(CameraOutage.during) & (
        func.upper_inf(CameraOutage.during) | (func.upper(CameraOutage.during) > clock().now())
    )
    begins = func.lower(CameraOutage.during)
    facts = {"out_from": begins, "out_until": func.upper(CameraOutage.during), "out_reason": CameraOutage.reason}
    return [
        select(fact)
        .where(CameraOutage.camera_id == Camera.id, coming)
        .order_by(begins, CameraOutage.id)
        .limit(1)
        .correlate(Camera)
        .scalar_subquery()
        .label(name)
        for name, fact in facts.items()
    ]


def _next(stations: list[Workstation], marks: dict[int, CameraCoverage]) -> Workstation | None:
    """The first without a place in the picture: whoever marks a room goes from one to the next."""
    unplaced = [one for one in stations if one.id not in marks or marks[one.id].x is None]
    return next(iter(unplaced or stations), None)


def _ended(camera: Camera) -> Sequence[Any]:
    query = (
        select(CameraCoverage, Workstation.code)
        .join(Workstation, Workstation.id == CameraCoverage.workstation_id)
        .where(CameraCoverage.camera_id == camera.id, ~func.upper_inf(CameraCoverage.valid))
        .order_by(func.upper(CameraCoverage.valid).desc(), CameraCoverage.id.desc())
        .limit(20)
    )
    return db.session.execute(query).all()

"""Marking in a camera's own picture which workstations it sees, for the coordinators of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import validates_schema
from sqlalchemy import Row, func, select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.core.database import db
from examops.core.errors import DomainError, Invalid, NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.footage.cameras.states import snapshot_key
from examops.footage.models import CameraState
from examops.footage.pictures.marking import mark_station, unmark_station
from examops.footage.pictures.snapshots import good_key
from examops.sessions.outages import SightNotAsShown
from examops.sites import Place, Tag, own_sites, standing_marks, stations_in_room
from examops.sites.models import Camera, CameraCoverage, CameraOutage, Room, Site, Workstation
from examops.web.api import LenientSchema
from examops.web.inputs import Moment, OneOf, Uid, WholeNumber, input_fault, read_form, read_valid

bp = guarded(Blueprint("marks", __name__, url_prefix="/cameras"), roles_only("coordinator"))
URL_LIVES = timedelta(minutes=20)
MAX_PIXELS, MOST_TOLD = 10_000, 1_000_000


@dataclass(frozen=True)
class Still:
    """The newest picture of the camera that was judged good, else the newest at all."""

    url: str
    taken_at: datetime


class StationSchema(LenientSchema):
    station = Uid()


class MarkSchema(LenientSchema):
    """``x`` and ``y`` are pixels of the camera's picture, from the upper left; ``sessions`` and ``people`` are what the
    person was shown to lose their places when a mark ends."""

    station = Uid(required=True, label=N_("工位"))
    act = OneOf(("put", "end"), load_default="put")
    x = WholeNumber(0, MAX_PIXELS, label=N_("横向位置"))
    y = WholeNumber(0, MAX_PIXELS, label=N_("纵向位置"))
    still_at = Moment()
    sessions = WholeNumber(0, MOST_TOLD, load_default=0)
    people = WholeNumber(0, MOST_TOLD, load_default=0)

    @validates_schema
    def both_or_none(self, values: dict[str, Any], **options: Any) -> None:
        if (values.get("x") is None) != (values.get("y") is None):
            raise input_fault(N_("横向、纵向位置要一起填"), "x")


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
        camera = _camera(camera_uid).Camera
        if asked["act"] == "put":
            station = mark_station(camera, asked["station"], _place(camera, asked), **who)
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
        row = _camera(camera_uid)
        camera, stations, marks = row.Camera, stations_in_room(row.Camera), standing_marks(row.Camera)
        record_access(Tag.CAMERA_VIEWED, current_actor(), camera, clock=clock(), words=camera.label)
        chosen = next((one for one in stations if one.uid == asked), None) or _next(stations, marks)
        still, past = _still(camera), _ended(camera)
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


def _place(camera: Camera, asked: dict[str, Any]) -> Place | None:
    if asked["x"] is None:
        return None
    if asked["x"] > camera.width or asked["y"] > camera.height:
        raise Invalid(N_("位置在画面之外"), advice=N_("点在画面里，或填不超过画面宽、高的像素"))
    return Place(asked["x"] / camera.width, asked["y"] / camera.height, asked["still_at"])


def _query() -> Any:
    mine = own_sites(g.grants).with_only_columns(Site.id).order_by(None)
    return (
        select(Camera, Room.name.label("room"), Site.name.label("site"))
        .join(Room, Room.id == Camera.room_id)
        .join(Site, Site.id == Room.site_id)
        .where(Site.id.in_(mine), Camera.retired_at.is_(None))
        .order_by(Site.name, Room.name, Camera.label, Camera.id)
    )


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
    query = _query().outerjoin(standing, standing.c.camera_id == Camera.id)
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


def _camera(uid: UUID) -> Row[Any]:
    row = db.session.execute(_query().where(Camera.uid == uid)).one_or_none()
    if row is None:
        raise NotFound(N_("没有找到这台摄像机"), advice=N_("回到摄像机列表再选"))
    return row


def _next(stations: list[Workstation], marks: dict[int, CameraCoverage]) -> Workstation | None:
    """The first without a place in the picture: whoever marks a room goes from one to the next."""
    unplaced = [one for one in stations if one.id not in marks or marks[one.id].x is None]
    return next(iter(unplaced or stations), None)


def _still(camera: Camera) -> Still | None:
    state = db.session.execute(select(CameraState).where(CameraState.camera_id == camera.id)).scalar_one_or_none()
    if state is None:
        return None
    key = good_key(camera.uid) if state.last_good_at else snapshot_key(camera.uid)
    taken_at = state.last_good_at or state.snapshot_at
    return Still(store().read_url("derived", key, URL_LIVES), taken_at) if taken_at else None


def _ended(camera: Camera) -> Sequence[Any]:
    query = (
        select(CameraCoverage, Workstation.code)
        .join(Workstation, Workstation.id == CameraCoverage.workstation_id)
        .where(CameraCoverage.camera_id == camera.id, ~func.upper_inf(CameraCoverage.valid))
        .order_by(func.upper(CameraCoverage.valid).desc(), CameraCoverage.id.desc())
        .limit(20)
    )
    return db.session.execute(query).all()

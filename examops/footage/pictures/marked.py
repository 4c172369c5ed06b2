"""The camera whose marks are looked at: found in the reader's own sites, with its newest picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import Row, select

from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import store
from examops.core.language import N_
from examops.footage.cameras.states import snapshot_key
from examops.footage.models import CameraState
from examops.footage.pictures.snapshots import good_key
from examops.sites import Place, own_sites
from examops.sites.models import Camera, Room, Site

URL_LIVES = timedelta(minutes=20)


@dataclass(frozen=True)
class Still:
    """The newest picture of the camera that was judged good, else the newest at all."""

    url: str
    taken_at: datetime


def cameras_query() -> Any:
    """Rows of (Camera, room, site) of one's own sites, by their names."""
    mine = own_sites(g.grants).with_only_columns(Site.id).order_by(None)
    return (
        select(Camera, Room.name.label("room"), Site.name.label("site"))
        .join(Room, Room.id == Camera.room_id)
        .join(Site, Site.id == Room.site_id)
        .where(Site.id.in_(mine), Camera.retired_at.is_(None))
        .order_by(Site.name, Room.name, Camera.label, Camera.id)
    )


def marked_camera(uid: UUID) -> Row[Any]:
    """(Camera, room, site). Raises :class:`NotFound`."""
    row: Row[Any] | None = db.session.execute(cameras_query().where(Camera.uid == uid)).one_or_none()
    if row is None:
        raise NotFound(N_("没有找到这台摄像机"), advice=N_("回到摄像机列表再选"))
    return row


def place_in(camera: Camera, asked: Mapping[str, Any]) -> Place | None:
    """Of pixels, by :class:`~examops.footage.pictures.inputs.MarkPlaceSchema`. Raises :class:`Invalid` outside."""
    if asked["x"] is None:
        return None
    if asked["x"] > camera.width or asked["y"] > camera.height:
        raise Invalid(N_("位置在画面之外"), advice=N_("点在画面里，或填不超过画面宽、高的像素"))
    return Place(asked["x"] / camera.width, asked["y"] / camera.height, asked["still_at"])


def still_of(camera: Camera) -> Still | None:
    state = db.session.execute(select(CameraState).where(CameraState.camera_id == camera.id)).scalar_one_or_none()
    if state is None:
        return None
    key = good_key(camera.uid) if state.last_good_at else snapshot_key(camera.uid)
    taken_at = state.last_good_at or state.snapshot_at
    return Still(store().read_url("derived", key, URL_LIVES), taken_at) if taken_at else None

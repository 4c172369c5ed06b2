"""Cameras that whoever asks may have tried, and the trials of these."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import Row, select

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.footage.trials.models import FitnessTrial
from examops.sites import own_sites
from examops.sites.models import Camera, Room, Site


def cameras_query() -> Any:
    """Those of one's own sites; offices see all that their scope shows."""
    query = select(Camera).join(Room, Room.id == Camera.room_id)
    if g.role == "coordinator":
        query = query.where(Room.site_id.in_(own_sites(g.grants).with_only_columns(Site.id).order_by(None)))
    return query


def standing_camera(uid: UUID) -> Camera:
    """Raises :class:`NotFound` also for one that was taken down."""
    wanted = Camera.uid == uid, Camera.retired_at.is_(None)
    found: Camera | None = db.session.execute(cameras_query().where(*wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这台摄像机"), advice=N_("回到摄像机列表再选"))
    return found


def trial_by_uid(uid: UUID) -> Row[Any]:
    """(Camera, room, site, FitnessTrial). Raises :class:`NotFound`."""
    query = cameras_query().join(Site, Site.id == Room.site_id)
    query = query.join(FitnessTrial, FitnessTrial.camera_id == Camera.id)
    query = query.add_columns(Room.name.label("room"), Site.name.label("site"), FitnessTrial)
    row: Row[Any] | None = db.session.execute(query.where(FitnessTrial.uid == uid)).one_or_none()
    if row is None:
        raise NotFound(N_("没有找到这次试运行"), advice=N_("回到试运行列表再选"))
    return row

"""What the pages of outages choose from and list: rooms of one's sites, what is in them, what is out of service."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from examops.accounts import ActiveGrant
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.sessions.outages import BrokenSession
from examops.sites import own_sites
from examops.sites.models import Camera, CameraOutage, Room, Site, Workstation, WorkstationOutage

MOST = 500


@dataclass(frozen=True)
class OutageLine:
    """Something that is out of service now or will be. ``outage`` may be of a workstation or of a camera: ``uid``,
    ``during``, ``reason`` and ``entered_by``."""

    outage: Any
    site: str
    room: str
    name: str
    is_camera: bool


def rooms_of(grants: Iterable[ActiveGrant]) -> list[Any]:
    """``id``, ``uid`` and ``name`` of each room with something that can be out of service, and its ``site``'s name."""
    stations = select(Workstation.id).where(Workstation.room_id == Room.id, Workstation.is_usable).exists()
    cameras = select(Camera.id).where(Camera.room_id == Room.id, Camera.retired_at.is_(None)).exists()
    mine = Site.id.in_(_mine(grants)), or_(stations, cameras)
    query = select(Room.id, Room.uid, Room.name, Site.name.label("site")).join(Site, Site.id == Room.site_id)
    return list(db.session.execute(query.where(*mine).order_by(Site.name, Room.name)).all())


def things_in(room_id: int) -> tuple[list[Any], list[Any]]:
    """Workstations (``uid``, ``code``) and cameras (``uid``, ``label``) that may be chosen there."""
    stations = select(Workstation.uid, Workstation.code).where(Workstation.room_id == room_id, Workstation.is_usable)
    cameras = select(Camera.uid, Camera.label).where(Camera.room_id == room_id, Camera.retired_at.is_(None))
    return (
        list(db.session.execute(stations.order_by(Workstation.code)).all()),
        list(db.session.execute(cameras.order_by(Camera.label)).all()),
    )


def chosen_things(
    grants: Iterable[ActiveGrant], stations: Sequence[UUID], cameras: Sequence[UUID]
) -> tuple[list[Workstation], list[Camera]]:
    """Raises NotFound for one that is not at one's sites."""
    of_mine = Room.site_id.in_(_mine(grants))
    those = select(Workstation).join(Room, Room.id == Workstation.room_id).where(of_mine)
    others = select(Camera).join(Room, Room.id == Camera.room_id).where(of_mine, Camera.retired_at.is_(None))
    found = (
        list(db.session.execute(those.where(Workstation.uid.in_(stations)).order_by(Workstation.code)).scalars()),
        list(db.session.execute(others.where(Camera.uid.in_(cameras)).order_by(Camera.label)).scalars()),
    )
    if [len(one) for one in found] != [len(set(stations)), len(set(cameras))]:
        raise NotFound(N_("有工位或摄像机不在您的考点"), advice=N_("刷新页面，再勾选一次"))
    return found


def standing_outages(grants: Iterable[ActiveGrant], now: datetime) -> list[OutageLine]:
    """Those that hold now or will, by site, room and name."""
    stations = (
        select(*_shown(WorkstationOutage, Workstation.code))
        .join(Workstation, Workstation.id == WorkstationOutage.workstation_id)
        .join(Room, Room.id == Workstation.room_id)
    )
    cameras = (
        select(*_shown(CameraOutage, Camera.label))
        .join(Camera, Camera.id == CameraOutage.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Camera.retired_at.is_(None))
    )
    mine, lines = _mine(grants), []
    for query, during, is_camera in ((stations, WorkstationOutage.during, False), (cameras, CameraOutage.during, True)):
        standing = or_(func.upper_inf(during), func.upper(during) > now)
        rows = db.session.execute(
            query.join(Site, Site.id == Room.site_id).where(Site.id.in_(mine), standing).limit(MOST)
        )
        lines += [OutageLine(row, row.site, row.room, row.name, is_camera) for row in rows]
    return sorted(lines, key=lambda line: (line.site, line.room, line.is_camera, line.name))


def _shown(outage: Any, name: Any) -> tuple[Any, ...]:
    """Columns of a line: a list holds up to a thousand, and the rows hold more than they say."""
    where = Site.name.label("site"), Room.name.label("room"), name.label("name")
    return outage.uid, outage.during, outage.reason, outage.entered_by, *where


def outage_by_uid(uid: UUID, grants: Iterable[ActiveGrant]) -> WorkstationOutage | CameraOutage:
    """Raises NotFound."""
    of_mine = Room.site_id.in_(_mine(grants))
    stations = select(WorkstationOutage).join(Workstation, Workstation.id == WorkstationOutage.workstation_id)
    cameras = select(CameraOutage).join(Camera, Camera.id == CameraOutage.camera_id)
    station = db.session.execute(
        stations.join(Room, Room.id == Workstation.room_id).where(WorkstationOutage.uid == uid, of_mine)
    ).scalar_one_or_none()
    camera = db.session.execute(
        cameras.join(Room, Room.id == Camera.room_id).where(
            CameraOutage.uid == uid, of_mine, Camera.retired_at.is_(None)
        )
    ).scalar_one_or_none()
    found = station or camera
    if found is None:
        raise NotFound(N_("没有找到这条停用"), advice=N_("刷新页面看最新状态"))
    return found


def mark_of(broken: Sequence[BrokenSession]) -> str:
    """Of what somebody was shown before they confirm: another one where something has changed since."""
    lines = [f"{one.session.uid} {one.people} {' '.join(one.stations)}" for one in broken]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _mine(grants: Iterable[ActiveGrant]) -> Any:
    return own_sites(grants).with_only_columns(Site.id).order_by(None)

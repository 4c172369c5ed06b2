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


@dataclass(frozen=True)
class OutageLine:
    """Something that is out of service now or will be. ``outage`` may be of a workstation or of a camera."""

    outage: Any
    site: str
    room: str
    name: str
    is_camera: bool


def rooms_of(grants: Iterable[ActiveGrant]) -> list[Any]:
    """Rows of (Room, name of the site)."""
    query = select(Room, Site.name.label("site")).join(Site, Site.id == Room.site_id).where(Site.id.in_(_mine(grants)))
    return list(db.session.execute(query.order_by(Site.name, Room.name)).all())


def things_in(room: Room) -> tuple[list[Workstation], list[Camera]]:
    stations = select(Workstation).where(Workstation.room_id == room.id, Workstation.is_usable)
    cameras = select(Camera).where(Camera.room_id == room.id)
    return (
        list(db.session.execute(stations.order_by(Workstation.code)).scalars()),
        list(db.session.execute(cameras.order_by(Camera.label)).scalars()),
    )


def chosen_things(
    grants: Iterable[ActiveGrant], stations: Sequence[UUID], cameras: Sequence[UUID]
) -> tuple[list[Workstation], list[Camera]]:
    """Raises NotFound for one that is not at one's sites."""
    found = []
    for table, uids in ((Workstation, stations), (Camera, cameras)):
        query = select(table).join(Room, Room.id == table.room_id).where(Room.site_id.in_(_mine(grants)))
        order = Workstation.code if table is Workstation else Camera.label
        rows = list(db.session.execute(query.where(table.uid.in_(uids)).order_by(order)).scalars())
        if len(rows) != len(set(uids)):
            raise NotFound(N_("有工位或摄像机不在您的考点"), advice=N_("刷新页面，再勾选一次"))
        found.append(rows)
    return found[0], found[1]


def standing_outages(grants: Iterable[ActiveGrant], now: datetime) -> list[OutageLine]:
    """Those that hold now or will, by site, room and name."""
    mine, lines = _mine(grants), []
    for table, thing, name in (
        (WorkstationOutage, Workstation, Workstation.code),
        (CameraOutage, Camera, Camera.label),
    ):
        key = table.workstation_id if table is WorkstationOutage else table.camera_id  # type: ignore[attr-defined]
        query = (
            select(table, Site.name, Room.name, name)
            .select_from(table)
            .join(thing, thing.id == key)
            .join(Room, Room.id == thing.room_id)
            .join(Site, Site.id == Room.site_id)
            .where(Site.id.in_(mine), or_(func.upper_inf(table.during), func.upper(table.during) > now))
            .order_by(Site.name, Room.name, name)
        )
        lines += [OutageLine(*row, thing is Camera) for row in db.session.execute(query.limit(500))]
    return sorted(lines, key=lambda line: (line.site, line.room, line.is_camera, line.name))


def outage_by_uid(uid: UUID, grants: Iterable[ActiveGrant]) -> WorkstationOutage | CameraOutage:
    mine = _mine(grants)
    for table, thing in ((WorkstationOutage, Workstation), (CameraOutage, Camera)):
        key = table.workstation_id if table is WorkstationOutage else table.camera_id  # type: ignore[attr-defined]
        query = select(table).join(thing, thing.id == key).join(Room, Room.id == thing.room_id)
        found = db.session.execute(query.where(table.uid == uid, Room.site_id.in_(mine))).scalar_one_or_none()
        if found is not None:
            return found  # type: ignore[no-any-return]
    raise NotFound(N_("没有找到这条停用"), advice=N_("刷新页面看最新状态"))


def mark_of(broken: Sequence[BrokenSession]) -> str:
    """Of what somebody was shown before they confirm: another one where something has changed since."""
    lines = [f"{one.session.uid} {one.people} {' '.join(one.stations)}" for one in broken]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _mine(grants: Iterable[ActiveGrant]) -> Any:
    return own_sites(grants).with_only_columns(Site.id).order_by(None)

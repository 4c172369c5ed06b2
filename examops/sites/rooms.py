"""Sites, rooms and workstations as their body enters them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from examops.accounts import ActiveGrant
from examops.audit import record
from examops.catalogue import named_occupation
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_, _, message
from examops.core.refusals import constraints_as
from examops.sites.device_list import own_sites
from examops.sites.models import EXAM_KINDS, Camera, CameraPlace, Room, Site, StationPlace, Workstation
from examops.sites.station_codes import read_codes
from examops.sites.tags import Tag

ROOM_KINDS = {
    "practical": N_("实操考场"),
    "computer": N_("机考考场"),
    "paper": N_("纸笔考场"),
    "review": N_("评审室"),
    "monitoring": N_("监控室"),
    "waiting": N_("候考室"),
    "office": N_("考务办公室"),
    "secure": N_("保密室"),
    "marking": N_("阅卷室"),
    "archive": N_("档案室"),
}
LONGEST_CODE = 20


class RoomNameTaken(Conflict):
    code, message, advice = "room.name_taken", N_("这个考点已有同名的场所"), N_("换一个名称，或在那个场所里改")


class NoExamRoom(Conflict):
    """Only exam rooms have places."""

    code, message = "room.not_for_exams", N_("这个场所不是考场，没有工位，也不能排场次")
    advice = N_("选考场；要改用途，另登记一个场所")
    clause = "市工作方案 一(三)"


CONSTRAINTS = {"uq_room_site_id_name": RoomNameTaken, "exam_room_only": NoExamRoom}


def site_by_uid(uid: UUID, grants: Iterable[ActiveGrant], roles: Collection[str]) -> Site:
    """Raises :class:`NotFound` for a site that these grants do not reach."""
    site = db.session.execute(own_sites(grants, roles).where(Site.uid == uid)).scalar_one_or_none()
    if site is None:
        raise NotFound(N_("没有这个考点"), advice=N_("回到考点列表再选"))
    return site


def room_by_uid(uid: UUID, grants: Iterable[ActiveGrant], roles: Collection[str]) -> tuple[Room, Site]:
    sites = own_sites(grants, roles).with_only_columns(Site.id).order_by(None)
    query = select(Room, Site).join(Site, Site.id == Room.site_id).where(Room.uid == uid, Site.id.in_(sites))
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(N_("没有这个场所"), advice=N_("回到考点页再选"))
    return found.Room, found.Site


def rooms_of(site_ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Rows of (Room, stations, cameras, placed, seen): how many it has, and how many of both stand on its plan."""
    stations, cameras, placed, hung = (
        select(func.count(counted)).select_from(thing).outerjoin(place, key == thing.id).where(thing.room_id == Room.id)
        for thing, place, key, counted in (
            (Workstation, StationPlace, StationPlace.workstation_id, Workstation.id),
            (Camera, CameraPlace, CameraPlace.camera_id, Camera.id),
            (Workstation, StationPlace, StationPlace.workstation_id, StationPlace.id),
            (Camera, CameraPlace, CameraPlace.camera_id, CameraPlace.id),
        )
    )
    cameras, hung = (one.where(Camera.retired_at.is_(None)) for one in (cameras, hung))
    named = {"stations": stations, "cameras": cameras, "placed": placed, "hung": hung}
    counts = [one.correlate(Room).scalar_subquery().label(name) for name, one in named.items()]
    query = select(Room, *counts).where(Room.site_id.in_(list(site_ids))).order_by(Room.site_id, Room.name, Room.id)
    return db.session.execute(query).all()


def add_room(site: Site, name: str, kind: str, *, actor: Actor, clock: Clock) -> Room:
    """Raises :class:`RoomNameTaken`."""
    room = Room(**owner_of(site), site_id=site.id, name=name, kind=kind, seats=0)
    with constraints_as(CONSTRAINTS):
        db.session.add(room)
        db.session.flush()
    words = message("{site} {room}", site=site.name, room=name)
    record(Tag.ROOM_ADDED, actor, room, words=words, at=clock.now(), kind=kind)
    return room


def add_stations(room: Room, codes: str, occupation_code: str, *, actor: Actor, clock: Clock) -> tuple[str, ...]:
    """Workstations by their codes, ``A01–A40`` in one act, all fitted for one occupation or for any (empty).

    Raises :class:`Invalid` with every code that is wrong or there already, :class:`NoExamRoom`.
    """
    db.session.execute(select(Room.id).where(Room.id == room.id).with_for_update())
    if room.kind not in EXAM_KINDS:
        raise NoExamRoom(clause=NoExamRoom.clause)
    wanted = _codes(codes)
    there = select(Workstation.code).where(Workstation.room_id == room.id, Workstation.code.in_(wanted))
    doubled = sorted(db.session.execute(there).scalars())
    if doubled:
        raise Invalid(
            N_("这个考场已有工位 {codes}，一个也没有登记"), advice=N_("只写新的编号"), codes=_("、").join(doubled[:20])
        )
    fitted = [named_occupation(occupation_code).code] if occupation_code else []
    db.session.add_all(Workstation(**owner_of(room), room_id=room.id, code=code, occupations=fitted) for code in wanted)
    db.session.flush()
    count = select(func.count()).where(Workstation.room_id == room.id)
    room.seats = db.session.execute(count).scalar_one()
    record(Tag.STATIONS_ADDED, actor, room, words=room.name, at=clock.now(), count=len(wanted))
    return wanted


def _codes(text: str) -> tuple[str, ...]:
    try:
        wanted = read_codes(text)
    except ValueError:
        wanted = ()
    if not wanted or any(len(code) > LONGEST_CODE for code in wanted):
        raise Invalid(N_("看不懂工位编号 {codes}"), advice=N_("写成 A01–A40，或 A01、A02、A05"), codes=text[:60])
    return wanted

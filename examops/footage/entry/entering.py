"""Cameras entered and changed by the people of a site. What was recorded stays with the row that recorded it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from config.rulebook import Rulebook
from examops.accounts import ActiveGrant
from examops.accounts.models import Device
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.keys import Keyring
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.footage.archive.arming import plan_room
from examops.footage.entry.addresses import checked_address, host_of, must_be_free
from examops.footage.entry.admission import change_picture, must_stand
from examops.footage.entry.logins import drop_login, keep_login
from examops.footage.tags import Tag
from examops.sessions.outages import BrokenSession
from examops.sites import own_sites
from examops.sites.models import Camera, Room, Site

FACTS = ("label", "position", "source", "width", "height", "is_door")
OF_THE_PICTURE = ("position", "source", "width", "height")  # another picture than the one that was tried


class LabelTaken(Conflict):
    code, message = "camera.label_taken", N_("这个场所已有（或有过）同名的摄像机")
    advice = N_("换一个名称：撤下的摄像机的录像还用着原来的名称")


CONSTRAINTS = {"uq_camera_room_id_label": LabelTaken}


@dataclass(frozen=True)
class Entered:
    """What the form says of a camera; ``recorder`` names the one box that takes it, None: any of the site."""

    facts: Mapping[str, Any]
    recorder: UUID | None = None
    username: str = ""
    password: str = ""


@dataclass(frozen=True)
class Means:
    """What every act here needs."""

    actor: Actor
    clock: Clock
    rules: Rulebook
    ring: Keyring


def camera_by_uid(uid: UUID, grants: Iterable[ActiveGrant]) -> Row[Any]:
    """(Camera, Room, Site). Raises :class:`NotFound` for one that these people do not look after."""
    query = _looked_after(grants).where(Camera.uid == uid)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这台摄像机"), advice=N_("回到摄像机列表再选"))
    return found


def _looked_after(grants: Iterable[ActiveGrant]) -> Any:
    mine = own_sites(grants).with_only_columns(Site.id).order_by(None)
    return (
        select(Camera, Room, Site)
        .join(Room, Room.id == Camera.room_id)
        .join(Site, Site.id == Room.site_id)
        .where(Site.id.in_(mine))
    )


def room_for(uid: UUID, grants: Iterable[ActiveGrant]) -> Any:
    """(Room, Site) of one's own. Raises :class:`NotFound`."""
    mine = own_sites(grants).with_only_columns(Site.id).order_by(None)
    query = select(Room, Site).join(Site, Site.id == Room.site_id).where(Room.uid == uid, Site.id.in_(mine))
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(N_("没有这个场所"), advice=N_("从列表里选一个场所"))
    return found


def add_camera(room: Room, entered: Entered, means: Means) -> Camera:
    """In the plan of its recorder from the next question on. Not admitted: it covers nothing until it was tried.

    Raises what :func:`~examops.footage.entry.addresses.checked_address` does, :class:`AddressTaken`,
    :class:`LabelTaken`, and :class:`Invalid` for a box of another site."""
    lock_all(("site-cameras", room.site_id))
    source = checked_address(entered.facts["source"], means.rules, today(means.clock))
    must_be_free(source, room.site_id)
    camera = Camera(
        **owner_of(room),
        room_id=room.id,
        **{name: entered.facts[name] for name in FACTS},
        recorder_id=_recorder(room.site_id, entered.recorder),
        added_at=means.clock.now(),
    )
    with constraints_as(CONSTRAINTS):
        db.session.add(camera)
        db.session.flush()
    words = message("{room} {camera}", room=room.name, camera=camera.label)
    record(Tag.CAMERA_ADDED, means.actor, camera, words=words, at=means.clock.now(), position=camera.position)
    if entered.username or entered.password:
        keep_login(camera, entered.username, entered.password, ring=means.ring, actor=means.actor, clock=means.clock)
    plan_room(room.id, means.rules, means.clock)
    return camera


def change_camera(
    camera: Camera, site_id: int, entered: Entered, means: Means, seen: tuple[int, int] = (0, 0)
) -> list[str]:
    """The names of what changed. Another host takes the stored login with it: a password goes to no other camera.

    An admission is taken back by another address or picture until that was tried and admitted. ``seen``: how many
    sessions and people the person was shown to lose by it.

    Raises as :func:`add_camera`, :class:`~examops.footage.entry.admission.Retired` and
    :class:`~examops.footage.entry.admission.AdmissionNotAsShown`."""
    lock_all(("site-cameras", site_id))
    must_stand(camera)
    wanted = {name: entered.facts[name] for name in FACTS}
    wanted["source"] = checked_address(wanted["source"], means.rules, today(means.clock))
    wanted["recorder_id"] = _recorder(site_id, entered.recorder)
    must_be_free(wanted["source"], site_id, but=camera.id)
    changed = [name for name, value in wanted.items() if getattr(camera, name) != value]
    if not changed:
        return []
    if host_of(wanted["source"]) != host_of(camera.source) and drop_login(camera):
        changed.append("login")

    def write() -> None:
        for name in set(changed) & set(wanted):
            setattr(camera, name, wanted[name])

    with constraints_as(CONSTRAINTS):
        if set(changed) & set(OF_THE_PICTURE):
            change_picture(camera, write, seen, actor=means.actor, clock=means.clock, rules=means.rules)
        else:
            write()
        db.session.flush()
    record(Tag.CAMERA_CHANGED, means.actor, camera, words=camera.label, at=means.clock.now(), changed=sorted(changed))
    return changed


def change_by_file(
    camera: Camera, site_id: int, facts: Mapping[str, Any], *, actor: Actor, clock: Clock, rules: Rulebook
) -> list[BrokenSession]:
    """``facts``: columns that differ, as a setup file says. What follows is what follows on the page, but nobody is
    asked before; returns the sessions that lose places by it, which were told. Raises ``Retired``."""
    lock_all(("site-cameras", site_id))
    must_stand(camera)
    changed, lost = list(facts), []
    if host_of(facts.get("source", camera.source)) != host_of(camera.source) and drop_login(camera):
        changed.append("login")

    def write() -> None:
        for name, value in facts.items():
            setattr(camera, name, value)

    if set(facts) & set(OF_THE_PICTURE):
        lost = change_picture(camera, write, None, actor=actor, clock=clock, rules=rules)
    else:
        write()
    db.session.flush()
    record(Tag.CAMERA_CHANGED, actor, camera, words=camera.label, at=clock.now(), changed=sorted(changed))
    return lost


def recorders_of(site_ids: Iterable[int]) -> list[Device]:
    """Boxes that are in use, by name."""
    query = select(Device).where(
        Device.site_id.in_(list(site_ids)), Device.kind == "recorder", Device.revoked_at.is_(None)
    )
    return list(db.session.execute(query.order_by(Device.name, Device.id)).scalars())


def _recorder(site_id: int, uid: UUID | None) -> int | None:
    if uid is None:
        return None
    found = next((box.id for box in recorders_of([site_id]) if box.uid == uid), None)
    if found is None:
        raise Invalid(N_("这个考点没有这台录像盒，或它已停用"), advice=N_("选列表里的录像盒，或选“本考点任一台”"))
    return found

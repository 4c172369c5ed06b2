"""A room's plan: where its workstations stand and its cameras hang, changed by one person after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_
from examops.core.store import Store
from examops.sites.models import Camera, CameraPlace, Room, RoomPlan, StationPlace, Workstation
from examops.sites.tags import Tag
from examops.web.formats import moment

URL_LIVES = timedelta(hours=1)


class PlanChanged(Conflict):
    """Somebody else has saved since; nothing of this save is kept on the server."""

    code = "plan.changed"
    message = N_("{who} 在 {at} 改过这个平面图，您的改动没有保存")
    advice = N_("先看对方改了什么，再保存自己的")


@dataclass(frozen=True)
class Placed:
    """``kind`` is station or camera; ``x`` and ``y`` are parts of the picture's size, None: off the plan."""

    kind: str
    uid: UUID
    x: float | None
    y: float | None


# Of each kind: the thing, its place, the key of the place, and what people call it.
THINGS: Mapping[str, tuple[Any, Any, str, Any]] = {
    "station": (Workstation, StationPlace, "workstation_id", Workstation.code),
    "camera": (Camera, CameraPlace, "camera_id", Camera.label),
}


def plan_of(room: Room, *, locked: bool = False) -> RoomPlan:
    """The plan, made empty where there is none; ``locked`` until the end of the transaction."""
    made = insert(RoomPlan).values(**owner_of(room), room_id=room.id).on_conflict_do_nothing()
    query = select(RoomPlan).where(RoomPlan.room_id == room.id).execution_options(populate_existing=True)
    found = db.session.execute(query.with_for_update() if locked else query).scalar_one_or_none()
    if found is not None:
        return found
    if not locked:
        return RoomPlan(version=0, picture_key="", width=1600, height=900, picture_by="", changed_by="")
    db.session.execute(made)
    return db.session.execute(query.with_for_update()).scalar_one()


def plan_document(room: Room, store: Store) -> dict[str, Any]:
    """What the editor shows: the plan, and every workstation and camera of the room with its place."""
    plan = plan_of(room)
    return {
        "version": plan.version,
        "width": plan.width,
        "height": plan.height,
        "url": store.read_url("documents", plan.picture_key, URL_LIVES) if plan.picture_key else "",
        "changed_by": plan.changed_by,
        "changed_at": plan.changed_at,
        "things": things_of([room.id])[room.id],
    }


def things_of(room_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """By inner number of the room, its workstations, then its cameras, each with its place; every room has an entry."""
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in room_ids}
    for kind in THINGS:
        for number, one in _things(found, kind):
            found[number].append(one)
    return found


def _things(room_ids: Iterable[int], kind: str) -> Iterable[tuple[int, dict[str, Any]]]:
    thing, place, key, label = THINGS[kind]
    query = (
        select(thing.room_id, thing.uid, label.label("label"), place.x, place.y, place.placed_by_name, place.placed_at)
        .outerjoin(place, getattr(place, key) == thing.id)
        .where(thing.room_id.in_(list(room_ids)), *([Camera.retired_at.is_(None)] if thing is Camera else []))
        .order_by(label, thing.id)
    )
    for row in db.session.execute(query):
        one = {"kind": kind, "uid": row.uid, "label": row.label, "x": row.x, "y": row.y}
        yield row.room_id, {**one, "by": row.placed_by_name or "", "at": row.placed_at}


def save_places(room: Room, version: int, places: Sequence[Placed], *, actor: Actor, clock: Clock) -> RoomPlan:
    """All of them or none. Raises :class:`PlanChanged` unless ``version`` is the plan's, :class:`NotFound` for a thing
    of another room."""
    plan = plan_of(room, locked=True)
    must_be_seen(plan, version)
    for kind in THINGS:
        _save(room, kind, [one for one in places if one.kind == kind], actor, clock)
    changed(plan, actor, clock)
    gone = sum(one.x is None for one in places)
    record(Tag.PLAN_PLACED, actor, room, words=room.name, at=clock.now(), placed=len(places) - gone, taken_off=gone)
    return plan


def must_be_seen(plan: RoomPlan, version: int) -> None:
    if plan.version != version:
        at = moment(plan.changed_at) if plan.changed_at else ""
        raise PlanChanged(who=plan.changed_by, at=at, version=plan.version)


def changed(plan: RoomPlan, actor: Actor, clock: Clock) -> None:
    plan.version += 1
    plan.changed_by, plan.changed_at = actor.name, clock.now()
    db.session.flush()


def _save(room: Room, kind: str, places: Sequence[Placed], actor: Actor, clock: Clock) -> None:
    thing, place, key, _label = THINGS[kind]
    query = select(thing.uid, thing.id).where(thing.room_id == room.id, thing.uid.in_([one.uid for one in places]))
    numbers = {row.uid: row.id for row in db.session.execute(query)}
    if len(numbers) != len({one.uid for one in places}):
        raise NotFound(N_("有工位或摄像机不在这个场所"), advice=N_("刷新页面再看"))
    gone = [numbers[one.uid] for one in places if one.x is None]
    if gone:
        db.session.execute(delete(place).where(getattr(place, key).in_(gone)))
    by = {"placed_by": actor.uid, "placed_by_name": actor.name, "placed_at": clock.now()}
    rows = {numbers[one.uid]: {"x": one.x, "y": one.y, **by} for one in places if one.x is not None}
    if not rows:
        return
    new = insert(place).values([{**owner_of(room), key: number, **row} for number, row in rows.items()])
    moved = {name: new.excluded[name] for name in ("x", "y", *by)}
    db.session.execute(new.on_conflict_do_update(index_elements=[key], set_=moved))

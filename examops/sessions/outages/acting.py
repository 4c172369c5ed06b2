"""Taking workstations and cameras out of service, and putting them back: places drop and come back at once.

The locks are those of planning and booking, in their order: the workstations' by number, then the turns' rows. Whoever
plans with one of these workstations waits and measures again; whoever books into one of these turns waits and finds it
smaller. Behind both stands the constraint ``taken <= capacity``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.sessions.capacity.resources import recount
from examops.sessions.capacity.supposed import Supposed
from examops.sessions.models import ExamSession
from examops.sessions.outages.breaks import note_break, settle_after_putting_back
from examops.sessions.outages.effects import (
    BrokenSession,
    beside_guests,
    broken_sessions,
    seen_by,
    sessions_holding,
)
from examops.sessions.tags import Tag
from examops.sites.models import Camera, CameraOutage, Workstation, WorkstationOutage

Outage = WorkstationOutage | CameraOutage
LOCK_TURNS = text("SELECT id FROM turn WHERE session_id = ANY (:sessions) ORDER BY id FOR NO KEY UPDATE")


class AlreadyOut(Conflict):
    code, message = "outage.already_out", N_("{names} 在这段时间已经停用")
    advice = N_("去掉已停用的再试，或先恢复原来的停用")


class OutageOver(Conflict):
    code, message, advice = "outage.over", N_("这条停用已经结束"), N_("刷新页面看最新状态")


@dataclass(frozen=True)
class TakeOut:
    """What is taken out of service, of one site, in what time and why."""

    stations: Sequence[Workstation]
    cameras: Sequence[Camera]
    during: Range[datetime]
    reason: str

    @property
    def supposed(self) -> Supposed:
        return Supposed({one.id: self.during for one in self.stations}, {one.id: self.during for one in self.cameras})

    def sessions(self, now: datetime) -> list[ExamSession]:
        """Those that count on one of them."""
        held = {*(one.id for one in self.stations), *seen_by(one.id for one in self.cameras)}
        return sessions_holding(held, self.during, now)

    @property
    def rooms(self) -> set[int]:
        return {*(one.room_id for one in self.stations), *(one.room_id for one in self.cameras)}

    def breaks(self, rules: Rulebook, now: datetime) -> list[BrokenSession]:
        """What it would break, of guests too; the same that :func:`take_out` finds behind the locks."""
        with beside_guests(self.rooms):
            return broken_sessions(self.sessions(now), self.supposed, rules)


def take_out(asked: TakeOut, *, actor: Actor, clock: Clock, rules: Rulebook) -> list[BrokenSession]:
    """From now on nobody new is booked or seated there; every session that it breaks is warned. Raises AlreadyOut."""
    lock_all(*_keys(asked.stations, asked.cameras))
    _must_be_in_service(asked)
    with beside_guests(asked.rooms):
        return _take_out(asked, actor, clock, rules)


def _take_out(asked: TakeOut, actor: Actor, clock: Clock, rules: Rulebook) -> list[BrokenSession]:
    sessions = asked.sessions(clock.now())
    _lock_turns(sessions)
    broken = broken_sessions(sessions, asked.supposed, rules)
    act = uuid.uuid4()
    _write(asked, act, actor)
    for session in sessions:
        recount(session, rules)
    db.session.flush()
    for one in broken:
        note_break(one, asked, act, actor=actor, clock=clock)
    _log(asked, broken, actor, clock)
    return broken


def put_back(outages: Sequence[Outage], *, actor: Actor, clock: Clock, rules: Rulebook) -> list[ExamSession]:
    """In service again from now on; the sessions whose places were counted anew. Raises OutageOver."""
    things = [_thing_of(one) for one in outages]
    lock_all(*_keys(*_apart(things)))
    now = clock.now()
    for outage in outages:
        db.session.refresh(outage, with_for_update=True)
        if outage.ended_at is not None or outage.during.isempty or (outage.during.upper and outage.during.upper <= now):
            raise OutageOver()
    with beside_guests({one.room_id for one in things}):
        return _put_back(outages, things, actor, clock, rules)


def _put_back(
    outages: Sequence[Outage], things: Sequence[Workstation | Camera], actor: Actor, clock: Clock, rules: Rulebook
) -> list[ExamSession]:
    stations, cameras = _apart(things)
    now = clock.now()
    held = {*(one.id for one in stations), *seen_by(one.id for one in cameras)}
    spans = [outage.during for outage in outages]
    sessions = list({one.id: one for span in spans for one in sessions_holding(held, span, now)}.values())
    _lock_turns(sessions)
    for outage, thing in zip(outages, things, strict=True):
        _end(outage, thing, actor, now)
    db.session.flush()
    for session in sessions:
        recount(session, rules)
    settle_after_putting_back({one.act_uid for one in outages if one.act_uid}, actor=actor, clock=clock)
    return sessions


def _keys(stations: Sequence[Workstation], cameras: Sequence[Camera]) -> list[tuple[str, int]]:
    """A camera stands for the workstations that it sees: their coverage must not change under a plan either."""
    held = {*(one.id for one in stations), *seen_by(one.id for one in cameras)}
    return [*(("workstation", one) for one in held), *(("camera", one.id) for one in cameras)]


def _lock_turns(sessions: Sequence[ExamSession]) -> None:
    db.session.execute(LOCK_TURNS, {"sessions": [one.id for one in sessions]})


def _must_be_in_service(asked: TakeOut) -> None:
    stations = (
        select(Workstation.code)
        .join(WorkstationOutage, WorkstationOutage.workstation_id == Workstation.id)
        .where(Workstation.id.in_([one.id for one in asked.stations]), WorkstationOutage.during.overlaps(asked.during))
    )
    cameras = (
        select(Camera.label)
        .join(CameraOutage, CameraOutage.camera_id == Camera.id)
        .where(Camera.id.in_([one.id for one in asked.cameras]), CameraOutage.during.overlaps(asked.during))
    )
    names = [name for query in (stations, cameras) for name in sorted(set(db.session.execute(query).scalars()))]
    if names:
        raise AlreadyOut(names="、".join(names))


def _write(asked: TakeOut, act: uuid.UUID, actor: Actor) -> None:
    told: dict[str, Any] = {"during": asked.during, "reason": asked.reason, "act_uid": act}
    told |= {"entered_by": actor.name, "entered_by_uid": actor.uid}
    db.session.add_all(WorkstationOutage(**owner_of(one), workstation_id=one.id, **told) for one in asked.stations)
    db.session.add_all(CameraOutage(**owner_of(one), camera_id=one.id, **told) for one in asked.cameras)
    db.session.flush()


def _log(asked: TakeOut, broken: Sequence[BrokenSession], actor: Actor, clock: Clock) -> None:
    until = asked.during.upper.isoformat() if asked.during.upper else ""
    facts: dict[str, Any] = {"since": asked.during.lower.isoformat() if asked.during.lower else "", "until": until}
    facts |= {"sessions": len(broken), "people": sum(one.people for one in broken)}
    for station in asked.stations:
        words = message("{name} {reason}", name=station.code, reason=asked.reason)
        record(Tag.STATION_OUT_OF_SERVICE, actor, station, words=words, at=clock.now(), **facts)
    for camera in asked.cameras:
        words = message("{name} {reason}", name=camera.label, reason=asked.reason)
        record(Tag.CAMERA_OUT_OF_SERVICE, actor, camera, words=words, at=clock.now(), **facts)


def _thing_of(outage: Outage) -> Workstation | Camera:
    if isinstance(outage, WorkstationOutage):
        return db.session.get_one(Workstation, outage.workstation_id)
    return db.session.get_one(Camera, outage.camera_id)


def _apart(things: Sequence[Workstation | Camera]) -> tuple[list[Workstation], list[Camera]]:
    return [one for one in things if isinstance(one, Workstation)], [one for one in things if isinstance(one, Camera)]


def _end(outage: Outage, thing: Workstation | Camera, actor: Actor, now: datetime) -> None:
    assert outage.during.lower
    outage.during = Range(outage.during.lower, max(now, outage.during.lower))
    outage.ended_by, outage.ended_at = actor.name, now
    tag = Tag.STATION_IN_SERVICE if isinstance(thing, Workstation) else Tag.CAMERA_IN_SERVICE
    name = thing.code if isinstance(thing, Workstation) else thing.label
    record(tag, actor, thing, words=message("{name} {reason}", name=name, reason=outage.reason), at=now)

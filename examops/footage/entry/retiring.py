"""A camera taken down, or hung in another room: its row ends with its history and footage, nothing new comes of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_, in_chinese, message
from examops.footage.cameras.states import armed_session
from examops.footage.entry.admission import end_trials, must_stand
from examops.footage.entry.entering import FACTS, Entered, Means, add_camera
from examops.footage.entry.logins import drop_login, move_login
from examops.footage.models import Arming
from examops.footage.tags import Tag
from examops.sessions.outages import BrokenSession, TakeOut, take_out
from examops.sites.models import Camera, CameraCoverage, CameraOutage, Room


class StillRecords(Conflict):
    code, message = "camera.records", N_("这台摄像机正在录一场考试，现在不能移走或撤下")
    advice = N_("考完再移走或撤下；坏了就先在“停用”里登记")


class NotAsShown(Conflict):
    code, message = "camera.not_as_shown", N_("撤下的影响变了：现在 {count} 个场次要用它，{people} 人没有位子")
    advice = N_("再看一遍影响的场次，再确认")


def breaks_of_retiring(camera: Camera, rules: Rulebook, clock: Clock) -> list[BrokenSession]:
    """Sessions that count on it, with how many people would have no place."""
    asked = _asked(camera, "", clock.now())
    return asked.breaks(rules, clock.now()) if asked else []


def retire_camera(
    camera: Camera, reason: str, seen: tuple[int, int], means: Means, *, keeps_login: bool = False
) -> list[BrokenSession]:
    """``seen``: how many sessions and people the person was shown. Every session that it breaks is warned.

    Raises :class:`StillRecords`, :class:`NotAsShown`, :class:`~examops.footage.entry.admission.Retired`."""
    must_stand(camera)
    now = means.clock.now()
    if armed_session(camera, now) is not None:
        raise StillRecords()
    asked = _asked(camera, reason, now)
    broken = take_out(asked, actor=means.actor, clock=means.clock, rules=means.rules) if asked else []
    people = sum(one.people for one in broken)
    if (len(broken), people) != seen:
        raise NotAsShown(count=len(broken), people=people)
    _end(camera, reason, means)
    if not keeps_login:
        drop_login(camera)
    words = message("{camera} {reason}", camera=camera.label, reason=reason)
    record(Tag.CAMERA_RETIRED, means.actor, camera, words=words, at=now, sessions=len(broken), people=people)
    return broken


def move_camera(camera: Camera, room: Room, label: str, seen: tuple[int, int], means: Means) -> Camera:
    """It hangs in ``room`` from now on, as a row of its own: footage of before stays with the room it was taken in.

    Raises as retiring and adding."""
    facts = {name: getattr(camera, name) for name in FACTS} | {"label": label}
    with in_chinese():  # stored as text, read by everybody
        reason = str(message(N_("移到 {room}"), room=room.name))
    retire_camera(camera, reason, seen, means, keeps_login=True)
    new = add_camera(room, Entered(facts), means)
    move_login(camera, new, ring=means.ring)
    return new


def _asked(camera: Camera, reason: str, now: datetime) -> TakeOut | None:
    """Out of service for good, from the end of what is entered already; None where it is out for good already."""
    query = select(func.range_agg(CameraOutage.during)).where(
        CameraOutage.camera_id == camera.id, ~func.isempty(CameraOutage.during)
    )
    since = now
    for out in db.session.execute(query).scalar() or ():
        if out.upper is None:
            return None
        since = max(since, out.upper)
    return TakeOut((), (camera,), Range(since, None), reason)


def _end(camera: Camera, reason: str, means: Means) -> None:
    now = means.clock.now()
    camera.retired_at, camera.retired_by, camera.retired_reason = now, means.actor.name, reason
    still = CameraCoverage.camera_id == camera.id, func.upper_inf(CameraCoverage.valid)
    for mark in db.session.execute(select(CameraCoverage).where(*still)).scalars():
        mark.valid = Range(mark.valid.lower, now, bounds="[)" if mark.valid.lower else "()")
    planned = update(Arming).where(Arming.camera_id == camera.id, Arming.state == "planned")
    db.session.execute(planned.values(state="cancelled"))
    end_trials(camera, "camera_retired", actor=means.actor, clock=means.clock)
    db.session.flush()

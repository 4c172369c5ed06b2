"""What a camera begins or ceases to see: places come and go with it at once, and whoever loses one is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_
from examops.core.locking import lock_all
from examops.sessions.capacity.limits import capacity
from examops.sessions.capacity.resources import measured, recount
from examops.sessions.models import ExamSession
from examops.sessions.outages.acting import TakeOut
from examops.sessions.outages.breaks import breaks_of, note_break, settle_in_sight
from examops.sessions.outages.effects import BrokenSession, beside_guests, lost_places, sessions_holding
from examops.sessions.outages.reseating import people_to_move
from examops.sessions.turn_locks import lock_turns
from examops.sites.models import Camera, Workstation

SeenCounts = tuple[int, int]


class SightNotAsShown(Conflict):
    code, message = "camera.sight_not_as_shown", N_("{count} 个场次靠这台摄像机，不看这里就有 {people} 人没有位子")
    advice = N_("确实看不到了，再点一次确认：这些场次会收到通知；还看得到，就不用动")
    clause = "市工作方案 一(三)"

    def __init__(self, count: int, people: int) -> None:
        super().__init__(count=count, people=people, clause=self.clause)
        self.seen = count, people


@dataclass(frozen=True)
class Sight:
    """The workstations of one camera whose coverage changes, and why. ``seen``: how many sessions and people the person
    was shown to lose by it; None where nobody can lose."""

    camera: Camera
    stations: Sequence[Workstation]
    reason: str = ""
    seen: SeenCounts | None = None


def change_sight(
    sight: Sight, change: Callable[[], object], *, actor: Actor, clock: Clock, rules: Rulebook
) -> list[BrokenSession]:
    """``change`` writes the marks or admits the camera, behind the locks of planning and booking: every session that
    holds one of the workstations is counted anew, of guests too. Those that lose places are returned, and were told.

    Raises :class:`SightNotAsShown` where the loss is another than what was shown."""
    db.session.execute(select(Camera.id).where(Camera.id == sight.camera.id).with_for_update())
    held = sorted(one.id for one in sight.stations)
    lock_all(*(("workstation", one) for one in held), ("camera", sight.camera.id))
    with beside_guests({sight.camera.room_id}):
        return _change(sight, set(held), change, actor, clock, rules)


def _change(
    sight: Sight, held: set[int], change: Callable[[], object], actor: Actor, clock: Clock, rules: Rulebook
) -> list[BrokenSession]:
    now = clock.now()
    sessions = sessions_holding(held, Range(now, None), now)
    before = {one.id: _places(one, rules) for one in sessions}
    lock_turns({turn for places in before.values() for turn in places})
    before = {one.id: _places(one, rules) for one in sessions}
    change()
    db.session.flush()
    lost = lost_places(sessions, held, before, rules)
    people = sum(one.people for one in lost)
    if sight.seen is not None and people and (len(lost), people) != sight.seen:
        raise SightNotAsShown(len(lost), people)
    for session in sessions:
        recount(session, rules)
    db.session.flush()
    _note(sight, lost, actor, clock)
    for session in sessions:
        if any(not one.settlement for one in breaks_of(session)) and not people_to_move(session, rules):
            settle_in_sight(session, actor=actor, clock=clock)
    return lost


def _places(session: ExamSession, rules: Rulebook) -> dict[int, int]:
    return {turn.id: capacity(found) for turn, found in measured(session, rules)}


def _note(sight: Sight, lost: Sequence[BrokenSession], actor: Actor, clock: Clock) -> None:
    asked = TakeOut(sight.stations, (sight.camera,), Range(clock.now(), None), sight.reason)
    act = uuid.uuid4()
    for one in lost:
        note_break(one, asked, act, actor=actor, clock=clock)

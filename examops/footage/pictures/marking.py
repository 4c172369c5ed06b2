"""A camera begins or ceases to see a workstation: sessions that count on it are counted anew at once."""

from __future__ import annotations

from uuid import UUID

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, in_chinese, message
from examops.sessions.outages import Sight, change_sight
from examops.sites import SIGHT_UNTIL, Place, end_mark, put_mark, stations_in_room
from examops.sites.models import Camera, Workstation


class NotAdmittedAgain(Conflict):
    code, message = "camera.not_admitted_again", N_("这台摄像机换了地址或画面，还没有再准入，现在不能标")
    advice = N_("先试运行、再准入：原来标的工位一起恢复，之后再改")


def mark_station(
    camera: Camera, station_uid: UUID, place: Place | None, *, actor: Actor, clock: Clock, rules: Rulebook
) -> Workstation:
    """From now on the camera sees it. Raises :class:`NotFound` for one of another room, :class:`NotAdmittedAgain`."""
    if SIGHT_UNTIL in camera.fitness:
        raise NotAdmittedAgain()
    station = _station(camera, station_uid)

    def put() -> object:
        return put_mark(camera, station_uid, place, actor=actor, clock=clock)

    change_sight(Sight(camera, [station]), put, actor=actor, clock=clock, rules=rules)
    return station


def unmark_station(
    camera: Camera, station_uid: UUID, seen: tuple[int, int], *, actor: Actor, clock: Clock, rules: Rulebook
) -> tuple[Workstation, int]:
    """From now on the camera does not see it; with how many people have no place by that. ``seen``: how many sessions
    and people the person was shown. Raises :class:`~examops.sessions.outages.SightNotAsShown` and :class:`NotFound`.
    """
    station = _station(camera, station_uid)
    with in_chinese():  # stored as text, read by everybody
        reason = str(message(N_("{camera} 看不到 {station} 了"), camera=camera.label, station=station.code))

    def end() -> object:
        return end_mark(camera, station_uid, actor=actor, clock=clock)

    lost = change_sight(Sight(camera, [station], reason, seen), end, actor=actor, clock=clock, rules=rules)
    return station, sum(one.people for one in lost)


def _station(camera: Camera, uid: UUID) -> Workstation:
    found = next((one for one in stations_in_room(camera) if one.uid == uid), None)
    if found is None:
        raise NotFound(N_("这个考场没有这个工位"), advice=N_("刷新页面再看"))
    return found

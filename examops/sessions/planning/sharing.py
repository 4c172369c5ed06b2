"""Which workstations of the room each group of a draft gets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from examops.catalogue import named_occupation
from examops.core.database import db
from examops.core.language import _
from examops.sessions.planning.draft import Draft, Fault
from examops.sessions.planning.plan import meet
from examops.sessions.planning.stations import station_words
from examops.sites import Station
from examops.sites.models import Room, Workstation


def share_stations(draft: Draft) -> None:
    """Named ones first, then counted ones, then all that is left; groups at different hours may use the same."""
    usable = draft.rows.ground.stations
    wishes = [group.plan.stations for group in draft.groups]
    order = sorted(range(len(wishes)), key=lambda place: (wishes[place] is None, isinstance(wishes[place], int), place))
    for place in order:
        group = draft.groups[place]
        code = group.plan.occupation_code
        fitting = [station for station in usable if not station.occupations or code in station.occupations]
        group.stations = _choose(draft, place, fitting)


def _choose(draft: Draft, place: int, fitting: Sequence[Station]) -> list[Station]:
    mine, booking_request = draft.groups[place], draft.groups[place].plan.stations
    taken = {
        station.id: other
        for other, group in enumerate(draft.groups)
        if other != place and meet(mine.plan, group.plan)
        for station in group.stations
    }
    free = [station for station in fitting if station.id not in taken]
    if isinstance(booking_request, tuple):
        return _named(draft, place, booking_request, {station.code: station for station in fitting}, taken)
    wanted = len(free) if booking_request is None else booking_request
    if not free or wanted > len(free):
        words = _too_few(fitting, free, wanted) if fitting else _unfit(draft, place)
        draft.faults.append(Fault("stations" if fitting else "room", words, place))
    return free[:wanted]


def _named(
    draft: Draft, place: int, booking_request: tuple[str, ...], fitting: dict[str, Station], taken: dict[int, int]
) -> list[Station]:
    unknown = [code for code in booking_request if code not in fitting]
    if unknown:
        words = _(
            "考场里没有适合本职业的可用工位 {unknown}；可用的是 {fitting}",
            unknown=_("、").join(unknown),
            fitting=station_words(list(fitting.values())),
        )
        draft.faults.append(Fault("stations", words, place))
    chosen = [fitting[code] for code in booking_request if code in fitting]
    doubled = [station for station in chosen if station.id in taken]
    if doubled:
        words = _(
            "工位 {stations} 同一时间已给第 {group} 组", stations=station_words(doubled), group=taken[doubled[0].id] + 1
        )
        draft.faults.append(Fault("stations", words, place))
    return [station for station in chosen if station.id not in taken]


def _too_few(fitting: Sequence[Station], free: Sequence[Station], wanted: int) -> str:
    if not free:
        return _("工位都给了同时进行的别组：写明每组用哪些工位，或错开时间")
    return _(
        "只剩 {left} 个工位（{stations}），不够 {wanted} 个",
        left=len(free),
        stations=station_words(free),
        wanted=wanted,
    )


def _unfit(draft: Draft, place: int) -> str:
    """That the room has nothing for this occupation, and which rooms of the same body have."""
    code = draft.groups[place].plan.occupation_code
    fits = or_(func.cardinality(Workstation.occupations) == 0, Workstation.occupations.contains([code]))
    query = (
        select(Room.name, func.count())
        .join(Workstation, Workstation.room_id == Room.id)
        .where(Room.body_id == draft.room.body_id, Workstation.is_usable, fits)
        .group_by(Room.id)
        .order_by(func.count().desc(), Room.name)
        .limit(4)
    )
    rooms = [_("{room}（{count} 个工位）", room=name, count=count) for name, count in db.session.execute(query)]
    advice = _("适合的有 {rooms}", rooms=_("、").join(rooms)) if rooms else _("先在考点里登记工位")
    name = named_occupation(code).name
    return _("{room} 没有适合{occupation}的可用工位；{advice}", room=draft.room.name, occupation=name, advice=advice)

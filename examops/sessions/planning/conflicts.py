"""What stands in the way of a draft: which session holds room, workstation or person, and what is free instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, bindparam, func, select
from sqlalchemy.dialects.postgresql import Range

from examops.core.clock import local_day
from examops.core.language import _
from examops.core.prepared import Prepared
from examops.sessions.models import LONGEST_SESSION, ExamSession
from examops.sessions.planning.cards import has_card
from examops.sessions.planning.draft import Draft
from examops.sessions.planning.held import LIVE, NEW, Held, HeldSession, Spare, Wanted, able_now, held_now
from examops.sessions.planning.plan import Duty
from examops.sessions.planning.stations import station_words
from examops.sites import Station
from examops.sites.models import Room, Workstation
from examops.staff import Saying
from examops.web.formats import clock_time, span

MAX_OFFERED = 4
_MOMENT, _NUMBER = DateTime(timezone=True), BigInteger()
_ENDS = bindparam("ends", type_=_MOMENT)
_BUSY = select(ExamSession.id).where(
    ExamSession.room_id == Room.id,
    ExamSession.during.overlaps(func.tstzrange(bindparam("begins", type_=_MOMENT), _ENDS)),
    LIVE,
    ExamSession.starts_at.between(bindparam("not_before", type_=_MOMENT), _ENDS),
    ExamSession.id != bindparam("but", type_=_NUMBER),
)
FREE_ROOMS = Prepared(
    select(Room.id, Room.name, Workstation.occupations)
    .join(Workstation, Workstation.room_id == Room.id)
    .where(Room.body_id == bindparam("body_id", type_=_NUMBER), ~_BUSY.exists(), Workstation.is_usable)
)


@dataclass(frozen=True)
class Clash:
    """``subject`` is ``room``, ``stations`` or ``duty-`` and the person's uid; ``advice`` names what is free.

    ``session`` is None where it is another body's, which the reader does not see.
    """

    subject: str
    words: str
    advice: str
    session: HeldSession | None


def find_clashes(draft: Draft) -> list[Clash]:
    """Everything held by somebody else at this moment while the draft wants it. Sees what the reader may see;
    the constraints see all.
    """
    return clashes(draft, held_now(_wanted(draft)))


def clashes(draft: Draft, held: Held) -> list[Clash]:
    """The same by what was read already."""
    return [*_room(draft, held), *_stations(draft, held), *_people(draft, held)]


def _wanted(draft: Draft) -> Wanted:
    persons = {member.id: member.person_id for member, _duty in draft.staff}
    return Wanted.of(draft.plan, draft.room, persons, draft.stations, draft.changing)


def _room(draft: Draft, held: Held) -> list[Clash]:
    found = [
        Clash("room", _("{room} 已有场次 {session}", room=draft.room.name, session=_named(session)), "", session)
        for session in held.room
        if session.during.overlaps(draft.plan.during)
    ]
    if held.is_taken_unseen:
        found.append(Clash("room", _("{room} 在这段时间已有另一家机构的场次", room=draft.room.name), "", None))
    advice = _room_advice(draft, held) if found else ""
    return [replace(clash, advice=advice) for clash in found]


def _stations(draft: Draft, held: Held) -> list[Clash]:
    """Workstations that a session of another room holds; those of this room are told with the room."""
    wanted = {station.id: station for station in draft.stations}
    sessions: dict[int, tuple[HeldSession, list[Station]]] = {}
    for number, session in held.stations:
        if number in wanted:
            sessions.setdefault(session.id, (session, []))[1].append(wanted[number])
    busy = {station.id for _, stations in sessions.values() for station in stations}
    free = [station for station in draft.stations if station.id not in busy]
    advice = _("空闲的是 {stations}", stations=station_words(free)) if free else _("换时间，或换考场")
    return [
        Clash(
            "stations",
            _("工位 {stations} 已被场次 {session} 占用", stations=_in_order(stations), session=_named(session)),
            advice,
            session,
        )
        for session, stations in sessions.values()
    ]


def _in_order(stations: Iterable[Station]) -> str:
    return station_words(sorted(stations, key=lambda station: station.code))


def _people(draft: Draft, held: Held) -> list[Clash]:
    """Whoever is on duty elsewhere, as a member of whichever body; and whoever has said, or the body for them, that
    they cannot come then."""
    members = {member.id: (member, duty) for member, duty in draft.staff}
    of_person = {member.person_id: member.id for member, _duty in draft.staff}
    seen = [(of_person[person], session) for person, session in held.duties]
    seen.sort(key=lambda pair: (pair[0], pair[1].starts_at))
    unseen = sorted(held.busy - {number for number, _session in seen})
    words: list[tuple[int, str, HeldSession | None]]
    words = [(number, on_duty(members[number][0].name, session), session) for number, session in seen]
    words += [(number, on_duty(members[number][0].name, None), None) for number in unseen]
    saying = held.not_free(draft.plan.during)
    words += [(number, cannot_come(members[number][0].name, said), None) for number, said in saying.items()]
    spare = _spare(draft) if words else []
    return [
        Clash(f"duty-{members[number][0].uid}", one, _person_advice(draft, members[number][1], spare), session)
        for number, one, session in words
    ]


def on_duty(name: str, session: HeldSession | None) -> str:
    """``session`` is None where it is another body's."""
    if session:
        return _("{name} 已在场次 {session} 当值", name=name, session=_named(session))
    return _("{name} 在这段时间已在另一家机构当值", name=name)


def cannot_come(name: str, said: Saying) -> str:
    assert said.during.lower
    assert said.during.upper
    when = span(said.during.lower, said.during.upper)
    if said.is_free:
        return _("{name} 当天只在 {when} 能来", name=name, when=when)
    return _("{name} 在 {when} 不能来", name=name, when=when)


def _named(session: HeldSession) -> str:
    return _(
        "{number}（{title}，{span}）",
        number=session.number,
        title=session.title,
        span=span(session.starts_at, session.ends_at),
    )


def _room_advice(draft: Draft, held: Held) -> str:
    later = next_free_start(draft, held)
    words = [_("{room} 当天 {time} 起空闲", room=draft.room.name, time=clock_time(later))] if later else []
    rooms = [_("{room}（{count} 个工位）", room=room, count=count) for room, count in _free_rooms(draft)]
    words += [_("同一时间空闲的考场：{rooms}", rooms=_("、").join(rooms))] if rooms else []
    return _("；").join(words) or _("换一天")


def _free_rooms(draft: Draft) -> list[tuple[str, int]]:
    """Rooms of this body with workstations for every group, free all the time, the fitting size first."""
    codes = {group.plan.occupation_code for group in draft.groups}
    rooms: dict[int, tuple[str, dict[str, int], set[str]]] = {}
    asked = {
        "body_id": draft.room.body_id,
        "begins": draft.plan.during.lower,
        "ends": draft.plan.during.upper,
        "not_before": draft.plan.starts_at - LONGEST_SESSION,
        "but": draft.changing.id if draft.changing else NEW,
    }
    for number, name, fitted in FREE_ROOMS.all(**asked):
        _name, counts, met = rooms.setdefault(number, (name, {"stations": 0}, set()))
        fits = codes & set(fitted) if fitted else codes
        counts["stations"] += bool(fits)
        met |= fits
    wanted = len(draft.stations)
    fitting = [(name, counts["stations"]) for name, counts, met in rooms.values() if met == codes]
    return sorted(fitting, key=lambda pair: (pair[1] < wanted, abs(pair[1] - wanted), pair[0]))[:MAX_OFFERED]


def next_free_start(draft: Draft, sessions: Held) -> datetime | None:
    """When the first turn could begin later the same day in the same room; None when that day is full."""
    plan, day_ends = draft.plan, _wanted(draft).day_ends
    if plan.desk_opens_at >= day_ends:
        return None  # an evening session: nothing is free later that day
    day = Range(plan.desk_opens_at, day_ends)
    held = [session.during for session in sessions.room if session.during.overlaps(day)]
    for before in held:
        assert before.upper
        starts = _rounded(before.upper + timedelta(minutes=plan.desk_minutes))
        ends = starts + (plan.ends_at - plan.starts_at) + timedelta(minutes=plan.clear_minutes)
        if ends <= day_ends and not any(during.overlaps(Range(before.upper, ends)) for during in held):
            return starts
    return None


def _rounded(moment: datetime) -> datetime:
    """Up to the next five minutes."""
    return moment + timedelta(minutes=-moment.minute % 5)


def _person_advice(draft: Draft, duty: Duty, spare: Iterable[Spare]) -> str:
    names = [name for name, cards in spare if has_card(draft, duty, cards)][:MAX_OFFERED]
    if not names:
        return _("这段时间没有别人有证且空闲，换时间")
    return _("同一时间空闲、证件有效的有 {names}", names=_("、").join(names))


def _spare(draft: Draft) -> list[Spare]:
    """People of the body who are not planned and free at that time, by name, with their cards of the day."""
    wanted = _wanted(draft)
    able, held = able_now(draft.batch.body_id, local_day(draft.plan.starts_at), wanted)
    busy = held.busy | set(held.not_free(draft.plan.during))
    return [one for number, one in able.items() if number not in busy]

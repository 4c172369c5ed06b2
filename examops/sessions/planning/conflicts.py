"""What stands in the way of a draft: which session holds room, workstation or person, and what is free instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.dialects.postgresql import Range

from examops.core.clock import local
from examops.core.database import db
from examops.core.language import _
from examops.sessions.models import LONGEST_SESSION, ExamSession, SessionDuty, SessionStation
from examops.sessions.planning.cards import has_card
from examops.sessions.planning.draft import Draft
from examops.sessions.planning.plan import Duty
from examops.sessions.planning.stations import station_words
from examops.sites import taken_elsewhere
from examops.sites.models import Room, Workstation
from examops.staff import busy_staff, not_free
from examops.staff.models import StaffMember
from examops.web.formats import clock_time, span

LIVE = ExamSession.state.not_in(("cancelled", "void"))
NEW = 0  # no row has this id
MAX_OFFERED = 4


@dataclass(frozen=True)
class Clash:
    """``subject`` is ``room``, ``stations`` or ``duty-`` and the person's uid; ``advice`` names what is free.

    ``session`` is None where it is another body's, which the reader does not see.
    """

    subject: str
    words: str
    advice: str
    session: ExamSession | None


def find_clashes(draft: Draft) -> list[Clash]:
    """Everything held by somebody else while the draft wants it. Sees what the reader may see;
    the constraints see all.
    """
    return [*_room(draft), *_stations(draft), *_people(draft), *_not_free(draft)]


def _other(draft: Draft, column: Any) -> ColumnElement[bool]:
    """Rows of any session but the one that the draft would change."""
    return cast("ColumnElement[bool]", column != (draft.changing.id if draft.changing else NEW))


def _room(draft: Draft) -> list[Clash]:
    query = select(ExamSession).where(
        ExamSession.room_id == draft.room.id,
        ExamSession.during.overlaps(draft.plan.during),
        LIVE,
        _near(draft),
        _other(draft, ExamSession.id),
    )
    found = list(db.session.execute(query.order_by(ExamSession.starts_at)).scalars())
    held = [
        Clash("room", _("{room} 已有场次 {session}", room=draft.room.name, session=_named(session)), "", session)
        for session in found
    ]
    but = draft.changing.id if draft.changing else NEW
    if taken_elsewhere(draft.room.id, draft.plan.during, but_session=but):
        held.append(Clash("room", _("{room} 在这段时间已有另一家机构的场次", room=draft.room.name), "", None))
    advice = _room_advice(draft) if held else ""
    return [replace(clash, advice=advice) for clash in held]


def _near(draft: Draft) -> ColumnElement[bool]:
    """Sessions that could touch the draft's time: by their start alone, which an index answers for any reader."""
    return ExamSession.starts_at.between(draft.plan.starts_at - LONGEST_SESSION, draft.plan.ends_at + LONGEST_SESSION)


def _stations(draft: Draft) -> list[Clash]:
    """Workstations that a session of another room holds; those of this room are told with the room."""
    query = (
        select(ExamSession, Workstation)
        .join(SessionStation, SessionStation.session_id == ExamSession.id)
        .join(Workstation, Workstation.id == SessionStation.workstation_id)
        .where(Workstation.id.in_([station.id for station in draft.stations]), ExamSession.room_id != draft.room.id)
        .where(
            SessionStation.during.overlaps(draft.plan.during),
            ~SessionStation.is_released,
            _other(draft, ExamSession.id),
        )
        .order_by(ExamSession.starts_at, Workstation.code)
    )
    held: dict[int, tuple[ExamSession, list[Workstation]]] = {}
    for session, station in db.session.execute(query):
        held.setdefault(session.id, (session, []))[1].append(station)
    busy = {station.id for _, stations in held.values() for station in stations}
    free = [station for station in draft.stations if station.id not in busy]
    advice = _("空闲的是 {stations}", stations=station_words(free)) if free else _("换时间，或换考场")
    return [
        Clash(
            "stations",
            _("工位 {stations} 已被场次 {session} 占用", stations=station_words(stations), session=_named(session)),
            advice,
            session,
        )
        for session, stations in held.values()
    ]


def _people(draft: Draft) -> list[Clash]:
    """Whoever is on duty elsewhere, as a member of whichever body."""
    members = {member.id: (member, duty) for member, duty in draft.staff}
    of_person = {member.person_id: member.id for member, _ in draft.staff}
    query = (
        select(SessionDuty.person_id, ExamSession)
        .join(ExamSession, ExamSession.id == SessionDuty.session_id)
        .where(
            SessionDuty.person_id.in_(of_person),
            SessionDuty.during.overlaps(draft.plan.during),
            ~SessionDuty.is_released,
            _other(draft, SessionDuty.session_id),
        )
        .order_by(SessionDuty.person_id, ExamSession.starts_at)
    )
    seen = [(of_person[person], session) for person, session in db.session.execute(query)]
    unseen = _busy(draft, members) - {number for number, _ in seen}
    held: list[tuple[int, ExamSession | None]] = [*seen, *((number, None) for number in sorted(unseen))]
    return [_on_duty(draft, *members[number], session) for number, session in held]


def _not_free(draft: Draft) -> list[Clash]:
    """Whoever has said, or the body for them, that they cannot come then."""
    members = {member.id: (member, duty) for member, duty in draft.staff}
    found = []
    for number, said in not_free(members, draft.plan.during).items():
        member, duty = members[number]
        assert said.during.lower
        assert said.during.upper
        when = span(said.during.lower, said.during.upper)
        words = (
            _("{name} 当天只在 {when} 能来", name=member.name, when=when)
            if said.is_free
            else _("{name} 在 {when} 不能来", name=member.name, when=when)
        )
        found.append(Clash(f"duty-{member.uid}", words, _person_advice(draft, duty), None))
    return found


def _on_duty(draft: Draft, member: StaffMember, duty: Duty, session: ExamSession | None) -> Clash:
    where = (
        _("{name} 已在场次 {session} 当值", name=member.name, session=_named(session))
        if session
        else _("{name} 在这段时间已在另一家机构当值", name=member.name)
    )
    return Clash(f"duty-{member.uid}", where, _person_advice(draft, duty), session)


def _busy(draft: Draft, members: Iterable[int]) -> set[int]:
    return busy_staff(members, draft.plan.during, but_session=draft.changing.id if draft.changing else NEW)


def _named(session: ExamSession) -> str:
    return _(
        "{number}（{title}，{span}）",
        number=session.number,
        title=session.title,
        span=span(session.starts_at, session.ends_at),
    )


def _room_advice(draft: Draft) -> str:
    later = next_free_start(draft)
    words = [_("{room} 当天 {time} 起空闲", room=draft.room.name, time=clock_time(later))] if later else []
    rooms = [_("{room}（{count} 个工位）", room=room.name, count=count) for room, count in _free_rooms(draft)]
    words += [_("同一时间空闲的考场：{rooms}", rooms=_("、").join(rooms))] if rooms else []
    return _("；").join(words) or _("换一天")


def _free_rooms(draft: Draft) -> list[tuple[Room, int]]:
    """Rooms of this body with workstations for every group, free all the time, the fitting size first."""
    busy = select(ExamSession.id).where(
        ExamSession.room_id == Room.id,
        ExamSession.during.overlaps(draft.plan.during),
        LIVE,
        _near(draft),
        _other(draft, ExamSession.id),
    )
    query = select(Room, Workstation.occupations).join(Workstation, Workstation.room_id == Room.id)
    query = query.where(Room.body_id == draft.room.body_id, ~busy.exists(), Workstation.is_usable)
    codes = {group.plan.occupation_code for group in draft.groups}
    rooms: dict[int, tuple[Room, dict[str, int], set[str]]] = {}
    for room, fitted in db.session.execute(query):
        _, counts, met = rooms.setdefault(room.id, (room, {"stations": 0}, set()))
        fits = codes & set(fitted) if fitted else codes
        counts["stations"] += bool(fits)
        met |= fits
    wanted = len(draft.stations)
    fitting = [(room, counts["stations"]) for room, counts, met in rooms.values() if met == codes]
    return sorted(fitting, key=lambda pair: (pair[1] < wanted, abs(pair[1] - wanted), pair[0].name))[:MAX_OFFERED]


def next_free_start(draft: Draft) -> datetime | None:
    """When the first turn could begin later the same day in the same room; None when that day is full."""
    plan = draft.plan
    day_ends = local(plan.starts_at).replace(hour=21, minute=0)
    if plan.desk_opens_at >= day_ends:
        return None  # an evening session: nothing is free later that day
    query = select(ExamSession.during).where(
        ExamSession.room_id == draft.room.id,
        LIVE,
        ExamSession.during.overlaps(Range(plan.desk_opens_at, day_ends)),
        _other(draft, ExamSession.id),
    )
    held = list(db.session.execute(query.order_by(ExamSession.starts_at)).scalars())
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


def _person_advice(draft: Draft, duty: Duty) -> str:
    able = {row.id: row.name for row in db.session.execute(_replacements(draft, duty))}
    busy = _busy(draft, able) | set(not_free(able, draft.plan.during))
    names = [name for number, name in able.items() if number not in busy][:MAX_OFFERED]
    if not names:
        return _("这段时间没有别人有证且空闲，换时间")
    return _("同一时间空闲、证件有效的有 {names}", names=_("、").join(names))


def _replacements(draft: Draft, duty: Duty) -> Select[int, str]:
    """People of the body with a valid card for this duty who are not planned, busy or not, by name."""
    query = (
        select(StaffMember.id, StaffMember.name)
        .where(StaffMember.body_id == draft.batch.body_id, StaffMember.is_active)
        .where(StaffMember.person_id.not_in([member.person_id for member, _ in draft.staff]))
    )
    return query.where(has_card(draft, duty)).order_by(StaffMember.name)

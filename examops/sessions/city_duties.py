"""The city sends its people to sessions: supervisors, inspectors, experts, each in one place at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.core.refusals import constraints_as
from examops.sessions.models import CityDuty, ExamSession, SessionDuty
from examops.sessions.tags import Tag
from examops.staff.models import CityPerson

OVER = ("cancelled", "void", "finished", "uploaded", "archived")


class CityPersonBusy(Conflict):
    code, message = "city_duty.busy", N_("{name} 在这段时间已在场次 {session}")
    advice = N_("换人，或先收回那一处")


class CityPersonTaken(Conflict):
    code, message = "city_duty.taken", N_("这个人在这段时间刚被排在别处")
    advice = N_("刷新页面看他现在的场次，换人")


class NotInOffice(Conflict):
    code, message = "city_duty.not_in_office", N_("{name} 的任期是 {first} 至 {until}，那天不在任期内")
    advice = N_("换人，或先改任期")


class SessionIsOver(Conflict):
    code, message = "city_duty.session_over", N_("这个场次已经结束或取消")
    advice = N_("选还没有考完的场次")


def assign(person: CityPerson, number: str, *, actor: Actor, clock: Clock) -> CityDuty:
    """By the session's number. Raises NotFound, :class:`SessionIsOver`, :class:`NotInOffice`, :class:`CityPersonBusy`,
    and :class:`CityPersonTaken` where somebody else was faster."""
    query = select(ExamSession).where(ExamSession.number == number)
    session = db.session.execute(query.with_for_update(read=True)).scalar_one_or_none()
    if session is None:
        raise NotFound(N_("没有这个场次编号"), advice=N_("按场次页上的编号填，例如 2026-0001"))
    if session.state in OVER or session.ends_at <= clock.now():
        raise SessionIsOver()
    day = local_day(session.starts_at)
    if not person.valid_from <= day <= person.valid_until:
        raise NotInOffice(name=person.name, first=person.valid_from.isoformat(), until=person.valid_until.isoformat())
    held = _held(person, session)
    if held is not None:
        raise CityPersonBusy(name=person.name, session=held)
    duty = CityDuty(
        session_id=session.id,
        city_person_id=person.id,
        person_id=person.person_id,
        during=session.during,
        assigned_by=actor.name,
        assigned_by_uid=actor.uid,
    )
    with constraints_as(dict.fromkeys(("no_overlap_city_duty", "no_overlap_duty"), CityPersonTaken)):
        db.session.add(duty)
    words = message("{number} {name}", number=session.number, name=person.name)
    record(Tag.CITY_DUTY_ASSIGNED, actor, person, words=words, at=clock.now())
    return duty


def _held(person: CityPerson, session: ExamSession) -> str | None:
    """The number of a session that holds the person then, for the city or for a body."""
    for table in (CityDuty, SessionDuty):
        query = (
            select(ExamSession.number)
            .join(table, table.session_id == ExamSession.id)
            .where(table.person_id == person.person_id, ~table.is_released, table.during.overlaps(session.during))
        )
        found = db.session.execute(query.limit(1)).scalar_one_or_none()
        if found is not None:
            return str(found)
    return None


def release(person: CityPerson, uid: UUID, *, actor: Actor, clock: Clock) -> CityDuty:
    query = select(CityDuty).where(CityDuty.uid == uid, CityDuty.city_person_id == person.id)
    duty = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if duty is None:
        raise NotFound(N_("没有这一处"), advice=N_("刷新页面再看"))
    if not duty.is_released:
        duty.is_released = True
        db.session.flush()
        record(Tag.CITY_DUTY_RELEASED, actor, person, words=person.name, at=clock.now())
    return duty


def duties_of_city(people: Collection[int]) -> dict[int, list[Any]]:
    """By inner number of the person, rows of (CityDuty, ExamSession) that hold, the next first."""
    query = (
        select(CityDuty, ExamSession)
        .join(ExamSession, ExamSession.id == CityDuty.session_id)
        .where(CityDuty.city_person_id.in_(people), ~CityDuty.is_released)
        .order_by(ExamSession.starts_at, CityDuty.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.CityDuty.city_person_id, []).append(row)
    return found

"""The city sends its people to sessions: supervisors, inspectors, experts, each in one place at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, Message, message
from examops.core.refusals import constraints_as
from examops.organisations.models import Body
from examops.sessions.models import Booking, CityDuty, ExamSession, SessionDuty
from examops.sessions.states import TAKES_A_PLACE
from examops.sessions.tags import Tag
from examops.staff import CITY_RELATIONS, RULE, binding_recusals, city_not_free
from examops.staff.models import CityPerson
from examops.web.formats import moment

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


class CityPersonRecused(Conflict):
    code, message = "city_duty.recused", N_("{name} 要回避：{about}，{relation}（{by}）")
    advice = N_("换人；登记错了的，先在这个人的页上撤回这一条")


class CityPersonAway(Conflict):
    code, message = "city_duty.away", N_("{name} 那段时间不能来：{first} 至 {until}（{by}）{note}")
    advice = N_("换人，或问过本人后撤回这段时间")


class SessionIsOver(Conflict):
    code, message = "city_duty.session_over", N_("这个场次已经结束或取消")
    advice = N_("选还没有考完的场次")


def assign(person: CityPerson, number: str, *, actor: Actor, clock: Clock, rules: Rulebook) -> CityDuty:
    """By the session's number. Raises NotFound, :class:`SessionIsOver`, :class:`NotInOffice`, :class:`CityPersonBusy`,
    :class:`CityPersonRecused`, :class:`CityPersonAway`, and :class:`CityPersonTaken` where somebody else was faster."""
    query = select(ExamSession).where(ExamSession.number == number)
    session = db.session.execute(query.with_for_update(read=True)).scalar_one_or_none()
    if session is None:
        raise NotFound(N_("没有这个场次编号"), advice=N_("按场次页上的编号填，例如 2026-0001"))
    if session.state in OVER or session.ends_at <= clock.now():
        raise SessionIsOver()
    day = local_day(session.starts_at)
    if not person.valid_from <= day <= person.valid_until:
        raise NotInOffice(name=person.name, first=person.valid_from.isoformat(), until=person.valid_until.isoformat())
    _must_be_free_and_impartial(person, session, rules)
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


def _must_be_free_and_impartial(person: CityPerson, session: ExamSession, rules: Rulebook) -> None:
    recused = recused_from(person, session, rules)
    if recused is not None:
        clause = rules[RULE].on(local_day(session.starts_at)).clause
        raise CityPersonRecused(name=person.name, clause=clause, **recused)
    away = city_not_free(person, session.during)
    if away is not None:
        note = message(N_("：{note}"), note=away.note) if away.note else ""
        ends = {"first": _moment(away.during.lower), "until": _moment(away.during.upper)}
        raise CityPersonAway(name=person.name, by=_by(away.is_own, away.written_by), note=note, **ends)


def recused_from(person: CityPerson, session: ExamSession, rules: Rulebook) -> dict[str, Any] | None:
    """What bars somebody from a session, for the refusal: what is declared, or that the body is their employer."""
    barring = binding_recusals(person, local_day(session.starts_at), rules)
    related = [one.related_person_id for one in barring if one.related_person_id]
    booked = select(Booking.person_id).where(
        Booking.session_id == session.id, Booking.person_id.in_(related), Booking.state.in_(TAKES_A_PLACE)
    )
    seated = set(db.session.execute(booked).scalars()) if related else set()
    for one in barring:
        if one.body_id == session.body_id or one.related_person_id in seated:
            relation = message(CITY_RELATIONS[one.relation])
            return {"about": one.about, "relation": relation, "by": _by(one.is_own, one.declared_by)}
    body = db.session.get_one(Body, session.body_id)
    if person.employer and person.employer in (body.name, body.short_name):
        return {"about": body.name, "relation": message(N_("工作单位")), "by": message(N_("系统算出"))}
    return None


def barred_duties(person: CityPerson, rules: Rulebook, now: datetime) -> list[str]:
    """Numbers of the sessions they are sent to already although a recusal or a time now stands against it."""
    rows = [row.ExamSession for row in duties_of_city([person.id]).get(person.id, ())]
    coming = [one for one in rows if one.ends_at > now]
    return [one.number for one in coming if recused_from(person, one, rules) or city_not_free(person, one.during)]


def _moment(value: datetime | None) -> str:
    return moment(value) if value else ""


def _by(is_own: bool, name: str) -> Message:
    return message(N_("本人写的")) if is_own else message(N_("{name} 登记"), name=name)


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

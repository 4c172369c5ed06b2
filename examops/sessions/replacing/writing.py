"""The replacement itself: behind the locks of planning and booking, all or nothing, with entry and notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.calendar import Calendar
from config.rulebook import Rulebook
from examops.audit import record
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, _, join_messages, message
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.sessions.capacity.resources import recount
from examops.sessions.checks.findings import SYSTEM_CLAUSE, Check
from examops.sessions.declarations.gate import session_checks
from examops.sessions.models import ExamSession, SessionDuty
from examops.sessions.refusals import CONSTRAINTS
from examops.sessions.replacing.rules import (
    NotFit,
    Place,
    must_be_of_body,
    must_be_replaceable,
    on_duty_here,
    reasons_against,
)
from examops.sessions.replacing.telling import tell_of_replacement
from examops.sessions.tags import Tag
from examops.sessions.turn_locks import lock_turns_of
from examops.staff import DUTIES
from examops.staff.models import StaffMember


class OnDutyHere(Conflict):
    """Nobody proctors and examines at the same time: the duty of before goes to somebody else first."""

    code, message = "session.person_on_duty_here", N_("{name} 已经在本场任{role}，一人在一场只有一项职务")
    advice = N_("先把 {name} 现在的职务换给别人，再由 {name} 来；或另选一个人")


class ChecksWorse(Conflict):
    code, message = "session.replacement_fails_checks", N_("换成这个人，核对就有 {count} 项不通过：{checks}")


@dataclass(frozen=True)
class Replaced:
    """The new duty, and names of those whom no notice reaches."""

    duty: SessionDuty
    untold: list[str]


def duty_of_session(session: ExamSession, uid: UUID) -> tuple[SessionDuty, StaffMember]:
    """Raises NotFound, also for somebody who was replaced meanwhile."""
    query = (
        select(SessionDuty, StaffMember)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(SessionDuty.session_id == session.id, SessionDuty.uid == uid, ~SessionDuty.is_released)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise _gone(session, uid)
    return row.SessionDuty, row.StaffMember


def _gone(session: ExamSession, uid: UUID) -> NotFound:
    """Says by whom and with whom somebody was replaced, as far as the log still has it."""
    on_duty_once = select(StaffMember.name).join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
    name = db.session.execute(
        on_duty_once.where(SessionDuty.session_id == session.id, SessionDuty.uid == uid)
    ).scalar_one_or_none()
    entries = select(AuditEntry.actor_name, AuditEntry.payload["after"].astext.label("after")).where(
        AuditEntry.subject_uid == session.uid,
        AuditEntry.tag == str(Tag.DUTY_REPLACED),
        AuditEntry.payload["before"].astext == name,
    )
    entry = db.session.execute(entries.order_by(AuditEntry.id.desc()).limit(1)).one_or_none() if name else None
    words, told = N_("本场没有这位当值人员"), {}
    if entry is not None:
        words = N_("{name} 已由{by}换成 {after}")
        told = {"name": name, "by": entry.actor_name, "after": entry.after}
    return NotFound(words, advice=N_("看本场现在的当值名单；还要换的，换现在当值的人"), **told)


def open_place(session: ExamSession, duty_uid: UUID, now: datetime) -> tuple[Place, StaffMember]:
    """The duty that somebody is to take, and who has it. Raises :class:`NotReplaceable` and NotFound."""
    must_be_replaceable(session, now)
    duty, before = duty_of_session(session, duty_uid)
    must_be_of_body(duty)
    return Place.of(session, duty), before


def replace_duty(
    session: ExamSession,
    duty_uid: UUID,
    staff_uid: UUID,
    reason: str,
    *,
    actor: Actor,
    clock: Clock,
    rules: Rulebook,
    calendar: Calendar,
) -> Replaced:
    """Same role, same groups; the duty before is released and stays on record.

    Raises :class:`NotReplaceable`, NotFound, :class:`OnDutyHere`, :class:`NotFit` with every reason and clause,
    :class:`ChecksWorse` where the session as a whole would not hold any more (a leader for 技师 must be senior).
    """
    newcomer = _member(session, staff_uid)
    lock_all(("person", newcomer.person_id))
    lock_turns_of(session.id)
    db.session.refresh(session, with_for_update=True)
    place, before = open_place(session, duty_uid, clock.now())
    duty = place.duty
    _must_fit(place, newcomer)
    failed = {check.word for check in _failing(session, rules, calendar, clock)}
    made = _swap(session, duty, newcomer)
    _must_not_be_worse([one for one in _failing(session, rules, calendar, clock) if one.word not in failed])
    recount(session, rules)
    db.session.flush()
    untold = tell_of_replacement(session, made, before, newcomer, reason, clock=clock)
    facts: dict[str, Any] = {"before": before.name, "after": newcomer.name, "reason": reason}
    record(Tag.DUTY_REPLACED, actor, session, words=session.number, at=clock.now(), role=duty.role, **facts)
    return Replaced(made, untold)


def _member(session: ExamSession, uid: UUID) -> StaffMember:
    query = select(StaffMember).where(
        StaffMember.uid == uid, StaffMember.body_id == session.body_id, StaffMember.is_active
    )
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这个人不在本机构或已停用"), advice=N_("在列表里另选一个人"))
    return found


def _must_fit(place: Place, newcomer: StaffMember) -> None:
    role = on_duty_here(place.session.id).get(newcomer.person_id)
    if role:
        raise OnDutyHere(name=newcomer.name, role=message(DUTIES[role]), clause=SYSTEM_CLAUSE)
    against = reasons_against(place, newcomer)
    if against:
        clauses = "；".join(dict.fromkeys(one.clause for one in against))
        raise NotFit(clause=clauses, faults=_("；").join(one.words for one in against))


def _swap(session: ExamSession, duty: SessionDuty, newcomer: StaffMember) -> SessionDuty:
    duty.is_released = True
    db.session.flush()
    made = SessionDuty(
        **owner_of(session),
        session_id=session.id,
        staff_id=newcomer.id,
        role=duty.role,
        serves=duty.serves,
        during=session.during,
    )
    with constraints_as(CONSTRAINTS):
        db.session.add(made)
    return made


def _failing(session: ExamSession, rules: Rulebook, calendar: Calendar, clock: Clock) -> list[Check]:
    return [one for one in session_checks(session, rules, calendar, clock) if one.outcome == "fail"]


def _must_not_be_worse(failing: list[Check]) -> None:
    if failing:
        raise ChecksWorse(
            advice="{steps}",
            clause="；".join(dict.fromkeys(one.clause for one in failing)),
            count=len(failing),
            checks=join_messages(N_("；"), [one.sentence for one in failing]),
            steps=join_messages(N_("；"), list(dict.fromkeys(one.advice for one in failing))),
        )

"""到岗: people on duty sign in, each in person, and a session starts when a lawful panel is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from examops.audit import record
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock, local, local_day
from examops.core.database import db
from examops.core.errors import Conflict, NotAllowed, NotFound
from examops.core.language import N_, message
from examops.core.queries import rows_of
from examops.sessions import begin_session
from examops.sessions.checks import Recusal, recusals
from examops.sessions.models import ExamSession, SessionDuty
from examops.sites.models import Room
from examops.staff.models import Qualification, StaffMember

EARLY = timedelta(hours=1)  # before the desk opens
MOST_COMING = 10
BEFORE_START = ("draft", "returned", "declared", "approved", "open", "closed")
CLAUSE, RECUSAL_CLAUSE = "考评人员管理办法", "考评人员管理办法 回避"


class NotInPerson(NotAllowed):
    code, message = "duty.not_in_person", N_("到岗要本人签到，不能代签")
    advice = N_("请本人用自己的账号签到，或在门口配对的平板上报自己的证件号")


class WrongCard(NotInPerson):
    code, message = "duty.wrong_card", N_("证件号和这位当值人员的有效证件不符")
    advice = N_("核对证件号再输一次；换人顶班请先让考务改排当值人员")


class NotStated(Conflict):
    code, message = "duty.recusal_not_stated", N_("还没有声明和本场考生有无须回避的关系")
    advice = N_("先看考生名单、作回避声明，再签到")


class MustStepAside(Conflict):
    code, message = "duty.must_step_aside", N_("和本场考生有须回避的关系，不能在本场当值")
    advice = N_("请考务换人，或把有关系的考生换到别的场次")


class NotNow(Conflict):
    code, message = "duty.not_now", N_("到岗签到 {opens} 起、{closes} 止")
    advice = N_("到时间再签到")


def duties_of(session: ExamSession) -> list[Any]:
    """Rows of (duty, staff member), the leader first."""
    query = (
        select(SessionDuty, StaffMember)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
    )
    order = {"leader": 0, "examiner": 1, "proctor": 2}
    return sorted(
        db.session.execute(query).all(), key=lambda row: (order.get(row.SessionDuty.role, 9), row.StaffMember.id)
    )


@dataclass(frozen=True)
class ComingDuty:
    """One's own turn of duty in a session that has not begun."""

    session: ExamSession
    duty: SessionDuty
    room: str
    recusal: Recusal


def coming_duties(user_id: int, since: datetime) -> list[ComingDuty]:
    """The nearest of this account's people from that moment on, by time: a statement is asked for before the session
    is declared, long before its desk opens."""
    return [
        ComingDuty(row.ExamSession, row.SessionDuty, row.name, recusal_of(row.ExamSession, row.StaffMember))
        for row in _coming(user_id, since)
    ]


@rows_of
def _coming(user_id: int, since: datetime) -> Select[ExamSession, SessionDuty, StaffMember, str]:
    return (
        select(ExamSession, SessionDuty, StaffMember, Room.name)
        .join(SessionDuty, SessionDuty.session_id == ExamSession.id)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .join(Room, Room.id == ExamSession.room_id)
        .where(StaffMember.user_id == user_id, ~SessionDuty.is_released)
        .where(ExamSession.starts_at >= since, ExamSession.state.in_(BEFORE_START))
        .order_by(ExamSession.starts_at, SessionDuty.id)
        .limit(MOST_COMING)
    )


def duty_by_uid(session: ExamSession, uid: UUID) -> tuple[SessionDuty, StaffMember]:
    found = next((row for row in duties_of(session) if row.SessionDuty.uid == uid), None)
    if found is None:
        raise NotFound(N_("本场没有这位当值人员"), advice=N_("刷新页面看现在的当值名单"))
    return found.SessionDuty, found.StaffMember


def recusal_of(session: ExamSession, member: StaffMember) -> Recusal:
    return recusals(session, [member])[member.id]


def must_be_there(member: StaffMember, session: ExamSession, *, user_id: int, at_tablet: bool, card: str) -> str:
    """How somebody proves that they stand here: ``account``, or ``card`` on the tablet at the door."""
    if member.user_id is not None and member.user_id == user_id:
        return "account"
    if not at_tablet or not card:
        raise NotInPerson()
    day = local_day(session.starts_at)
    query = select(Qualification.id).where(
        Qualification.staff_id == member.id,
        Qualification.card_number == card,
        Qualification.valid_from <= day,
        Qualification.valid_until >= day,
    )
    if db.session.execute(query).first() is None:
        raise WrongCard(clause=CLAUSE)
    return "card"


def sign_in_duty(
    duty: SessionDuty, member: StaffMember, session: ExamSession, *, actor: Actor, clock: Clock, way: str
) -> None:
    """Note that somebody is there; again changes nothing. Starts the session where theirs was what it waited for."""
    if duty.signed_in_at is not None:
        return
    opens, closes = session.desk_opens_at - EARLY, session.ends_at
    if not opens <= clock.now() < closes:
        raise NotNow(opens=f"{local(opens):%m-%d %H:%M}", closes=f"{local(closes):%H:%M}")
    outcome = recusal_of(session, member).outcome
    if outcome != "pass":
        raise (MustStepAside if outcome == "fail" else NotStated)(clause=RECUSAL_CLAUSE)
    duty.signed_in_at = clock.now()
    db.session.flush()
    words = message("{number} {name}", number=session.number, name=member.name)
    record(Tag.DUTY_SIGNED_IN, actor, duty, words=words, way=way, role=duty.role)
    db.session.refresh(session, with_for_update=True)
    if session.state == "closed" and session.desk_opens_at <= clock.now():
        begin_session(session, clock)

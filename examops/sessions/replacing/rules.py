"""When somebody on duty may be replaced, and what stands against whoever is to come: as when the session was planned.

The list of candidates is locked with the declaration; people on duty are not part of it. Whoever falls ill is replaced
by the body, the checks hold as before, and the office is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from examops.core.clock import local_day
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_, _
from examops.sessions.checks import Recusal, recusals
from examops.sessions.checks.findings import RECUSAL_CLAUSE, SYSTEM_CLAUSE
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup
from examops.sessions.planning.cards import missing_card
from examops.sessions.planning.conflicts import cannot_come, on_duty
from examops.sessions.planning.forms import ROLES
from examops.sessions.planning.held import NEW, Held, Wanted, held_now
from examops.sessions.states import REPLACEABLE_STATES, SessionState
from examops.staff import CardFacts, cards_of_members
from examops.staff.models import Qualification, StaffMember

S = SessionState
Cards = Sequence[CardFacts | Qualification]
CARD_CLAUSE = "考评人员管理办法"
INSTEAD = {
    S.DRAFT: N_("还没有报送，在“修改”里换人"),
    S.RETURNED: N_("已退回，在“修改”里换人，改好再报"),
    S.DECLARED: N_("正在审批：请审批部门先退回，改好再报"),
}


class NotReplaceable(Conflict):
    code, message = "session.person_not_replaceable", N_("这个场次现在不能换人")
    advice = N_("已经开考或结束的，人员按实际到岗的记录")


class NotFit(Conflict):
    code, message = "session.person_not_fit", N_("不能换成这个人：{faults}")
    advice = N_("在列表里另选一个人")


@dataclass(frozen=True)
class Reason:
    """Why somebody cannot take a duty, and by which clause."""

    words: str
    clause: str


def is_replaceable(session: ExamSession, now: datetime) -> bool:
    """Approved, also while it does not start because somebody is missing."""
    return session.state in REPLACEABLE_STATES and now < session.ends_at


def must_be_replaceable(session: ExamSession, now: datetime) -> None:
    """Raises :class:`NotReplaceable`."""
    if not is_replaceable(session, now):
        raise NotReplaceable(advice=INSTEAD.get(SessionState(session.state)), clause=SYSTEM_CLAUSE)


def on_duty_here(session_id: int) -> dict[int, str]:
    """Role by person. Whoever has one duty in a session takes no other beside it (constraint ``no_overlap_duty``)."""
    query = select(SessionDuty.person_id, SessionDuty.role).where(
        SessionDuty.session_id == session_id, ~SessionDuty.is_released
    )
    return {row.person_id: row.role for row in db.session.execute(query)}


def must_be_of_body(duty: SessionDuty) -> None:
    """A supervisor of the city is sent by the city. Raises :class:`NotReplaceable`."""
    if duty.role not in ROLES:
        raise NotReplaceable(N_("督导员由市里安排，机构不能换"), advice=N_("请告诉市局换人"), clause=SYSTEM_CLAUSE)


@dataclass(frozen=True)
class Place:
    """The duty that somebody is to take, and the groups that it serves."""

    session: ExamSession
    duty: SessionDuty
    groups: Collection[SessionGroup]

    @classmethod
    def of(cls, session: ExamSession, duty: SessionDuty) -> Place:
        query = select(SessionGroup).where(SessionGroup.session_id == session.id).order_by(SessionGroup.number)
        groups = db.session.execute(query).scalars().all()
        return cls(session, duty, [one for one in groups if not duty.serves or one.number in duty.serves])

    def wanted(self, persons: Mapping[int, int]) -> Wanted:
        during = self.session.during
        assert during.lower
        assert during.upper
        return Wanted(NEW, (), dict(persons), during.lower, during.upper, self.session.id)

    def lacks_card(self, name: str, cards: Cards) -> str | None:
        day = local_day(self.session.starts_at)
        return missing_card(name, self.duty.role, self.groups, cards, day)


def reasons_against(place: Place, member: StaffMember) -> list[Reason]:
    """All of them; empty where the member may come. "?" is none: whoever has not stated their relations states them
    before the exam, else the panel does not count them."""
    held = held_now(place.wanted({member.id: member.person_id}))
    cards = cards_of_members([member.id]).get(member.id, [])
    return list(_reasons(place, member, held, cards, recusals(place.session, [member])[member.id]))


def _reasons(place: Place, member: StaffMember, held: Held, cards: Cards, recusal: Recusal) -> Iterator[Reason]:
    lacking = place.lacks_card(member.name, cards)
    if lacking:
        yield Reason(lacking, CARD_CLAUSE)
    for _person, session in held.duties:
        yield Reason(on_duty(member.name, session), SYSTEM_CLAUSE)
    if member.id in held.busy and not held.duties:
        yield Reason(on_duty(member.name, None), SYSTEM_CLAUSE)
    for said in held.not_free(place.session.during).values():
        yield Reason(cannot_come(member.name, said), SYSTEM_CLAUSE)
    if recusal.outcome == "fail":
        yield Reason(_("{name} 和名单上的考生有须回避的关系", name=member.name), RECUSAL_CLAUSE)

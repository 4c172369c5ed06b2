"""Whoever looks at a session for the city does not judge where they must step aside: by what they have declared to the
city, or as one of the body's own people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.core.errors import NotAllowed
from examops.core.language import N_, join_messages, message
from examops.core.scope import Scope
from examops.core.transaction import transaction
from examops.eligibility import plain_name
from examops.organisations.models import Body
from examops.sessions.checks.recusal import COMPUTED, recusals
from examops.sessions.city_duties import recused_from
from examops.sessions.models import ExamSession, SessionDuty
from examops.staff import COMPUTED_RELATIONS, RELATION_SOURCES, RELATIONS, RULE, own_city_persons
from examops.staff.models import CityPerson, Qualification, StaffMember

OF_CITY = Scope(everything=True)
OUTER = "supervisor"  # sent to look at the body, whoever keeps the card


class ReviewerRecused(NotAllowed):
    code, message = "review.recused", N_("您要回避：{about}，{relation}（{by}），不能复核这一场的录像")
    advice = N_("请另一位督导员复核；写错了的，先在“我的时间和回避”里撤回")


class OwnBodyRecused(ReviewerRecused):
    advice = N_("请另一位督导员复核；登记错了的，请该机构在人员页或回避声明里改正")


def must_be_impartial(user_id: int, session_uid: UUID, rules: Rulebook) -> None:
    """Before the transaction of the act, in one of its own: people of the city are seen by the city alone. An account
    that is joined to nobody, and a session that is not there, pass here. Raises :class:`ReviewerRecused`."""
    with transaction(OF_CITY):
        people = own_city_persons(user_id)
        session = db.session.execute(select(ExamSession).where(ExamSession.uid == session_uid)).scalar_one_or_none()
        if session is None:
            return
        clause = rules[RULE].on(local_day(session.starts_at)).clause
        for person in people:
            if (recused := recused_from(person, session, rules)) is not None:
                raise ReviewerRecused(clause=clause, **recused)
        if (recused := _recused_of_body(_members(user_id, people), session)) is not None:
            raise OwnBodyRecused(clause=clause, **recused)


def _members(user_id: int, people: Sequence[CityPerson]) -> Sequence[StaffMember]:
    """Rows of bodies that are this human being: by the account, or by the ID number that the city knows."""
    same = or_(StaffMember.user_id == user_id, StaffMember.person_id.in_([one.person_id for one in people]))
    return db.session.execute(select(StaffMember).where(same).order_by(StaffMember.id)).scalars().all()


def _recused_of_body(members: Sequence[StaffMember], session: ExamSession) -> dict[str, Any] | None:
    """What bars one of the body's people: a duty in this very session, a relation to somebody on its list, or that
    they work there. Whoever the body only keeps as outer supervisor works elsewhere."""
    if not members:
        return None
    on_duty = select(SessionDuty.id).where(
        SessionDuty.session_id == session.id,
        SessionDuty.staff_id.in_([one.id for one in members]),
        SessionDuty.role != OUTER,
        ~SessionDuty.is_released,
    )
    if db.session.execute(on_duty.limit(1)).first():
        return _computed(str(session.number), message(N_("在本场当值")))
    for found in recusals(session, members).values():
        if found.outcome == "fail":
            return _related(found.relations, found.sources)
    body = db.session.get_one(Body, session.body_id)
    works_here = any(_works_at(one, body) for one in members)
    return _computed(body.name, message(N_("工作单位"))) if works_here else None


def _computed(about: str, relation: Any) -> dict[str, Any]:
    return {"about": about, "relation": relation, "by": message(RELATION_SOURCES[COMPUTED])}


def _related(relations: Any, sources: Any) -> dict[str, Any]:
    kinds = [message((RELATIONS | COMPUTED_RELATIONS)[kind]) for kind in relations]
    by = dict.fromkeys(source for kind in relations for source in sources[kind])
    return {
        "about": message(N_("名单上的 {count} 位考生"), count=max(relations.values())),
        "relation": join_messages(N_("、"), kinds),
        "by": join_messages(N_("、"), [message(RELATION_SOURCES[one]) for one in by]),
    }


def _works_at(member: StaffMember, body: Body) -> bool:
    if not member.is_active or plain_name(member.employer or body.name) != plain_name(body.name):
        return False
    kinds = set(
        db.session.execute(select(Qualification.kind).where(Qualification.staff_id == member.id)).scalars().all()
    )
    return member.body_id == body.id and kinds != {OUTER}

"""Announced sessions of which somebody on duty has no card that counts on the exam day: it ended, or was ended, since
they were planned. The rule is that of :mod:`examops.sessions.planning.cards`, asked of the whole scope at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, any_, case, func, or_, select

from examops.core.language import _
from examops.core.paging import of_own_body
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup
from examops.sessions.overview.items import Item
from examops.sessions.overview.recusal_items import ANNOUNCED, EXAM_DAY, MOST, TOLD
from examops.sessions.planning.cards import CARDS
from examops.sessions.states import REPLACEABLE_STATES
from examops.staff import EXAMINERS
from examops.staff.models import Qualification, StaffMember

BY_NAME = ("proctor", "internal_supervisor")  # they hold the card of the same name


def card_query(now: datetime, between_names: str) -> Select[Any]:
    """:data:`TOLD` and the names. The soonest; people of other bodies, whose cards this one does not see, are left to
    theirs."""
    names = func.string_agg(StaffMember.name.distinct(), between_names)
    lacks = case((SessionDuty.role.in_(tuple(CARDS)), _examines_without()), else_=~_cards(SessionDuty.role).exists())
    query: Any = (
        select(*TOLD, names.label("detail"))
        .join(SessionDuty, SessionDuty.session_id == ExamSession.id)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(ExamSession.starts_at > now, ExamSession.state.in_(ANNOUNCED), ~SessionDuty.is_released)
        .where(SessionDuty.role.in_((*CARDS, *BY_NAME)), lacks)
        .group_by(ExamSession.id)
    )
    return of_own_body(query, ExamSession.body_id).order_by(ExamSession.starts_at).limit(MOST)


def _examines_without() -> ColumnElement[bool]:
    """There is a group to examine, and no card for the occupation and level of any. Nobody examines theory."""
    served = or_(SessionDuty.serves == [], SessionGroup.number == any_(SessionDuty.serves))
    groups = select(SessionGroup.id).where(
        SessionGroup.session_id == ExamSession.id, SessionGroup.part != "theory", served
    )
    fits = and_(
        Qualification.kind.in_(EXAMINERS),
        Qualification.occupation_code.in_(("", SessionGroup.occupation_code)),
        or_(Qualification.levels == [], SessionGroup.level == any_(Qualification.levels)),
    )
    fitting = groups.join(Qualification, fits).where(*_valid())
    return and_(groups.exists(), ~fitting.exists())


def _cards(kind: Any) -> Select[Any]:
    return select(Qualification.id).where(Qualification.kind == kind, *_valid())


def _valid() -> tuple[ColumnElement[bool], ...]:
    """Of the person on duty, on the exam day."""
    return (
        Qualification.staff_id == SessionDuty.staff_id,
        Qualification.valid_from <= EXAM_DAY,
        Qualification.valid_until >= EXAM_DAY,
    )


def card_item(session: Row[Any]) -> Item:
    names = session.detail
    if session.state in REPLACEABLE_STATES:
        detail = _("{names} 到考试日没有有效的证：在场次页换人，或到人员页登记新证", names=names)
    else:
        detail = _("{names} 到考试日没有有效的证：到人员页登记新证，或请审批部门退回后换人", names=names)
    title = f"{session.number} {session.title}"
    return Item("look", _("证件不够"), title, detail, session.starts_at, _("看是谁"), "sessions.show", session.uid)

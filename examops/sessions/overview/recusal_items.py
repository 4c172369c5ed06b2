"""Announced sessions of which somebody on duty has declared since that they must step aside for a candidate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, func, select

from examops.core.language import _
from examops.core.paging import of_own_body
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionDuty
from examops.sessions.overview.items import Item
from examops.sessions.states import REPLACEABLE_STATES, TAKES_A_PLACE
from examops.staff.models import RecusalRelation, StaffMember

ANNOUNCED = ("declared", "approved", "open", "closed")
MOST = 5
EXAM_DAY = func.timezone("Asia/Shanghai", ExamSession.starts_at).cast(Date)  # in Foshan
TOLD = tuple(getattr(ExamSession, name) for name in ("uid", "number", "title", "state", "starts_at"))


def recusal_query(now: datetime, between_names: str) -> Select[Any]:
    """:data:`TOLD` and the names. The soonest, one for each session; what was declared before stood in the way of
    announcing."""
    names = func.string_agg(StaffMember.name.distinct(), between_names)
    query: Any = (
        select(*TOLD, names.label("detail"))
        .join(SessionDuty, SessionDuty.session_id == ExamSession.id)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .join(Booking, Booking.session_id == ExamSession.id)
        .join(Application, Application.id == Booking.application_id)
        .join(RecusalRelation, _between())
        .where(ExamSession.starts_at > now, ExamSession.state.in_(ANNOUNCED), ~SessionDuty.is_released)
        .where(Booking.state.in_(TAKES_A_PLACE), *_still_holds())
        .group_by(ExamSession.id)
    )
    return of_own_body(query, ExamSession.body_id).order_by(ExamSession.starts_at).limit(MOST)


def _between() -> ColumnElement[bool]:
    pair = RecusalRelation.staff_id == StaffMember.id, RecusalRelation.candidate_id == Application.candidate_id
    return and_(*pair)


def _still_holds() -> tuple[ColumnElement[bool], ...]:
    """On the exam day."""
    return (
        RecusalRelation.withdrawn_at.is_(None),
        func.coalesce(RecusalRelation.valid_from, EXAM_DAY) <= EXAM_DAY,
        func.coalesce(RecusalRelation.valid_until, EXAM_DAY) >= EXAM_DAY,
    )


def recusal_item(session: Row[Any]) -> Item:
    names = session.detail
    if session.state in REPLACEABLE_STATES:
        detail = _("{names} 声明须回避：在场次页换人，或请审批部门退回，把有关系的考生换到别的场次", names=names)
    else:
        detail = _("{names} 声明须回避：请审批部门退回后换人，或把有关系的考生换到别的场次", names=names)
    title = f"{session.number} {session.title}"
    return Item("stop", _("须换人"), title, detail, session.starts_at, _("看是谁"), "duties.index", session.uid)

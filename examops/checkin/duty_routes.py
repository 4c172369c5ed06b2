"""Pages of people on duty: what each has to state, and signing in at the door."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import DESK_ROLES, count_attempt, current_actor, guarded, roles_only
from examops.audit import record_access
from examops.checkin.door import Visitor, session_at_door
from examops.checkin.duties import duties_of, duty_by_uid, must_be_there, sign_in_duty
from examops.checkin.schemas import CardSchema
from examops.core.database import db
from examops.core.errors import Invalid, NotAllowed
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions import Tag as SessionTag
from examops.sessions import missing_for_start
from examops.sessions.checks import TAKEN_BACK, people_to_look_at, recusals, standing_relations, state_relations
from examops.sites.models import Room
from examops.staff import RELATIONS
from examops.staff.models import StaffMember
from examops.web.inputs import read_form

bp = guarded(Blueprint("duties", __name__, url_prefix="/desk/<uuid:session_uid>/duties"), roles_only(*DESK_ROLES))
CARDS_PER_HOUR = 60


@bp.get("")
def index(session_uid: UUID) -> ResponseReturnValue:
    session = session_at_door(session_uid, _visitor())
    rows = duties_of(session)
    return render_template(
        "checkin/duties.html",
        session=session,
        room=db.session.execute(select(Room.name).where(Room.id == session.room_id)).scalar_one(),
        rows=rows,
        recusals=recusals(session, [row.StaffMember for row in rows]),
        missing=missing_for_start(session, rulebook(), calendar(), clock()),
        at_tablet=g.get("tablet") is not None,
    )


@bp.get("/<uuid:duty_uid>/recusal")
def recusal(session_uid: UUID, duty_uid: UUID) -> ResponseReturnValue:
    with transaction():
        session = session_at_door(session_uid, _visitor())
        duty, member = duty_by_uid(session, duty_uid)
        is_own = _may_state(member)
        record_access(SessionTag.SESSION_PEOPLE_VIEWED, current_actor(), session, clock=clock(), words=session.number)
        people = people_to_look_at(session)
        declared = standing_relations(duty, [row.Candidate for row in people])
    return render_template(
        "checkin/recusal.html",
        session=session,
        duty=duty,
        member=member,
        is_own=is_own,
        people=people,
        relations=RELATIONS,
        declared=declared,
    )


@bp.post("/<uuid:duty_uid>/recusal")
def save_recusal(session_uid: UUID, duty_uid: UUID) -> ResponseReturnValue:
    """``r-UID`` is the relation to that candidate, empty for none (or as it stands), or one of
    ``TAKEN_BACK``; ``sure`` says that the list was gone through."""
    relations = _relations()
    with transaction():
        session = session_at_door(session_uid, _visitor())
        duty, member = duty_by_uid(session, duty_uid)
        is_own = _may_state(member)
        state_relations(duty, session, relations, actor=current_actor(), clock=clock(), is_own=is_own)
    flash(_("回避声明已记下"))
    return redirect(url_for("duties.index", session_uid=session_uid))


@bp.post("/<uuid:duty_uid>/sign-in")
def sign_in(session_uid: UUID, duty_uid: UUID) -> ResponseReturnValue:
    card = read_form(CardSchema)["card"]
    if card:
        with transaction():
            count_attempt(f"duty-card:{current_actor().uid}", limit=CARDS_PER_HOUR, minutes=60, clock=clock())

    def work() -> None:
        with transaction():
            session = session_at_door(session_uid, _visitor())
            duty, member = duty_by_uid(session, duty_uid)
            tablet = g.get("tablet") is not None
            way = must_be_there(member, session, user_id=g.user.id, at_tablet=tablet, card=card)
            sign_in_duty(duty, member, session, actor=current_actor(), clock=clock(), way=way)

    retried(work)
    flash(_("已签到"))
    return redirect(url_for("duties.index", session_uid=session_uid))


def _may_state(member: StaffMember) -> bool:
    """Whether it is the person's own account; the coordinator may write down what was signed on paper."""
    if member.user_id is not None and member.user_id == g.user.id:
        return True
    if g.role != "coordinator":
        raise NotAllowed(N_("回避由本人声明"), advice=N_("请本人登录声明；没有账号的，签好纸面声明交考务登记"))
    return False


def _relations() -> dict[UUID, str]:
    if request.form.get("sure") != "1":
        raise Invalid(N_("还没有勾选“已逐一看过名单”"), advice=N_("看完名单，勾选后再提交"))
    found = {}
    for name, kind in request.form.items():
        if name.startswith("r-") and kind:
            if kind not in RELATIONS and kind not in TAKEN_BACK:
                raise Invalid(N_("没有这种关系"), advice=N_("从列表里选一种关系"))
            found[_uid(name[2:])] = kind
    return found


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(N_("考生不对"), advice=N_("刷新页面，按最新的名单再声明一次")) from None


def _visitor() -> Visitor:
    return Visitor(g.user.id, tuple(g.grants), g.get("tablet"))

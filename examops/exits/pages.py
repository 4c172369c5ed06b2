"""The list of cases, the offices' or the body's own; opening one, asking to leave. Other pages hang on the same bp."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import REGULATORS, current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.exits import case_pages, recheck_pages
from examops.exits.blueprint import bp
from examops.exits.export import workbook
from examops.exits.history import BUREAUS
from examops.exits.inputs import BeginSchema, WishSchema
from examops.exits.labels import GROUND_WORDS
from examops.exits.listing import GROUPS, all_query, listed
from examops.exits.opening import LEAVING, Read, ask_to_leave, open_case
from examops.exits.states import LEFT
from examops.organisations.models import Body
from examops.web.downloads import attachment
from examops.web.inputs import InvalidInput, read_form

__all__ = ["bp", "case_pages", "recheck_pages"]
BY_OFFICE = ("misconduct", "condition_lost", "idle")
MOST_BODIES = 2000


@bp.get("")
def index() -> ResponseReturnValue:
    return _index()


def _index(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    is_body = g.role == "coordinator"
    return render_template(
        "exits/index.html",
        groups=listed(g.role, today(clock())),
        words=GROUPS,
        is_body=is_body,
        may_begin=g.role in BUREAUS,
        leaving=[body for body in _own_bodies() if body.state in LEAVING] if is_body else [],
        refused=refused,
        form=request.form,
    ), refused.status if refused else 200


@bp.get("/export.xlsx")
@needs(*REGULATORS)
def export() -> ResponseReturnValue:
    rows = db.session.execute(all_query(g.role).execution_options(yield_per=500))
    return attachment(workbook(rows), _("退出事项.xlsx"))


@bp.get("/new")
@needs(*BUREAUS)
def begin() -> ResponseReturnValue:
    return _begin()


def _begin(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    query = select(Body).where(Body.state.in_((*LEAVING, *LEFT))).order_by(Body.name, Body.id).limit(MOST_BODIES)
    return render_template(
        "exits/new.html",
        bodies=db.session.execute(query).scalars().all(),
        grounds=[(one, _(GROUND_WORDS[one])) for one in BY_OFFICE],
        form=request.form or {"read_on": today(clock()).isoformat()},
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        refused=None if isinstance(refused, InvalidInput) else refused,
    ), refused.status if refused else 200


@bp.post("/new")
@needs(*BUREAUS)
def save_new() -> ResponseReturnValue:
    """A named officer opens a case with what they read."""
    try:
        given = read_form(BeginSchema)
        if given["read_on"] > today(clock()):
            raise Invalid(N_("截止日期不能晚于今天"), advice=N_("选记录实际的截止日期"))
        fact = Read(given["text"], given["read_in"], given["read_on"])
        with transaction():
            case = open_case(_body(given["body"]), given["ground"], [fact], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _begin(error)
    flash(_("{number} 已立案，看过事实后告知机构", number=case.number))
    return redirect(url_for("exits.show", case_uid=case.uid))


@bp.post("/wish")
@needs("coordinator")
def wish() -> ResponseReturnValue:
    """The body asks to leave by itself."""
    try:
        given = read_form(WishSchema)
        with transaction():
            case = ask_to_leave(_own_body(given["body"]), given["reason"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _index(error)
    flash(_("退出申请 {number} 已交市局决定；决定以前可以撤回", number=case.number))
    return redirect(url_for("exits.show", case_uid=case.uid))


def _body(uid: UUID) -> Body:
    found = db.session.execute(select(Body).where(Body.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这个机构，或不在您的管理范围内"), advice=N_("重新选一个机构"))
    return found


def _own_bodies() -> list[Body]:
    """The bodies this person coordinates."""
    ids = {grant.body_id for grant in g.grants if grant.role == "coordinator" and grant.body_id}
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def _own_body(uid: UUID | None) -> Body:
    own = _own_bodies()
    chosen = next((one for one in own if one.uid == uid), own[0] if len(own) == 1 and uid is None else None)
    if chosen is None:
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return chosen

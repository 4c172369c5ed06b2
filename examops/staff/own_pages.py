"""When somebody on duty can come, by their own hand."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import DESK_ROLES, current_actor, guarded, roles_only
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.staff.availability import is_planned_then, standing_availability, state_availability, withdraw_availability
from examops.staff.inputs import AvailabilitySchema, stated
from examops.staff.models import Availability, StaffMember
from examops.web.inputs import InvalidInput, read_form

bp = guarded(Blueprint("availability", __name__, url_prefix="/availability"), roles_only(*DESK_ROLES))


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/")
def state() -> ResponseReturnValue:
    """Held once for each body that registered the account, as far as this sign-in reaches."""
    try:
        what = stated(read_form(AvailabilitySchema))
        with transaction():
            members = _own_rows()
            if not members:
                raise NotFound(N_("这个账号还不是考务人员"), advice=N_("请机构的考务登记"))
            for member in members:
                state_availability(member, what, actor=current_actor(), clock=clock(), is_own=True)
            is_planned = any(is_planned_then(member, what) for member in members)
    except DomainError as error:
        return _page(error)
    flash(_("已登记；这段时间已经排了您当值，请告诉机构的考务换人") if is_planned else _("已登记"))
    return redirect(url_for("availability.index"))


@bp.post("/<uuid:availability_uid>/withdraw")
def withdraw(availability_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            query = select(Availability.staff_id).where(Availability.uid == availability_uid)
            staff_id = db.session.execute(query).scalar_one_or_none()
            member = next((one for one in _own_rows() if one.id == staff_id), None)
            if member is None:
                raise NotFound(N_("没有这段时间"), advice=N_("刷新页面再看"))
            withdraw_availability(member, availability_uid, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(error)
    flash(_("已撤回"))
    return redirect(url_for("availability.index"))


def _own_rows() -> list[StaffMember]:
    query = select(StaffMember).where(StaffMember.user_id == g.user.id, StaffMember.is_active)
    return list(db.session.execute(query.order_by(StaffMember.id)).scalars())


def _page(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    members = _own_rows()
    times = standing_availability([one.id for one in members], clock().now())
    return render_template(
        "staff/mine.html",
        members=members,
        times=sorted((row for rows in times.values() for row in rows), key=lambda row: (row.during.lower, row.id)),
        form=request.form if refused else {},
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200

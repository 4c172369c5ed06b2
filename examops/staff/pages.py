"""The list of people on duty: cards, ID numbers, and who is registered at another body too. Others hang on it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.audit import record
from examops.catalogue import find_occupation
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock, keyring
from examops.core.language import Message, _
from examops.core.transaction import transaction
from examops.staff import import_pages, member_pages
from examops.staff.blueprint import bp, own_bodies
from examops.staff.export import blank_workbook, staff_workbook
from examops.staff.inputs import NumberSchema
from examops.staff.listing import ending_soon, staff_lines
from examops.staff.persons import enter_number
from examops.staff.tags import Tag
from examops.web.downloads import attachment
from examops.web.inputs import read_form, read_valid
from examops.web.pages import BeforeNumberSchema

__all__ = ["bp", "import_pages", "member_pages"]


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page()


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    with transaction():
        data = staff_workbook(today(clock()), rulebook())
        for body in own_bodies():
            record(Tag.STAFF_EXPORTED, current_actor(), body, words=body.name, at=clock().now())
        if g.role != "coordinator":
            record(Tag.STAFF_EXPORTED, current_actor(), at=clock().now())
    return attachment(data, _("考务人员.xlsx"))


@bp.get("/blank-people.xlsx")
@needs("coordinator")
def blank_people() -> ResponseReturnValue:
    return attachment(blank_workbook("people"), _("空白考务人员表.xlsx"))


@bp.get("/blank-relations.xlsx")
@needs("coordinator")
def blank_relations() -> ResponseReturnValue:
    return attachment(blank_workbook("relations"), _("空白回避关系表.xlsx"))


@bp.post("/<uuid:staff_uid>/id-number")
@needs("coordinator")
def save_number(staff_uid: UUID) -> ResponseReturnValue:
    number = read_form(NumberSchema)["number"]
    try:
        name = enter_number(staff_uid, number, ring=keyring(), actor=current_actor(), clock=clock()).name
    except DomainError as fault:
        return _page(fault.sentence), fault.status
    flash(_("{name} 的身份证号已登记", name=name))
    return redirect(url_for("staff.index"))


def _page(fault: Message | str = "") -> str:
    day, law = today(clock()), rulebook()
    lines, following = staff_lines(read_valid(BeforeNumberSchema, request.args)["before"], day, law)
    return render_template(
        "staff/index.html",
        lines=lines,
        following=following,
        fault=fault,
        find_occupation=find_occupation,
        ending=ending_soon(day, law),
        warn_days=law.value("staff.card_warn_days", day),
    )

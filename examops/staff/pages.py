"""The page of people on duty: cards, ID numbers, and who is registered at another body too."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import REGULATORS, count_attempt, current_actor, guarded, needs, roles_only
from examops.catalogue import find_occupation
from examops.core.errors import DomainError
from examops.core.extensions import clock, keyring
from examops.core.language import N_, Message, _
from examops.core.transaction import retried, transaction
from examops.staff.listing import staff_lines
from examops.staff.models import StaffMember
from examops.staff.persons import identify
from examops.web.api import LenientSchema
from examops.web.inputs import ShortText, read_form, read_valid
from examops.web.pages import BeforeNumberSchema

bp = guarded(Blueprint("staff", __name__, url_prefix="/staff"), roles_only("coordinator", *REGULATORS))
NUMBERS_PER_HOUR = 120


class NumberSchema(LenientSchema):
    number = ShortText(30, required=True, label=N_("身份证号"))


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/<uuid:staff_uid>/id-number")
@needs("coordinator")
def save_number(staff_uid: UUID) -> ResponseReturnValue:
    number = read_form(NumberSchema)["number"]
    with transaction():
        count_attempt(f"staff-id:{current_actor().uid}", limit=NUMBERS_PER_HOUR, minutes=60, clock=clock())

    def work() -> StaffMember:
        with transaction():
            return identify(staff_uid, number, ring=keyring(), actor=current_actor(), clock=clock())

    try:
        name = retried(work).name
    except DomainError as fault:
        return _page(fault.sentence), fault.status
    flash(_("{name} 的身份证号已登记", name=name))
    return redirect(url_for("staff.index"))


def _page(fault: Message | str = "") -> str:
    lines, following = staff_lines(read_valid(BeforeNumberSchema, request.args)["before"])
    return render_template(
        "staff/index.html", lines=lines, following=following, fault=fault, find_occupation=find_occupation
    )

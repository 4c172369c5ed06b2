"""One version of a body's work plan: a line for each occupation and level."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.levels import LETTERS
from config.occupations import catalogue
from examops.accounts import current_actor, needs
from examops.catalogue import PARTS, occupation_word
from examops.catalogue import level as level_name
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.organisations.models import Body
from examops.specifications.blueprint import BODY, bp, told
from examops.specifications.content import faults_of
from examops.specifications.editing import before, plan_by_uid, save_line, sites_of
from examops.specifications.inputs import LineSchema, RemoveLineSchema
from examops.specifications.models import WorkPlan
from examops.specifications.words import compared, occupation_name
from examops.web.inputs import InvalidInput, read_form

USUAL = {"pass_mark": "60", "carry_over_months": "12", "examiners": "3", "proctors": "2"}


@bp.get("/plans/<uuid:plan_uid>")
def plan(plan_uid: UUID) -> ResponseReturnValue:
    return _page(plan_uid)


@bp.post("/plans/<uuid:plan_uid>")
@needs(*BODY)
def save_plan(plan_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(LineSchema)
        with transaction():
            row = plan_by_uid(plan_uid)
            line = _line(row, given)
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
            save_line(row, given["seen"], given["occupation"], given["level"], line, **options)
    except DomainError as error:
        return _page(plan_uid, error)
    flash(_("已保存"))
    return redirect(url_for("specifications.plan", plan_uid=plan_uid))


def _line(row: WorkPlan, given: dict[str, Any]) -> dict[str, Any]:
    site = next((one for one in sites_of(row.body_id) if one.uid == given["site"]), None)
    return {
        "parts": [part for part in PARTS if part in given["parts"]],
        "pass_mark": given["pass_mark"],
        "carry_over_months": given["carry_over_months"],
        "site": str(site.uid) if site else "",
        "site_name": site.name if site else "",
        "examiners": given["examiners"],
        "proctors": given["proctors"],
    }


@bp.post("/plans/<uuid:plan_uid>/remove")
@needs(*BODY)
def remove_line(plan_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(RemoveLineSchema)
        with transaction():
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
            save_line(plan_by_uid(plan_uid), given["seen"], given["occupation"], given["level"], None, **options)
    except DomainError as error:
        return _page(plan_uid, error)
    flash(_("已去掉"))
    return redirect(url_for("specifications.plan", plan_uid=plan_uid))


def _page(uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    row = told(plan_by_uid(uid))
    older = before(row)
    is_typed = refused is not None and "pass_mark" in request.form
    return render_template(
        "specifications/plan.html",
        row=row,
        body=db.session.get_one(Body, row.body_id),
        lines=compared(row, older),
        older=older,
        lacking=list(faults_of(row)) if row.state == "draft" else [],
        letters=[(code, level_name(code)) for code in LETTERS],
        occupations=[(code, f"{code} {occupation_word(one)}") for code, one in sorted(catalogue().by_code.items())],
        occupation_name=occupation_name,
        sites=[("", _("未定")), *((str(one.uid), one.name) for one in sites_of(row.body_id))],
        parts=PARTS,
        chosen_parts=request.form.getlist("part") if is_typed else ["theory", "skill"],
        is_editable=row.state == "draft" and g.role == "coordinator",
        form=request.form if is_typed else USUAL,
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200

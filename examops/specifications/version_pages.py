"""One version of a specification: what it says, what changed, and while it is a draft the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.levels import LETTERS, order_of
from examops.accounts import current_actor, needs
from examops.catalogue import PARTS
from examops.catalogue import level as level_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.organisations.models import Body
from examops.specifications.blueprint import BODY, bp, told
from examops.specifications.content import faults_of
from examops.specifications.editing import before, save_head, save_level, specification_by_uid
from examops.specifications.inputs import (
    ROWS,
    HeadSchema,
    RemoveLevelSchema,
    form_of,
    level_of,
)
from examops.specifications.kinds import kinds_for
from examops.specifications.models import OWN_KINDS
from examops.specifications.words import DEGREE_WORDS, SCHOOL_WORDS, TITLE_WORDS, compared, occupation_name
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, OneOf, read_form, read_valid

COUNT_WORDS = {
    "all": N_("累计"),
    "certificate": N_("取证后"),
    "graduation": N_("毕业后"),
    "title": N_("取得职称后"),
    "held": N_("持证满（不问从业）"),
}
PAPER_WORDS = {
    "apprenticeship": N_("学徒期满"),
    "pre_technician": N_("预备技师证书"),
    **{f"title-{code}": word for code, word in TITLE_WORDS.items()},
    **{f"degree-{code}": word for code, word in DEGREE_WORDS.items()},
}


class ChosenSchema(LenientSchema):
    """The level whose form is open."""

    level = OneOf(LETTERS, load_default="")


@bp.get("/<uuid:specification_uid>")
def show(specification_uid: UUID) -> ResponseReturnValue:
    return _page(specification_uid)


@bp.post("/<uuid:specification_uid>")
@needs(*BODY)
def save(specification_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(HeadSchema)
        with transaction():
            row = specification_by_uid(specification_uid)
            save_head(row, given["seen"], given["name"], given["kind"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(specification_uid, error)
    flash(_("已保存"))
    return redirect(url_for("specifications.show", specification_uid=specification_uid))


@bp.post("/<uuid:specification_uid>/levels")
@needs(*BODY)
def save_one(specification_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            row = specification_by_uid(specification_uid)
            given = level_of(request.form, is_own=row.kind in OWN_KINDS)
            save_level(row, given["seen"], given["level"], given["content"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(specification_uid, error)
    flash(_("{level}已保存", level=level_name(given["level"])))
    return redirect(url_for("specifications.show", specification_uid=specification_uid))


@bp.post("/<uuid:specification_uid>/levels/remove")
@needs(*BODY)
def remove_one(specification_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(RemoveLevelSchema)
        with transaction():
            row = specification_by_uid(specification_uid)
            save_level(row, given["seen"], given["level"], None, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(specification_uid, error)
    flash(_("已去掉"))
    return redirect(url_for("specifications.show", specification_uid=specification_uid))


def _page(uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    """After a refusal the form that was sent shows what was typed, the other what is kept."""
    db.session.rollback()
    row = told(specification_by_uid(uid))
    chosen = read_valid(ChosenSchema, request.form if refused else request.args)["level"]
    stored = row.levels.get(chosen)
    is_typed = refused is not None and "pass_mark" in request.form
    form: Mapping[str, str] = request.form if is_typed else form_of(chosen, stored) if stored else {"level": chosen}
    parts = request.form.getlist("part") if is_typed else stored["parts"] if stored else ["theory", "skill"]
    older = before(row)
    return render_template(
        "specifications/show.html",
        row=row,
        body=db.session.get_one(Body, row.body_id),
        occupation=occupation_name(row.occupation_code),
        lines=compared(row, older),
        older=older,
        lacking=list(faults_of(row)) if row.state == "draft" else [],
        kinds=kinds_for(db.session.get_one(Body, row.body_id), today(clock())),
        levels=sorted(row.levels, key=order_of),
        letters=[(code, level_name(code)) for code in LETTERS],
        is_editable=row.state == "draft" and g.role == "coordinator",
        is_own=row.kind in OWN_KINDS,
        rows=range(1, ROWS + 1),
        parts=PARTS,
        chosen_parts=parts,
        schools=[("", "—"), *((code, _(word)) for code, word in SCHOOL_WORDS.items())],
        counts=[(code, _(word)) for code, word in COUNT_WORDS.items()],
        papers=[("", "—"), *((code, _(word)) for code, word in PAPER_WORDS.items())],
        form=form,
        head=request.form if refused and "kind" in request.form else {"name": row.name, "kind": row.kind},
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200

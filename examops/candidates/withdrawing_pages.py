"""The page on which a coordinator withdraws applications of one batch, several with one reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.candidates.tags import Tag
from examops.candidates.withdrawing_many import PAGE, Withdrawn, batch_of, live_query, withdraw_each
from examops.catalogue import named_occupation
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, ListOf, OneOf, ShortText, Uid, WholeNumber, read_form, read_valid

bp = guarded(Blueprint("withdrawals", __name__, url_prefix="/candidates/batches"), roles_only("coordinator"))


class ShownSchema(LenientSchema):
    """``q`` is a part of a name or of a team."""

    q = ShortText(40, load_default="")
    after = WholeNumber(0, load_default=0)


class TickSchema(LenientSchema):
    """Asks for nothing but the boxes of the page: everybody's, or nobody's."""

    tick = OneOf(("all", "none"), load_default="")


class TickedSchema(LenientSchema):
    application = ListOf(Uid(), least=1, most=PAGE, required=True, label=N_("勾选的人"))
    reason = ShortText(200, required=True, label=N_("撤回原因"))


@bp.get("/<uuid:batch_uid>")
def show(batch_uid: UUID) -> ResponseReturnValue:
    return _page(batch_uid)


@bp.post("/<uuid:batch_uid>")
def withdraw(batch_uid: UUID) -> ResponseReturnValue:
    tick = read_valid(TickSchema, request.form)["tick"]
    if tick:
        return _page(batch_uid, tick=tick)
    try:
        asked = read_form(TickedSchema)
    except InvalidInput as wrong:
        return _page(batch_uid, faults=wrong.faults), 422
    done = withdraw_each(
        batch_of(batch_uid), asked["application"], asked["reason"], actor=current_actor(), clock=clock()
    )
    if done.stays:
        return _page(batch_uid, done)
    flash(_("已撤回 {count} 份报名，位子已放开", count=done.count))
    return redirect(url_for("withdrawals.show", batch_uid=batch_uid))


def _page(batch_uid: UUID, done: Withdrawn | None = None, faults: dict[str, Any] | None = None, tick: str = "") -> str:
    """What was ticked and written stays: where something is missing, and for those who could not be withdrawn."""
    asked = read_valid(ShownSchema, request.args)
    with transaction():
        batch = batch_of(batch_uid)
        record_access(Tag.BATCH_PEOPLE_VIEWED, current_actor(), batch, clock=clock(), words=batch.number)
        found = list(db.session.execute(live_query(batch.id, asked["q"] or "", asked["after"] or 0)).all())
        everybody = {str(row.Application.uid) for row in found[:PAGE]}
        return render_template(
            "candidates/withdraw.html",
            batch=batch,
            rows=found[:PAGE],
            following=found[PAGE - 1].Application.id if len(found) > PAGE else None,
            asked=asked,
            done=done,
            faults=faults or {},
            ticked={"all": everybody, "none": set()}.get(tick, set(request.form.getlist("application"))),
            occupation=named_occupation,
        )

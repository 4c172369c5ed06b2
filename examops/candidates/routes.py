"""The page of one candidate, for the coordinators of the body. That they looked is written down."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.candidates.evidence import confirm_original
from examops.candidates.history import candidate_by_uid, history_of
from examops.candidates.tags import Tag
from examops.candidates.withdrawing import withdraw
from examops.catalogue import find_occupation, named_occupation
from examops.core.errors import Conflict
from examops.core.extensions import clock
from examops.core.language import N_, Message, _
from examops.core.transaction import transaction
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, ShortText, read_form, read_valid
from examops.web.pages import BeforeNumberSchema

bp = guarded(Blueprint("candidates", __name__, url_prefix="/candidates"), roles_only("coordinator"))


class WithdrawSchema(LenientSchema):
    reason = ShortText(200, required=True, label=N_("撤回原因"))


@bp.get("/<uuid:candidate_uid>")
def show(candidate_uid: UUID) -> ResponseReturnValue:
    return _page(candidate_uid)


def _page(candidate_uid: UUID, fault: Message | str = "") -> str:
    with transaction():
        candidate = candidate_by_uid(candidate_uid)
        record_access(Tag.HISTORY_VIEWED, current_actor(), candidate, clock=clock(), words=candidate.id_masked)
        history = history_of(candidate, read_valid(BeforeNumberSchema, request.args)["before"])
        return render_template(
            "candidates/show.html",
            history=history,
            occupation=named_occupation,
            known_occupation=find_occupation,
            fault=fault,
        )


@bp.post("/<uuid:candidate_uid>/<any(employment, credential):kind>/<uuid:paper_uid>/seen")
def confirm(candidate_uid: UUID, kind: str, paper_uid: UUID) -> ResponseReturnValue:
    with transaction():
        confirm_original(candidate_by_uid(candidate_uid), kind, paper_uid, actor=current_actor(), clock=clock())
    flash(_("已记下：您今天见过这份材料的原件"))
    return redirect(url_for("candidates.show", candidate_uid=candidate_uid))


@bp.post("/<uuid:candidate_uid>/applications/<uuid:application_uid>/withdraw")
def withdraw_application(candidate_uid: UUID, application_uid: UUID) -> ResponseReturnValue:
    try:
        reason = read_form(WithdrawSchema)["reason"]
        with transaction():
            candidate = candidate_by_uid(candidate_uid)
            done = withdraw(candidate, application_uid, reason, actor=current_actor(), clock=clock())
    except InvalidInput as fault:
        return _page(candidate_uid, "；".join(map(str, fault.faults.values()))), 422
    except Conflict as fault:
        return _page(candidate_uid, fault.sentence), fault.status
    flash(_("报名 {number} 已撤回，位子已放开", number=done.number))
    return redirect(url_for("candidates.show", candidate_uid=candidate_uid))

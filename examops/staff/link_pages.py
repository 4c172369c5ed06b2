"""Which human being an account is: chosen, confirmed, taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import ADMINISTRATORS, administered, current_actor, guarded, roles_only
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.staff.linking import Linkable, choose, link, linkable, linked, unlink
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, OneOf, ShortText, Uid, read_form

bp = guarded(Blueprint("account_person", __name__, url_prefix="/accounts"), roles_only(*ADMINISTRATORS))


class LinkSchema(LenientSchema):
    """``step``: shown for confirming first, written then."""

    person = Uid(required=True, fault=N_("选一个人"))
    step = OneOf(("choose", "confirm"), required=True)


class UnlinkReasonSchema(LenientSchema):
    reason = ShortText(200, required=True, fault=N_("写解除的原因，200 字以内"))


class UnlinkSchema(UnlinkReasonSchema):
    person = Uid(required=True, fault=N_("选一个人"))


@bp.get("/<uuid:account_uid>/person")
def show(account_uid: UUID) -> ResponseReturnValue:
    return _page(account_uid)


@bp.post("/<uuid:account_uid>/person")
def save(account_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(LinkSchema)
        if given["step"] == "choose":
            return _page(account_uid, chosen=choose(linkable(administered(account_uid, g.grants)), given["person"]))

        def work() -> str:
            with transaction():
                user = administered(account_uid, g.grants)
                return link(user, given["person"], actor=current_actor(), clock=clock()).row.name

        name = retried(work)
    except DomainError as error:
        return _page(account_uid, refused=error)
    flash(_("账号已关联到 {name}", name=name))
    return redirect(url_for("account_person.show", account_uid=account_uid))


@bp.post("/<uuid:account_uid>/person/unlink")
def end(account_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(UnlinkSchema)
        with transaction():
            user = administered(account_uid, g.grants)
            unlink(user, given["person"], given["reason"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(account_uid, refused=error)
    flash(_("关联已解除；以往的当值和记录不变"))
    return redirect(url_for("account_person.show", account_uid=account_uid))


def _page(uid: UUID, refused: DomainError | None = None, chosen: Linkable | None = None) -> ResponseReturnValue:
    if refused is not None:
        db.session.rollback()
    user = administered(uid, g.grants)
    return render_template(
        "staff/account_person.html",
        user=user,
        own=user.uid == current_actor().uid,
        linked=linked(user),
        people=[(str(one.row.uid), str(one.words)) for one in linkable(user)],
        chosen=chosen,
        form=request.form,
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200

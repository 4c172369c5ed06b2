"""代理和联系方式: who acts for whom in one's office, and where one's own notices go."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import REGULATORS, current_actor, guarded, needs, roles_only
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.offices.contacts import contact_of, save_contact
from examops.offices.deputies import Entry, deputy_by_uid, enter, listed, revoke
from examops.offices.members import Office, members_of, offices_of
from examops.web.api import LenientSchema
from examops.web.inputs import Day, InvalidInput, ShortText, Uid, WholeNumber, read_form

bp = guarded(Blueprint("offices", __name__, url_prefix="/office"), roles_only("coordinator", *REGULATORS))


class DeputySchema(LenientSchema):
    """``office``: the place of the office among those of whoever asks; most have one."""

    office = WholeNumber(0, 50, load_default=0)
    officer = Uid(required=True, fault=N_("选谁来代"))
    for_officer = Uid(load_default=None, data_key="for", fault=N_("选代谁"))
    first = Day(required=True, fault=N_("选从哪天起"))
    last = Day(required=True, fault=N_("选到哪天为止"))


class ContactSchema(LenientSchema):
    email = ShortText(100)
    mobile = ShortText(20)


@bp.get("/deputies")
@needs(*REGULATORS)
def deputies() -> ResponseReturnValue:
    return _deputies_page()


def _deputies_page(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    now, offices = clock().now(), _offices()
    return render_template(
        "offices/deputies.html",
        offices=[(place, one, members_of(one), listed(one, now)) for place, one in enumerate(offices)],
        own=current_actor().uid,
        day=today(clock()),
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        form=request.form,
    ), refused.status if refused else 200


def _offices() -> list[Office]:
    """Of the role in which this request is answered."""
    return [one for one in offices_of(g.grants) if one.role == g.role]


@bp.post("/deputies")
@needs(*REGULATORS)
def add_deputy() -> ResponseReturnValue:
    try:
        given, offices = read_form(DeputySchema), _offices()
        if given["office"] >= len(offices):
            raise Invalid(N_("没有这个部门"), advice=N_("刷新页面再选"))
        away: UUID = given["for_officer"] or g.user.uid
        entry = Entry(given["officer"], away, given["first"], given["last"])
        with transaction():
            enter(offices[given["office"]], entry, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _deputies_page(error)
    flash(_("代理已登记，到期自己结束"))
    return redirect(url_for("offices.deputies"))


@bp.post("/deputies/<uuid:deputy_uid>/end")
@needs(*REGULATORS)
def end_deputy(deputy_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            is_ended = revoke(deputy_by_uid(deputy_uid), actor=current_actor(), clock=clock())
    except DomainError as error:
        if error.status == 404:
            raise
        return _deputies_page(error)
    flash(_("代理已收回") if is_ended else _("这项代理已经结束"))
    return redirect(url_for("offices.deputies"))


@bp.route("/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """One's own mailbox and mobile telephone: where letters and reminders go."""
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            given = read_form(ContactSchema)
            with transaction():
                save_contact(g.user.id, given["email"], given["mobile"], actor=current_actor(), clock=clock())
        except DomainError as error:
            refused = error
        else:
            flash(_("联系方式已保存"))
            return redirect(url_for("filings.index"))
    page = render_template("offices/contact.html", contact=contact_of(g.user.id), refused=refused, form=request.form)
    return page, refused.status if refused else 200

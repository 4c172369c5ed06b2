"""An office registers a body, invites its first coordinator again, and corrects what was typed wrongly."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGISTRARS, Admin, current_actor, needs
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import Conflict, DomainError
from examops.core.extensions import clock
from examops.core.idempotency import OtherRequest
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.organisations.blueprint import bp
from examops.organisations.correcting import correct
from examops.organisations.entities import entity_by_code, entity_by_uid
from examops.organisations.entity_page import entity_page
from examops.organisations.inputs import CorrectSchema, OnceSchema, PersonSchema, read_registration
from examops.organisations.labels import BODY_KINDS, INDUSTRIES, RELATIONS
from examops.organisations.listing import body_of
from examops.organisations.models import LegalEntity
from examops.organisations.opening import districts_of_office, invite_again, objections_of, open_body
from examops.organisations.registration import Objected, Registration
from examops.web.inputs import InvalidInput, read_form

HOURS = "password.invitation_hours"


def link_of(code: str) -> str:
    return url_for("accounts.new_password", code=code, _external=True)


def admin() -> Admin:
    return Admin(current_actor(), session["sid"])


@bp.get("/new")
@needs(*REGISTRARS)
def begin() -> ResponseReturnValue:
    return _form({})


@bp.post("/new")
@needs(*REGISTRARS)
def save_new() -> ResponseReturnValue:
    """Answers with the entity's page, which shows the link of the invitation; sent again it answers the same."""
    try:
        once = str(read_form(OnceSchema)["once"])
        told = read_registration(request.form, lambda read: objections_of(read, clock()))
        made = open_body(told, once, link_of, admin=admin(), clock=clock())
    except Objected as error:
        return _form(request.form, error.faults, error.refusal)
    except InvalidInput as error:
        return _form(request.form, error.faults)
    except OtherRequest:
        words, advice = N_("这张表已经登记过一家机构，改过的没有保存"), N_("要再登记一家的，看过下面的内容再提交一次")
        return _form(request.form, {}, Conflict(words, advice=advice))
    except DomainError as error:
        return _form(request.form, {}, error)
    return entity_page(entity_by_uid(UUID(made["entity"])), made=made)


def _form(
    form: Mapping[str, Any], faults: Mapping[str, Any] | None = None, refused: DomainError | None = None
) -> ResponseReturnValue:
    db.session.rollback()
    status = 422 if faults else refused.status if refused else 200
    known = _known(form.get("code", "")) if refused else None
    return render_template(
        "organisations/new.html",
        form={**form, "once": str(uuid.uuid4())},  # whatever was refused left nothing behind
        faults=faults or {},
        refused=refused,
        known=known,
        **choices(),
    ), status


def choices() -> dict[str, Any]:
    """What the form of a registration offers to this office, and how long an invitation holds."""
    return {
        "kinds": [("", _("选一类"))] + [(key, _(word)) for key, word in BODY_KINDS.items()],
        "districts": [(code, _(district_name(code))) for code in districts_of_office()],
        "industries": [("", _("没有填"))] + [(key, _(word)) for key, word in INDUSTRIES.items()],
        "relations": [("", _("没有上级"))] + [(key, _(word)) for key, word in RELATIONS.items()],
        "days": int(rulebook().value(HOURS, today(clock()))) // 24,
    }


def _known(code: str) -> LegalEntity | None:
    """The entity of the code, where this office may open its page."""
    plain = Registration.of({"code": code}).plain_code
    return entity_by_code(plain)


@bp.post("/<uuid:entity_uid>/bodies/<uuid:body_uid>/invitation")
@needs(*REGISTRARS)
def invite(entity_uid: UUID, body_uid: UUID) -> ResponseReturnValue:
    entity = entity_by_uid(entity_uid)
    body = body_of(entity, body_uid)
    try:
        told, once = read_form(PersonSchema), str(read_form(OnceSchema)["once"])
        made = invite_again(body, told, once, link_of, admin=admin(), clock=clock())
    except DomainError as error:
        db.session.rollback()
        return entity_page(entity_by_uid(entity_uid), {**request.form, "body": str(body_uid)}, error)
    return entity_page(entity_by_uid(entity_uid), made=made)


@bp.post("/<uuid:entity_uid>/correction")
@needs(*REGISTRARS)
def correct_entity(entity_uid: UUID) -> ResponseReturnValue:
    entity = entity_by_uid(entity_uid)
    try:
        told = read_form(CorrectSchema)
        with transaction():
            given = told["code"], told["correct_name"], told["correction"], told["seen"]
            correct(entity, *given, actor=current_actor(), clock=clock())
    except DomainError as error:
        db.session.rollback()
        return entity_page(entity_by_uid(entity_uid), request.form, error)
    flash(_("登记已改正"))
    return redirect(url_for("entities.show", entity_uid=entity_uid))

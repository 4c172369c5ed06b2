"""开户申请: pages for whoever asks, without signing in and without scripts.

The answer rests on the form alone: the same for an entity that nobody knows, that is registered or that is barred.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import count_attempt, guarded, open_to_all
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock, keyring, settings, store
from examops.core.language import N_, Message, _, message
from examops.core.transaction import retried, transaction
from examops.offices import checked
from examops.organisations.inputs import OF_THE_CITY
from examops.organisations.labels import BODY_KINDS
from examops.organisations.openings import asking
from examops.organisations.openings.asking import OWN, NoSuchRequest
from examops.organisations.openings.certificates import MEGABYTE, BadCertificate, keep_certificate, kept_certificate
from examops.organisations.openings.inputs import ApplySchema, CodeSchema, StateSchema
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.organisations.openings.proving import EMAIL, LATER, NoWayToProve, channel_of, count_code
from examops.organisations.openings.states import RETURNED, UNPROVEN
from examops.web.inputs import InvalidInput, read, read_form

bp = guarded(Blueprint("openings", __name__, url_prefix="/apply"), open_to_all("机构自己申请开户，还没有账号"))
FORMS_OF_ADDRESS, LOOKS_OF_ADDRESS, LOOKS_OF_NUMBER, MINUTES = 60, 60, 20, 60
Typed = dict[str, Any]
# Faults are summed up in the order in which the form asks.
ON_PAGE = (
    *("name", "code", "reason", "representative", "kind", "district", "address", "telephone", "file", "person"),
    *("mobile", "email", "document", "follows", "once"),
)


@bp.get("")
def begin() -> ResponseReturnValue:
    return _form({"once": str(uuid.uuid4())})


@bp.post("")
def save() -> ResponseReturnValue:
    """On to the page that asks for the code; whatever is wrong stands at its field, and the file is kept."""
    typed = request.form.to_dict()
    try:
        session["opening"] = _hand_in(typed)
    except DomainError as error:
        return _form(typed, error)
    return redirect(url_for("openings.own"))


def _hand_in(typed: Typed) -> str:
    """The uid of the request. ``typed`` names the certificate from here on, so that a form that comes back keeps it."""
    _count("form", request.remote_addr or "", FORMS_OF_ADDRESS)
    channel = channel_of(settings())
    if not channel:
        raise NoWayToProve()
    faults = _take_file(typed)
    given, wrong = _read(typed, channel)
    if found := {**wrong, **faults}:
        raise InvalidInput({name: found[name] for name in sorted(found, key=ON_PAGE.index)})
    with transaction():
        count_code(request.remote_addr or "", checked("", given["mobile"])[1], clock())
    return retried(partial(_store, given, channel))


def _store(given: Mapping[str, Any], channel: str) -> str:
    with transaction(OWN):
        before = _returned(given["follows"])
        document = kept_certificate(given["document"], before, given["once"])
        if document is None:
            raise InvalidInput({"file": message(MISSING)})
        return str(asking.hand_in(given, document, before, channel, clock=clock(), rules=rulebook()).uid)


MISSING = N_("选证照的照片或 PDF")


def _take_file(typed: Typed) -> dict[str, Message]:
    """Of the certificate: what is wrong with it. What was sent before counts while nothing new comes."""
    file = request.files.get("file")
    name, data = (file.filename or "", file.read()) if file else ("", b"")
    try:
        with transaction(OWN):
            if data:
                row = keep_certificate(name, data, store=store(), clock=clock(), rules=rulebook())
                typed["document"] = str(row.uid)
            return {} if _kept(typed) else {"file": message(MISSING)}
    except BadCertificate as error:
        return {"file": error.sentence}


def _kept(typed: Mapping[str, Any]) -> OpeningDocument | None:
    uid, once = _uid(typed.get("document", "")), _uid(typed.get("once", ""))
    return kept_certificate(uid, _returned(str(typed.get("follows", ""))), once)


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _read(typed: Typed, channel: str) -> tuple[dict[str, Any], dict[str, Message]]:
    faults: dict[str, Message] = {}
    if channel == EMAIL and not str(typed.get("email", "")).strip():
        faults["email"] = message(N_("写邮箱：验证码发到那里"))
    try:
        return read(ApplySchema, typed), faults
    except InvalidInput as error:
        return error.valid, {**faults, **error.faults}


def _returned(number: str) -> OpeningRequest | None:
    """The request of this browser, where it is the one of that number and was returned."""
    try:
        row = asking.own_request(session.get("opening", ""))
    except NoSuchRequest:
        return None
    return row if number and row.number == number and row.state == RETURNED else None


def _form(typed: Mapping[str, Any], refused: DomainError | None = None) -> ResponseReturnValue:
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    channel = channel_of(settings())
    with transaction(OWN):
        kept = _kept(typed)
        certificate = {"document": str(kept.uid), "document_name": kept.name} if kept else {"document": ""}
    return render_template(
        "openings/apply.html",
        form={**typed, **certificate},
        faults=faults,
        refused=None if faults else refused,
        channel=channel,
        kinds=[("", _("选一类"))] + [(key, _(word)) for key, word in BODY_KINDS.items()],
        districts=[("", _("选一个区"))] + [(code, _(district_name(code))) for code in OF_THE_CITY],
        most=int(rulebook().value("opening.document_bytes_max", today(clock()))) // MEGABYTE,
        hours=rulebook().value("opening.unproven_hours", today(clock())),
        days=rulebook().value("opening.kept_days", today(clock())),
    ), refused.status if refused else 200


@bp.get("/mine")
def own() -> ResponseReturnValue:
    return _own_page()


def _own_page(refused: DomainError | None = None) -> ResponseReturnValue:
    try:
        with transaction(OWN):
            row = asking.own_request(session.get("opening", ""))
            follower = asking.follower_of(row)
            page = render_template(
                "openings/own.html",
                row=row,
                follower=follower,
                refused=refused,
                is_unproven=row.state == UNPROVEN,
                is_code_over=clock().now() >= row.code_until,
                may_correct=row.state == RETURNED,
            )
    except NoSuchRequest as error:
        return redirect(url_for("openings.state")) if refused is None else _state_page({}, error)
    return page, refused.status if refused else 200


@bp.post("/mine/code")
def prove() -> ResponseReturnValue:
    try:
        digits = read_form(CodeSchema)["digits"]
        with transaction(OWN):
            refused = asking.prove_own(session.get("opening", ""), digits, clock=clock(), rules=rulebook())
        if refused:
            raise refused
    except DomainError as error:
        return _own_page(error)
    flash(_("已收到，交到了区里"))
    return redirect(url_for("openings.own"))


@bp.post("/mine/code/new")
def send_again() -> ResponseReturnValue:
    try:
        with transaction(OWN):
            mobile = asking.own_request(session.get("opening", "")).mobile
        with transaction():
            count_code(request.remote_addr or "", mobile, clock())
        with transaction(OWN):
            asking.send_again(session.get("opening", ""), clock=clock(), rules=rulebook())
    except DomainError as error:
        return _own_page(error)
    flash(_("又发了一个验证码，以前的作废"))
    return redirect(url_for("openings.own"))


@bp.get("/mine/correction")
def correct() -> ResponseReturnValue:
    """The form of the returned request, filled in."""
    with transaction(OWN):
        try:
            row = asking.own_request(session.get("opening", ""))
        except NoSuchRequest:
            return redirect(url_for("openings.state"))
        if row.state != RETURNED:
            return redirect(url_for("openings.own"))
        typed = {**asking.as_form(row), "document": str(row.document.uid), "follows": row.number}
    return _form(typed)


@bp.get("/state")
def state() -> ResponseReturnValue:
    return _state_page({})


@bp.post("/state")
def look_up() -> ResponseReturnValue:
    """Both number and mobile, or nothing is told."""
    try:
        _count("look", request.remote_addr or "", LOOKS_OF_ADDRESS)
        asked = read_form(StateSchema)
        _count("number", keyring().lookup(asked["number"], "opening-number").hex(), LOOKS_OF_NUMBER)
        with transaction(OWN):
            session["opening"] = str(asking.find(asked["number"], asked["mobile"]).uid)
    except DomainError as error:
        return _state_page(request.form, error)
    return redirect(url_for("openings.own"))


def _state_page(typed: Mapping[str, Any], refused: DomainError | None = None) -> ResponseReturnValue:
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    page = render_template("openings/state.html", form=typed, faults=faults, refused=None if faults else refused)
    return page, refused.status if refused else 200


def _count(what: str, whose: str, limit: int) -> None:
    with transaction():
        count_attempt(f"opening:{what}:{whose}", limit=limit, minutes=MINUTES, clock=clock(), advice=LATER)

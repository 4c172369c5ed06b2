"""Pages of lists: uploaded by the body, examined by a worker under its eyes, looked at by offices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGULATORS, current_actor, needs
from examops.audit import record_access
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.body_pages import filing_page
from examops.filings.gathering import filing_by_uid
from examops.filings.lists.findings import doubtful_codes, unanswered
from examops.filings.lists.inputs import InForceSchema, ListReadSchema, ListSchema, answers_of, kind_and_subject
from examops.filings.lists.intake import (
    answer_names,
    list_by_uid,
    mark_list_read,
    put_away,
    put_in_force,
    receive_list,
)
from examops.filings.lists.models import FilingList
from examops.filings.models import Filing
from examops.filings.states import EDITABLE, OPEN_STATES
from examops.filings.tags import Tag
from examops.web.api import json_call
from examops.web.inputs import read_form
from examops.web.progress import LongWork, ProgressSchema, tray


@bp.post("/<uuid:filing_uid>/lists")
@needs(*BODY)
def add_list(filing_uid: UUID) -> ResponseReturnValue:
    filing, file = filing_by_uid(filing_uid), request.files.get("file")
    try:
        given = read_form(ListSchema)
        kind, subject = kind_and_subject(given["about"])
        name, content = (file.filename if file else "") or "", file.read() if file else b""
        with transaction():
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "store": store()}
            one = receive_list(filing, kind, subject, given["as_of"], name, content, **options)
    except DomainError as error:
        return filing_page(filing_uid, error)
    return redirect(url_for("filings.listed", filing_uid=filing_uid, list_uid=one.uid))


@bp.get("/<uuid:filing_uid>/lists/<uuid:list_uid>")
def listed(filing_uid: UUID, list_uid: UUID) -> ResponseReturnValue:
    return _page(filing_uid, list_uid)


def _page(filing_uid: UUID, list_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    with transaction():
        filing = filing_by_uid(filing_uid)
        one = list_by_uid(filing, list_uid)
        record_access(Tag.FILING_LIST_OPENED, current_actor(), one, clock=clock(), words=one.name)
        page = render_template(
            "filings/list.html",
            filing=filing,
            one=one,
            found=one.findings,
            unanswered=unanswered(one.findings),
            doubtful=doubtful_codes(one.findings),
            task=_progress(filing, one) if one.state == "examining" else None,
            is_editable=g.role in BODY and filing.state in EDITABLE,
            may_read=g.role in REGULATORS and filing.state in OPEN_STATES and one.state == "in_force",
            months=rulebook().value("filing.list_keep_months", today(clock())),
            refused=refused,
        )
    return page, refused.status if refused else 200


def _progress(filing: Filing, one: FilingList) -> dict[str, Any]:
    address: dict[str, Any] = {"filing_uid": filing.uid, "list_uid": one.uid}
    is_finished = one.state != "examining"
    return tray(
        LongWork(_("核对"), one.name, one.done_count, one.row_count, one.started_at, is_finished),
        clock().now(),
        result_url=url_for("filings.listed", **address),
        progress_url=url_for("filings.list_progress", **address),
        cancel_url=None if is_finished or g.role not in BODY else url_for("filings.cancel_list", **address),
    )


@bp.get("/<uuid:filing_uid>/lists/<uuid:list_uid>/progress")
@json_call(ProgressSchema)
def list_progress(filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """How far the examination of a list has come"""
    filing = filing_by_uid(filing_uid)
    return _progress(filing, list_by_uid(filing, list_uid))


@bp.post("/<uuid:filing_uid>/lists/<uuid:list_uid>/cancel")
@needs(*BODY)
def cancel_list(filing_uid: UUID, list_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            filing = filing_by_uid(filing_uid)
            put_away(list_by_uid(filing, list_uid), actor=current_actor(), filing=filing, store=store())
    except DomainError as error:
        return _page(filing_uid, list_uid, error)
    flash(_("名册已取消，里面的人已抹去"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="lists"))


@bp.post("/<uuid:filing_uid>/lists/<uuid:list_uid>/names")
@needs(*BODY)
def choose_names(filing_uid: UUID, list_uid: UUID) -> ResponseReturnValue:
    try:
        chosen = answers_of(request.form)
        with transaction():
            filing = filing_by_uid(filing_uid)
            answer_names(list_by_uid(filing, list_uid), chosen, actor=current_actor(), filing=filing)
    except DomainError as error:
        return _page(filing_uid, list_uid, error)
    flash(_("已记下 {count} 个回答", count=len(chosen)))
    return redirect(url_for("filings.listed", filing_uid=filing_uid, list_uid=list_uid))


@bp.post("/<uuid:filing_uid>/lists/<uuid:list_uid>/in-force")
@needs(*BODY)
def put_list_in_force(filing_uid: UUID, list_uid: UUID) -> ResponseReturnValue:
    try:
        reason = read_form(InForceSchema)["code_reason"]
        with transaction():
            filing = filing_by_uid(filing_uid)
            put_in_force(list_by_uid(filing, list_uid), actor=current_actor(), filing=filing, code_reason=reason)
    except DomainError as error:
        return _page(filing_uid, list_uid, error)
    flash(_("名册已用于这份申报，等审核部门的人看过后才算"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="lists"))


@bp.post("/<uuid:filing_uid>/lists/<uuid:list_uid>/reading")
@needs(*REGULATORS)
def read_list(filing_uid: UUID, list_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(ListReadSchema)
        with transaction():
            filing = filing_by_uid(filing_uid)
            one, is_sound = list_by_uid(filing, list_uid), given["sound"] == "yes"
            mark_list_read(one, is_sound, given["note"], actor=current_actor(), filing=filing, clock=clock())
    except DomainError as error:
        return _page(filing_uid, list_uid, error)
    flash(_("已记下：您看过这份名册"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="lists"))

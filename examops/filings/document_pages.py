"""Documents and letters: uploaded by the body, saved by both sides, read by offices."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGULATORS, current_actor, needs
from examops.audit import record_access
from examops.core.clock import today
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.body_pages import filing_page
from examops.filings.documents import document_by_uid, fetch, mark_read, receive, take_out, taken_out
from examops.filings.gathering import filing_by_uid
from examops.filings.inputs import DocumentSchema, ReadSchema
from examops.filings.letters import letter_by_uid
from examops.filings.tags import Tag
from examops.filings.telling import deliveries_of
from examops.web.downloads import sealed_attachment
from examops.web.inputs import read_form

# Whatever a document holds, a browser that is made to show it runs nothing of it.


@bp.post("/<uuid:filing_uid>/documents")
@needs(*BODY)
def add_document(filing_uid: UUID) -> ResponseReturnValue:
    filing, file = filing_by_uid(filing_uid), request.files.get("file")
    try:
        given = read_form(DocumentSchema)
        with transaction():
            receive(
                filing,
                given["kind"],
                given["subject"],
                (file.filename if file else "") or "",
                file.read() if file else b"",
                actor=current_actor(),
                store=store(),
                rules=rulebook(),
                day=today(clock()),
            )
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("材料已上传，等审核部门的人看过后才算"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="documents"))


@bp.post("/<uuid:filing_uid>/documents/<uuid:document_uid>/removal")
@needs(*BODY)
def remove_document(filing_uid: UUID, document_uid: UUID) -> ResponseReturnValue:
    filing = filing_by_uid(filing_uid)
    try:
        with transaction():
            take_out(filing, document_by_uid(filing, document_uid), actor=current_actor(), clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("已取下。交过的那一版里还有它；还要用，再上传一次"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="documents"))


@bp.get("/<uuid:filing_uid>/documents/<uuid:document_uid>.file")
def document(filing_uid: UUID, document_uid: UUID) -> Response:
    """Always a file to save, never shown inside the site; every look is written down."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        found = document_by_uid(filing, document_uid)
        if (
            found.removed_at
            and g.role in REGULATORS
            and found not in (one for one, _ in taken_out(filing, to_office=True))
        ):
            raise NotFound(N_("这份材料没有交过，机构已取下"), advice=N_("看现在的材料"))
        record_access(Tag.FILING_DOCUMENT_OPENED, current_actor(), found, clock=clock(), words=found.name)
        answer = sealed_attachment(fetch(found, store()), found.name, found.format)
    return answer


@bp.post("/<uuid:filing_uid>/documents/<uuid:document_uid>/reading")
@needs(*REGULATORS)
def read_document(filing_uid: UUID, document_uid: UUID) -> ResponseReturnValue:
    filing = filing_by_uid(filing_uid)
    try:
        given = read_form(ReadSchema)
        with transaction():
            found = document_by_uid(filing, document_uid)
            mark_read(filing, found, given["sound"] == "yes", given["note"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("已记下：您看过这份材料"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="documents"))


@bp.get("/<uuid:filing_uid>/letters/<uuid:letter_uid>")
def letter(filing_uid: UUID, letter_uid: UUID) -> str:
    """On paper as it went out: from what was kept, not from today's names."""
    filing = filing_by_uid(filing_uid)
    found, is_office = letter_by_uid(filing, letter_uid), g.role in REGULATORS
    told = deliveries_of([found.decision_id]).get(found.decision_id, []) if is_office else None
    return render_template("filings/letter.html", filing=filing, letter=found, deliveries=told)

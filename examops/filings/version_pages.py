"""Specifications and work plans of a filing: the body puts drafts with it and takes them out again."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor, needs
from examops.core.errors import DomainError
from examops.core.language import _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.body_pages import filing_page
from examops.filings.documents import document_by_uid
from examops.filings.gathering import filing_by_uid
from examops.filings.inputs import VersionSchema
from examops.filings.versions import attach, detach
from examops.specifications import AnyVersion, plan_by_uid, specification_by_uid
from examops.web.inputs import read


@bp.post("/<uuid:filing_uid>/versions")
@needs(*BODY)
def put_version(filing_uid: UUID) -> ResponseReturnValue:
    try:
        given = read(VersionSchema, request.form)
        with transaction():
            filing = filing_by_uid(filing_uid)
            document = document_by_uid(filing, given["document"]) if given["document"] else None
            attach(filing, _version(given["version"]), document, actor=current_actor())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("已放入这份申报"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="versions"))


@bp.post("/<uuid:filing_uid>/versions/remove")
@needs(*BODY)
def remove_version(filing_uid: UUID) -> ResponseReturnValue:
    try:
        given = read(VersionSchema, request.form)
        with transaction():
            detach(filing_by_uid(filing_uid), _version(given["version"]), actor=current_actor())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("已取下"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="versions"))


def _version(about: tuple[str, UUID]) -> AnyVersion:
    kind, uid = about
    return plan_by_uid(uid) if kind == "work_plan" else specification_by_uid(uid)

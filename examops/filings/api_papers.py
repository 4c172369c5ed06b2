"""``/api/v1/filings``: its documents and the drafts of versions that go with it, handed in by the body's own system."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import request

from config.rulebook import rulebook
from examops.accounts import current_actor, done_once, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock, store
from examops.core.transaction import transaction
from examops.filings.api import bp, filing_seen, whole_filing
from examops.filings.api_inputs import (
    DocumentQuerySchema,
    FilingDocumentSchema,
    FilingDocumentsSchema,
    PutVersionSchema,
)
from examops.filings.api_schemas import FilingSchema
from examops.filings.blueprint import BODY
from examops.filings.documents import document_by_uid, receive, take_out
from examops.filings.gathering import dossier, filing_by_uid
from examops.filings.models import FilingDocument
from examops.filings.versions import attach, detach
from examops.specifications import AnyVersion, plan_by_uid, specification_by_uid
from examops.web.api import IdempotencySchema

BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
FILE = {"required": True, "content": dict.fromkeys(("application/pdf", "image/jpeg", "image/png"), BYTES)}


@bp.get("/filings/<uuid:filing_uid>/documents")
@bp.reads(FilingDocumentsSchema, 404)
def documents_of_filing(filing_uid: UUID) -> dict[str, Any]:
    """The documents that it rests on, without those that were taken out."""
    return {"documents": [_document(one) for one in dossier(filing_seen(filing_uid)).documents]}


def _document(row: FilingDocument) -> dict[str, Any]:
    names = ("kind", "subject", "name", "format", "pages", "size", "is_sound", "note")
    return {"uid": str(row.uid), "sha256": row.digest.hex(), **{name: getattr(row, name) for name in names}}


@bp.post("/filings/<uuid:filing_uid>/documents")
@bp.doc(requestBody=FILE)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(DocumentQuerySchema, location="query")
@bp.writes(FilingDocumentSchema, 404, 409)
@needs(*BODY)
def hand_in_document(once: dict[str, str], given: dict[str, Any], filing_uid: UUID) -> dict[str, Any]:
    """Hand in a document; the body of the request is the file itself, at most 20 MB: PDF, JPEG or PNG."""
    data = request.get_data(cache=False)

    def take(filing: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "store": store(), "rules": rulebook()}
        named = (given["kind"], given["subject"], given["name"])
        row = receive(filing, *named, data, **options, day=today(clock()))
        db.session.flush()
        return _document(row)

    asked = given | {"sha256": hashlib.sha256(data).hexdigest()}
    return done_once(once["key"], asked, lambda: filing_by_uid(filing_uid), take)


@bp.delete("/filings/<uuid:filing_uid>/documents/<uuid:document_uid>")
@bp.writes(FilingDocumentsSchema, 404, 409)
@needs(*BODY)
def take_out_document(filing_uid: UUID, document_uid: UUID) -> dict[str, Any]:
    """Take a document out; what rested on it is stated alone from now on. Taken out already is 409."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        take_out(filing, document_by_uid(filing, document_uid), actor=current_actor(), clock=clock())
    return {"documents": [_document(one) for one in dossier(filing_by_uid(filing_uid)).documents]}


def _version(uid: UUID) -> AnyVersion:
    try:
        return specification_by_uid(uid)
    except NotFound:
        return plan_by_uid(uid)


@bp.put("/filings/<uuid:filing_uid>/versions/<uuid:version_uid>")
@bp.arguments(PutVersionSchema)
@bp.writes(FilingSchema, 403, 404, 409)
@needs(*BODY)
def put_filing_version(given: dict[str, Any], filing_uid: UUID, version_uid: UUID) -> dict[str, Any]:
    """Let a draft of a specification or work plan go with the filing: it is handed in and decided with it."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        document = document_by_uid(filing, given["document"]) if given["document"] else None
        attach(filing, _version(version_uid), document, actor=current_actor())
    return whole_filing(filing_by_uid(filing_uid))


@bp.delete("/filings/<uuid:filing_uid>/versions/<uuid:version_uid>")
@bp.writes(FilingSchema, 404, 409)
@needs(*BODY)
def take_out_version(filing_uid: UUID, version_uid: UUID) -> dict[str, Any]:
    """Take such a draft out of the filing; the draft stays."""
    with transaction():
        detach(filing_by_uid(filing_uid), _version(version_uid), actor=current_actor())
    return whole_filing(filing_by_uid(filing_uid))

"""Documents: checked by what is in them, kept in the store, read by somebody else than their uploader."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.file_content import Content, content_of
from examops.core.language import N_
from examops.core.store import Store
from examops.filings.editing import must_be_editable, must_be_there, must_take_documents, only_stated
from examops.filings.models import HISTORIC, Filing, FilingDocument, FilingFact
from examops.filings.receipts import receipts_of
from examops.filings.refusals import DOCUMENT_CLAUSE, BadDocument, OwnHand
from examops.filings.states import OPEN_STATES
from examops.filings.tags import Tag
from examops.sheets.characters import file_name
from examops.specifications import put_with, versions_with

MEGABYTE = 1024 * 1024


def read_content(data: bytes) -> Content:
    """What a file is, by its first and last bytes. Raises :class:`BadDocument`."""
    content = content_of(data)
    if content is None:
        raise BadDocument(clause=DOCUMENT_CLAUSE)
    return content


def receive(
    filing: Filing,
    kind: str,
    subject: str,
    name: str,
    data: bytes,
    *,
    actor: Actor,
    store: Store,
    rules: Rulebook,
    day: date,
) -> FilingDocument:
    """Keep it. Raises :class:`BadDocument`, :class:`FilingIsClosed`, :class:`Conflict` beyond the number allowed."""
    must_take_documents(filing)
    _must_fit(filing, data, rules, day)
    content, key = read_content(data), f"filings/{uuid.uuid4()}"
    store.put("documents", key, data)
    document = FilingDocument(
        **owner_of(filing),
        filing_id=filing.id,
        subject=subject,
        kind=kind,
        name=file_name(name) or key,
        format=content.format,
        pages=content.pages,
        size=len(data),
        digest=hashlib.sha256(data).digest(),
        object_key=key,
        uploaded_by=actor.uid,
        uploaded_by_name=actor.name,
    )
    db.session.add(document)
    record(Tag.FILING_DOCUMENT_ADDED, actor, filing, words=f"{filing.number} {document.name}", size=len(data))
    return document


def _must_fit(filing: Filing, data: bytes, rules: Rulebook, day: date) -> None:
    most = rules.value("filing.document_bytes_max", day)
    if not data:
        raise BadDocument(N_("没有选文件，或文件是空的"))
    if len(data) > most:
        raise BadDocument(
            N_("文件有 {size} MB，最多 {most} MB"),
            advice=N_("降低扫描分辨率，或分成几份上传"),
            clause=DOCUMENT_CLAUSE,
            size=-(-len(data) // MEGABYTE),
            most=most // MEGABYTE,
        )
    count = db.session.execute(
        select(func.count())
        .select_from(FilingDocument)
        .where(FilingDocument.filing_id == filing.id, FilingDocument.removed_at.is_(None))
    ).scalar_one()
    if count >= rules.value("filing.documents_max", day):
        raise Conflict(
            N_("这份申报已有 {count} 份材料，不能再传"),
            advice=N_("把同类的材料合成一份，或取下不要的"),
            clause=DOCUMENT_CLAUSE,
            count=count,
        )


def document_by_uid(filing: Filing, uid: UUID) -> FilingDocument:
    query = select(FilingDocument).where(FilingDocument.uid == uid, FilingDocument.filing_id == filing.id)
    found = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这份申报没有这份材料"), advice=N_("回到申报页重新选"))
    return found


def take_out(filing: Filing, document: FilingDocument, *, actor: Actor, clock: Clock) -> None:
    """Of what the body has in hand. Nothing is judged by it any more; the row, who read it and its bytes stay.

    Raises :class:`FilingIsClosed`, :class:`DocumentTakenOut` for the second of two at once.
    """
    must_be_editable(filing)
    must_be_there(document)
    facts = only_stated(filing, document, actor=actor, clock=clock)
    for row in versions_with(filing.id):
        if row.document_id == document.id:
            put_with(row, filing.id, None)
    document.removed_at, document.removed_by, document.removed_by_name = clock.now(), actor.uid, actor.name
    db.session.flush()
    record(
        Tag.FILING_DOCUMENT_REMOVED,
        actor,
        filing,
        words=f"{filing.number} {document.name}",
        at=clock.now(),
        facts=facts,
        digest=document.digest.hex(),
    )


def taken_out(filing: Filing, *, to_office: bool) -> list[tuple[FilingDocument, bool]]:
    """What was taken out, each with whether it had been handed in: then it stands in a receipt. Offices see those
    alone."""
    query = select(FilingDocument).where(FilingDocument.filing_id == filing.id, FilingDocument.removed_at.is_not(None))
    rows = db.session.execute(query.order_by(FilingDocument.id)).scalars().all()
    handed = {tuple(one) for receipt in receipts_of(filing) for one in receipt.content["documents"]} if rows else set()
    found = [(row, (row.name, row.digest.hex()) in handed) for row in rows]
    return [(row, was_handed) for row, was_handed in found if was_handed or not to_office]


def fetch(document: FilingDocument, store: Store) -> bytes:
    """Its bytes as they came. Raises :class:`Conflict` where the store gives other bytes."""
    data = store.get("documents", document.object_key)
    if hashlib.sha256(data).digest() != document.digest:
        raise Conflict(N_("存储里的文件与上传时不同，不能给出"), advice=N_("请系统运维查存储，并请机构重新上传"))
    return data


def mark_read(
    filing: Filing, document: FilingDocument, is_sound: bool, note: str, *, actor: Actor, clock: Clock
) -> None:
    """Somebody else than the uploader has read it: what rests on it counts, or does not. Reading again replaces the
    mark. Raises :class:`OwnHand`, :class:`DocumentTakenOut`, :class:`Invalid` for an unsound one without a note."""
    db.session.refresh(filing, with_for_update=True)
    if filing.state not in OPEN_STATES and filing.kind != HISTORIC:
        raise Conflict(N_("申报已经办结，材料不再记看"), advice=N_("有问题的，另走投诉或检查"))
    must_be_there(document)
    if actor.uid == document.uploaded_by:
        raise OwnHand(clause=DOCUMENT_CLAUSE)
    if not is_sound and not note:
        raise Invalid(N_("没有写材料有什么问题"), advice=N_("写一句，机构照着换"))
    document.read_by, document.read_by_name, document.read_at = actor.uid, actor.name, clock.now()
    document.is_sound, document.note = is_sound, note
    on_it = (FilingFact.document_id == document.id, FilingFact.superseded_by.is_(None))
    db.session.execute(update(FilingFact).where(*on_it).values(seen_by=actor.name if is_sound else ""))
    words = f"{filing.number} {document.name}"
    record(Tag.FILING_DOCUMENT_READ, actor, filing, words=words, is_sound=is_sound, note=note)

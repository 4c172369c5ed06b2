"""营业执照、法人登记证书 of a request: checked by what is in the file, bounded, kept in the store."""

from __future__ import annotations

import hashlib
import uuid
from uuid import UUID

from sqlalchemy import exists, select

from config.rulebook import Rulebook
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.file_content import content_of
from examops.core.language import N_
from examops.core.scope import across_districts
from examops.core.store import Store
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.sheets.characters import file_name

MEGABYTE = 1024 * 1024


class BadCertificate(Invalid):
    code, message = "opening.bad_document", N_("文件不是 PDF、JPEG 或 PNG，或没有传完整")
    advice = N_("用手机拍一张清楚的照片，或扫描成 PDF")


def keep_certificate(name: str, data: bytes, *, store: Store, clock: Clock, rules: Rulebook) -> OpeningDocument:
    """Raises :class:`BadCertificate`."""
    most = int(rules.value("opening.document_bytes_max", today(clock)))
    if len(data) > most:
        words, advice = N_("文件有 {size} MB，最多 {most} MB"), N_("降低照片或扫描的分辨率")
        raise BadCertificate(words, advice=advice, size=-(-len(data) // MEGABYTE), most=most // MEGABYTE)
    content = content_of(data)
    if content is None:
        raise BadCertificate()
    key = f"openings/{uuid.uuid4()}"
    store.put("documents", key, data)
    row = OpeningDocument(
        uid=uuid.uuid4(),
        name=file_name(name) or key,
        format=content.format,
        size=len(data),
        digest=hashlib.sha256(data).digest(),
        object_key=key,
        uploaded_at=clock.now(),
    )
    with across_districts():  # of no request yet: the row that is written is read back
        db.session.add(row)
        db.session.flush()
    return row


def kept_certificate(uid: UUID | None, before: OpeningRequest | None, once: UUID | None) -> OpeningDocument | None:
    """One that nobody has handed in with another request than ``before``, which is corrected, or the form ``once``."""
    if uid is None:
        return None
    other = exists().where(OpeningRequest.document_id == OpeningDocument.id, OpeningRequest.once != once)
    if before is not None:
        other = other.where(OpeningRequest.id != before.id)
    with across_districts():
        query = select(OpeningDocument).where(OpeningDocument.uid == uid, ~other)
        return db.session.execute(query).scalar_one_or_none()


def bytes_of(row: OpeningDocument, store: Store) -> bytes:
    """As they came. Raises :class:`Conflict` where the store gives other bytes."""
    data = store.get("documents", row.object_key)
    if hashlib.sha256(data).digest() != bytes(row.digest):
        raise Conflict(N_("存储里的文件与上传时不同，不能给出"), advice=N_("请系统运维查存储，并请申请人重新上传"))
    return data

"""Requests to be registered, and the certificate that each brings along."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examops.core.database import Base, Row, in_states, one_of
from examops.core.table_access import access
from examops.organisations.openings.states import DECIDED, OPENING_STATES, UNPROVEN, WAITING

FORMATS = ("pdf", "jpeg", "png")
# Of no body yet: the office of the district reads it. Whoever asks reaches their own by number and mobile alone, in a
# scope that the page opens for that one look (own.py).
BY_DISTRICT = "(SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])"
# A certificate is uploaded before its request is complete: anybody may add one, and read one of a request they see.
OF_REQUEST = (
    "(SELECT scope_everything())"
    " OR EXISTS (SELECT 1 FROM opening_request WHERE opening_request.document_id = opening_document.id)"
)


class OpeningDocument(Row, Base):
    """营业执照、法人登记证书: bytes lie in the bucket ``documents``; without a request deleted soon."""

    __tablename__ = "opening_document"
    name: Mapped[str]
    format: Mapped[str]
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    object_key: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        CheckConstraint(one_of("format", FORMATS), name="format"),
        access(policies={"scope": f"USING ({OF_REQUEST}) WITH CHECK (true)"}),
    )


class OpeningRequest(Row, Base):
    """``number`` is random: with the mobile it opens the state of the request. ``once`` names the form it came from.

    ``code_digest`` is a keyed hash of the six digits that prove the mobile (or the mailbox, ``code_channel``), until
    ``code_until`` and for a few ``code_tries``; empty once proven. ``follows_id``: the returned one that it corrects.
    """

    __tablename__ = "opening_request"
    number: Mapped[str] = mapped_column(unique=True)
    once: Mapped[uuid.UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=UNPROVEN)
    credit_code: Mapped[str]
    code_reason: Mapped[str]
    name: Mapped[str]
    representative: Mapped[str]
    kind: Mapped[str]
    district: Mapped[str]
    address: Mapped[str]
    telephone: Mapped[str]
    person: Mapped[str]
    mobile: Mapped[str]
    email: Mapped[str]
    asked_at: Mapped[datetime]
    document_id: Mapped[int] = mapped_column(ForeignKey("opening_document.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    code_channel: Mapped[str]
    code_until: Mapped[datetime]
    code_tries: Mapped[int] = mapped_column(default=0)
    proven_at: Mapped[datetime | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("opening_request.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    registered_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    document: Mapped[OpeningDocument] = relationship()
    __table_args__ = (
        CheckConstraint(one_of("state", tuple(OPENING_STATES)), name="state"),
        CheckConstraint("kind IN ('enterprise','college','social')", name="kind"),
        CheckConstraint(one_of("code_channel", ("sms", "email")), name="channel"),
        CheckConstraint("(state = 'unproven') = (proven_at IS NULL)", name="proven"),
        CheckConstraint(f"({in_states(DECIDED)}) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'registered') = (registered_id IS NOT NULL)", name="registered"),
        CheckConstraint("state NOT IN ('returned', 'refused', 'replaced') OR reason <> ''", name="reason"),
        Index("ix_opening_request_waiting", "district", "proven_at", postgresql_where=in_states((WAITING,))),
        Index(None, "proven_at", "id"),
        Index(None, "credit_code"),
        access(policies={"scope": f"USING ({BY_DISTRICT})"}),
    )

"""Who did what, in the transaction of the change itself, and the chain that seals it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Key, Made, Uid
from examops.core.table_access import IN_SCOPE, Rights, access

# Everybody's acts are recorded; who may read them is another matter. Jobs seal, and change nothing else.
POLICIES = {
    "adds": "FOR INSERT WITH CHECK (true)",
    "reads": f"FOR SELECT USING ({IN_SCOPE})",
    "seals": "FOR UPDATE USING ((SELECT scope_everything()))",
}


# What whoever records says; the rest is set by the database or by the sealer, and no role may name it.
SAID = (
    "uid", "at", "version", "tag", "actor_kind", "actor_uid", "actor_name", "actor_role", "body_id", "district",
    "subject_kind", "subject_uid", "subject_words", "payload", "salt", "payload_digest", "digest", "signature",
)  # fmt: skip
INSERT = f"INSERT ({', '.join(SAID)})"


class AuditEntry(Base):
    """One event. No foreign keys: an entry outlives its subject. ``payload_digest`` is salted, so that
    personal data in ``payload`` can be erased without breaking the chain.

    ``version`` is that of ``digest``, ``signature`` is the application's own; ``recorded_at`` and ``recorded_by`` (the
    database's role) are set by the database. Rows of release 0.1.0 have version 1 and none of the three.
    """

    __tablename__ = "audit_entry"
    id: Mapped[Key]
    uid: Mapped[Uid]
    at: Mapped[Made]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_at: Mapped[datetime | None] = mapped_column(server_default=text("clock_timestamp()"))
    recorded_by: Mapped[str | None] = mapped_column(server_default=text("SESSION_USER"))
    # The database's transaction number: the sealer takes only rows older than every running transaction.
    transaction_number: Mapped[int] = mapped_column(server_default=text("txid_current()"))
    tag: Mapped[str]
    actor_kind: Mapped[str]
    actor_uid: Mapped[uuid.UUID | None]
    actor_name: Mapped[str]
    actor_role: Mapped[str]
    body_id: Mapped[int | None]
    district: Mapped[str | None]
    subject_kind: Mapped[str]
    subject_uid: Mapped[uuid.UUID | None]
    subject_words: Mapped[str]
    payload: Mapped[dict[str, Any]]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    payload_digest: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    seal_number: Mapped[int | None]
    # Its place in the log, from 1 without holes; given by the sealer.
    number: Mapped[int | None]
    __table_args__ = (
        Index("ix_audit_entry_unnumbered", "id", postgresql_where="number IS NULL"),
        Index("ix_audit_entry_unsealed", "id", postgresql_where="seal_number IS NULL"),
        Index(None, "at", "id"),
        Index(None, "body_id", "at", "id"),
        Index(None, "tag", "at", "id"),
        Index(None, "subject_uid", "at"),
        access(Rights(("SELECT", INSERT), ("SELECT", INSERT, "UPDATE (seal_number, number)")), POLICIES),
    )


class AuditSeal(Base):
    """A link of the chain over a batch of entries; ``entries`` lists their ids in order.

    The entries of a link of version 2 are numbered from ``first_number`` on. Those of version 1 (release 0.1.0) stand
    in a second link of version 2, which numbers them.
    """

    __tablename__ = "audit_seal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    first_number: Mapped[int | None]
    sealed_at: Mapped[datetime]
    entries: Mapped[list[int]]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (access(Rights(("SELECT",), ("SELECT", "INSERT"))),)


class AuditHead(Base):
    """The signed end of a day's chain (Ed25519 over day, seal number and digest). ``public_key`` only says which key
    signed: whether it is one of ours, the keyring knows."""

    __tablename__ = "audit_head"
    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    seal_number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (access(Rights(("SELECT",), ("SELECT", "INSERT", "UPDATE"))),)

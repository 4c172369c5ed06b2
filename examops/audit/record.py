"""Adds entries to the audit log."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert

from examops.audit.digests import entry_digest, payload_digest
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.language import Message, to_json, to_line


def record(
    tag: StrEnum,
    actor: Actor,
    subject: Any = None,
    *,
    words: Message | str = "",
    at: datetime | None = None,
    **payload: Any,
) -> None:
    """Add an audit row to the running transaction.

    ``subject`` is the row the fact is about; its ``body_id`` and ``district`` decide who may read the entry.
    ``words`` names the subject; texts for people in it are stored with their values apart (:class:`Message`).
    ``payload`` must be JSON or such texts; never put a full ID number, a password or a token into it.
    """
    values = entry_values(tag, actor, subject, to_line(words), at or datetime.now(UTC), to_json(payload))
    # Inline, that is without RETURNING: who may write an entry may not always read it.
    db.session.execute(insert(AuditEntry).inline(), values)


def entry_values(
    tag: StrEnum, actor: Actor, subject: Any, line: str, at: datetime, payload: dict[str, Any]
) -> dict[str, Any]:
    """The columns of an entry with its digest; the database adds the transaction's number."""
    at = at.astimezone(UTC)  # the digest is taken over the words of the time, and rows come back in UTC
    uid, salt = uuid.uuid4(), os.urandom(16)
    kind, subject_uid = _identity(subject)
    hidden = payload_digest(salt, payload)
    actor_words = [actor.kind, str(actor.uid or ""), actor.name, actor.role]
    digest = entry_digest(
        uid=str(uid), at=at, tag=tag, actor=actor_words, subject=[kind, str(subject_uid or ""), line], payload=hidden
    )
    body_id = getattr(subject, "body_id", None) or _own_id(subject)
    return {
        "uid": uid,
        "at": at,
        "tag": str(tag),
        "actor_kind": actor.kind,
        "actor_uid": actor.uid,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "body_id": body_id,
        "district": getattr(subject, "district", None),
        "subject_kind": kind,
        "subject_uid": subject_uid,
        "subject_words": line,
        "payload": payload,
        "salt": salt,
        "payload_digest": hidden,
        "digest": digest,
    }


def _identity(subject: Any) -> tuple[str, uuid.UUID | None]:
    if subject is None:
        return "", None
    return subject.__tablename__, subject.uid


def _own_id(subject: Any) -> int | None:
    return subject.id if getattr(subject, "__tablename__", "") == "body" else None

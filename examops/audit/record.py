"""Adds entries to the audit log."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, insert

from examops.audit.digests import VERSION, entry_digest, entry_message, payload_digest
from examops.audit.models import SAID, AuditEntry
from examops.core.actor import Actor
from examops.core.database import table_of
from examops.core.extensions import keyring
from examops.core.keys import Keyring
from examops.core.language import Message, to_json, to_line
from examops.core.prepared import Prepared

_TABLE = table_of(AuditEntry)
ENTRY_VALUES = {name: bindparam(f"entry_{name}", type_=_TABLE.c[name].type) for name in SAID}
# Inline, that is without RETURNING: who may write an entry may not always read it.
ENTRY = insert(_TABLE).inline().values(ENTRY_VALUES)
_ADD = Prepared(ENTRY)


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
    ``at`` is now: beside it the database writes the time by its own clock, and ``examops check`` compares the two.
    """
    values = entry_values(tag, actor, subject, to_line(words), at or datetime.now(UTC), to_json(payload), keyring())
    _ADD.run(**entry_parameters(values))  # behind what the entry is about


def entry_parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of ``ENTRY`` for the columns of an entry."""
    return {f"entry_{name}": value for name, value in values.items()}


def entry_values(
    tag: StrEnum, actor: Actor, subject: Any, line: str, at: datetime, payload: dict[str, Any], ring: Keyring
) -> dict[str, Any]:
    """The columns of an entry with digest and signature; the database adds its time, role and transaction."""
    salt = os.urandom(16)
    values = _content(tag, actor, subject, line, at)
    values |= {"payload": payload, "salt": salt, "payload_digest": payload_digest(salt, payload)}
    values["digest"] = entry_digest(SimpleNamespace(**values))
    values["signature"] = ring.signer("audit").sign(entry_message(values["digest"]))
    return values


def _content(tag: StrEnum, actor: Actor, subject: Any, line: str, at: datetime) -> dict[str, Any]:
    kind, subject_uid = _identity(subject)
    return {
        "uid": uuid.uuid4(),
        "at": at.astimezone(UTC),
        "version": VERSION,
        "tag": str(tag),
        "actor_kind": actor.kind,
        "actor_uid": actor.uid,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "body_id": getattr(subject, "body_id", None) or _own_id(subject),
        "district": getattr(subject, "district", None),
        "subject_kind": kind,
        "subject_uid": subject_uid,
        "subject_words": line,
    }


def _identity(subject: Any) -> tuple[str, uuid.UUID | None]:
    if subject is None:
        return "", None
    return subject.__tablename__, subject.uid


def _own_id(subject: Any) -> int | None:
    return subject.id if getattr(subject, "__tablename__", "") == "body" else None

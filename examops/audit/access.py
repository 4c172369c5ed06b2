"""Audit of access to personal data: at most one entry a minute for the same actor and subject."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, select, type_coerce

from examops.audit.models import AuditEntry
from examops.audit.record import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.queries import records_of

AGAIN = timedelta(minutes=1)


def record_access(tag: StrEnum, actor: Actor, subject: Any, *, clock: Clock, words: str = "", **payload: Any) -> None:
    """Add an audit entry, unless the same actor has one for ``subject`` (a row) within the last minute."""
    now = clock.now()
    if not _told(subject.uid, now - AGAIN, now, str(tag), actor.uid, actor.kind):
        record(tag, actor, subject, words=words, at=now, **payload)


@records_of
def _told(subject: UUID, since: datetime, now: datetime, tag: str, actor: UUID | None, kind: str) -> Select[int]:
    by = AuditEntry.actor_uid.is_not_distinct_from(type_coerce(actor, Uuid()))  # a candidate's link has no account
    return (
        select(AuditEntry.id)
        .where(AuditEntry.subject_uid == subject, AuditEntry.at > since, AuditEntry.at <= now)
        .where(AuditEntry.tag == tag, by, AuditEntry.actor_kind == kind)
        .limit(1)
    )

"""Audit of access to personal data: at most one entry a minute for the same actor and subject."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from examops.audit.models import AuditEntry
from examops.audit.record import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.queries import records_of
from examops.core.reading import read_records

AGAIN = timedelta(minutes=1)


def record_access(tag: StrEnum, actor: Actor, subject: Any, *, clock: Clock, words: str = "", **payload: Any) -> None:
    """Add an audit entry, unless the same actor has one for ``subject`` (a row) within the last minute."""
    now = clock.now()
    asked = subject.uid, now - AGAIN, now, str(tag), actor.kind
    told = _told(*asked, actor.uid) if actor.uid else read_records(entries_query(*asked, None))
    if not told:
        record(tag, actor, subject, words=words, at=now, **payload)


def entries_query(
    subject: UUID, since: datetime, now: datetime, tag: str, kind: str, actor: UUID | None
) -> Select[int]:
    return (
        select(AuditEntry.id)
        .where(AuditEntry.subject_uid == subject, AuditEntry.at > since, AuditEntry.at <= now)
        .where(AuditEntry.tag == tag, AuditEntry.actor_uid == actor, AuditEntry.actor_kind == kind)
        .limit(1)
    )


_told = records_of(entries_query)  # somebody with an account; a candidate's link has none

"""Audit of access to personal data: at most one entry a minute for the same actor and subject."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.audit.record import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db

AGAIN = timedelta(minutes=1)


def record_access(tag: StrEnum, actor: Actor, subject: Any, *, clock: Clock, words: str = "", **payload: Any) -> None:
    """Add an audit entry, unless the same actor has one for ``subject`` (a row) within the last minute."""
    now = clock.now()
    same = (
        select(AuditEntry.id)
        .where(AuditEntry.subject_uid == subject.uid, AuditEntry.at > now - AGAIN, AuditEntry.at <= now)
        .where(AuditEntry.tag == str(tag), AuditEntry.actor_uid == actor.uid, AuditEntry.actor_kind == actor.kind)
    )
    if db.session.execute(same.limit(1)).first() is None:
        record(tag, actor, subject, words=words, at=now, **payload)

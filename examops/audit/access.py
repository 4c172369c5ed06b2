"""Looks at personal data: who saw what, written down at most once a minute for the same person and thing."""

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
    """Add an entry unless the same actor looked at the same thing within the last minute. ``subject`` is a row."""
    now = clock.now()
    same = (
        select(AuditEntry.id)
        .where(AuditEntry.subject_uid == subject.uid, AuditEntry.at > now - AGAIN, AuditEntry.at <= now)
        .where(AuditEntry.tag == str(tag), AuditEntry.actor_uid == actor.uid, AuditEntry.actor_kind == actor.kind)
    )
    if db.session.execute(same.limit(1)).first() is None:
        record(tag, actor, subject, words=words, at=now, **payload)

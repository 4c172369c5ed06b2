"""Who was replaced in a session, from the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from examops.audit.models import AuditEntry
from examops.sessions.models import ExamSession
from examops.sessions.tags import Tag

_LINE = func.jsonb_build_array(AuditEntry.at, AuditEntry.actor_name, AuditEntry.payload)
# A column of a query from sessions, in the order in which it happened.
REPLACED = (
    select(func.jsonb_agg(aggregate_order_by(_LINE, AuditEntry.id)))
    .where(AuditEntry.subject_uid == ExamSession.uid, AuditEntry.tag == str(Tag.DUTY_REPLACED))
    .correlate(ExamSession)
)


@dataclass(frozen=True)
class StaffName:
    """As ``shown_name`` asks for it: in full to the body's own people."""

    name: str
    body_id: int


@dataclass(frozen=True)
class Replacement:
    """``role`` is a duty's code; what was erased from the log is empty."""

    at: datetime
    by: str
    role: str
    before: StaffName
    after: StaffName
    reason: str


def replacements(column: list[Any] | None, body_id: int) -> list[Replacement]:
    """From what :data:`REPLACED` answered."""
    return [_replacement(at, by, payload, body_id) for at, by, payload in column or ()]


def _replacement(at: str, by: str, payload: dict[str, Any], body_id: int) -> Replacement:
    said = {name: str(payload.get(name, "")) for name in ("role", "before", "after", "reason")}
    before, after = (StaffName(said[name], body_id) for name in ("before", "after"))
    return Replacement(datetime.fromisoformat(at), by, said["role"], before, after, said["reason"])

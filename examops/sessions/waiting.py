"""Declared sessions that wait for the reader's approval, as other pages say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from examops.core.database import db
from examops.core.extensions import clock
from examops.sessions.access import in_reach
from examops.sessions.concerned import FILTERS as CONCERNED
from examops.sessions.labels import FILTERS as LABELS
from examops.sessions.models import ExamSession
from examops.sessions.states import SessionState
from examops.sessions.transitions import OFFICE


@dataclass(frozen=True)
class Waiting:
    """``first_start``: when the soonest of them begins."""

    count: int
    first_start: datetime


def waiting_for(role: str) -> Waiting | None:
    """Declared sessions to come in the scope of who may approve them; None without one."""
    if role not in OFFICE:
        return None
    declared = ExamSession.state == SessionState.DECLARED, ExamSession.starts_at > clock().now(), in_reach()
    row = db.session.execute(select(func.count(), func.min(ExamSession.starts_at)).where(*declared)).one()
    return Waiting(row[0], row[1]) if row[0] else None


FILTERS: dict[str, Callable[..., Any]] = {**LABELS, **CONCERNED, "sessions_waiting": waiting_for}

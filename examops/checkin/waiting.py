"""What the door of today left to the coordinator, as other pages say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from examops.checkin.cases import doubted_count, undecided_count
from examops.core.clock import midnight, today
from examops.core.extensions import clock
from examops.core.paging import of_own_body
from examops.core.queries import rows_of
from examops.sessions.models import ExamSession
from examops.sites.models import Room

MOST = 20  # a body has no more doors open on one day than it has rooms


def doors_waiting(role: str) -> Sequence[Any]:
    """Today's sessions with people whom the door could not decide on: rows of (session, room, faces, scans), the
    earliest first. Nothing for anybody but coordinators: nobody else decides."""
    if role != "coordinator":
        return ()
    start = midnight(today(clock()))
    return doors_between(start, start + timedelta(days=1))


@rows_of
def doors_between(start: datetime, end: datetime) -> Any:
    faces, scans = doubted_count(ExamSession.id), undecided_count(ExamSession.id)
    day = func.tstzrange(start, end)
    found: Any = select(ExamSession, Room.name.label("room"), faces.label("faces"), scans.label("scans"))
    query = (
        found.join(Room, Room.id == ExamSession.room_id)
        .where(ExamSession.during.overlaps(day), ExamSession.state.not_in(("cancelled", "void")))
        .where(faces + scans > 0)
        .order_by(ExamSession.starts_at, ExamSession.id)
        .limit(MOST)
    )
    return of_own_body(query, ExamSession.body_id)


FILTERS: dict[str, Callable[..., Any]] = {"doors_waiting": doors_waiting}

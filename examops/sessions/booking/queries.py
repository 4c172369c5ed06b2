"""Who is booked into a session, and who could be: keyset pages, one query for any number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, any_, select, true
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.eligibility.models import Candidate, StoredVerdict
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn

PAGE = 50


def bookings_of(session: ExamSession, after: int = 0, limit: int = PAGE) -> list[Any]:
    """Rows of (booking, application, candidate, turn number, group, verdict), held ones first, keyset by id."""
    query = (
        select(Booking, Application, Candidate, Turn.number.label("turn"), SessionGroup, StoredVerdict)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .outerjoin(StoredVerdict, StoredVerdict.id == Application.verdict_id)
        .where(Booking.session_id == session.id, Booking.state != "cancelled", Booking.id > after)
        .order_by(Booking.id)
        .limit(limit)
    )
    return list(db.session.execute(query).all())


def bookable_applications(groups: Sequence[SessionGroup], batch_id: int, limit: int = 200) -> dict[int, list[Any]]:
    """By group: accepted applications of the batch that still lack a place for the part of the group."""
    found: dict[int, list[Any]] = {group.id: [] for group in groups}
    for row in db.session.execute(bookable_query([group.id for group in groups], batch_id, limit)):
        found[row.group_id].append(row)
    return found


def bookable_query(group_ids: Sequence[int], batch_id: int, limit: int) -> Select[int, Application, Candidate]:
    """Rows of (group id, application, candidate): one look into the batch for each group, in one query."""
    placed = (
        select(Booking.id)
        .where(
            Booking.application_id == Application.id,
            Booking.part == SessionGroup.part,
            Booking.state.not_in(("cancelled", "excused", "interrupted")),
        )
        .correlate(Application, SessionGroup)
    )
    waiting = (
        select(Application)
        .where(Application.batch_id == batch_id, Application.state == "accepted")
        .where(Application.occupation_code == SessionGroup.occupation_code, Application.level == SessionGroup.level)
        .where(SessionGroup.part == any_(Application.parts), ~placed.exists())
        .order_by(Application.id)
        .limit(limit)
        .correlate(SessionGroup)
        .lateral("waiting")
    )
    found = aliased(Application, waiting, name="Application")
    return (
        select(SessionGroup.id.label("group_id"), found, Candidate)
        .select_from(SessionGroup)
        .join(found, true())
        .join(Candidate, Candidate.id == found.candidate_id)
        .where(SessionGroup.id.in_(group_ids))
        .order_by(SessionGroup.number, found.id)
    )

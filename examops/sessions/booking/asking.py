"""What a booking is decided on, in one query for any number of wishes, and the decision about one of them.

Raw rows instead of entities: of nine tables a booking needs thirty columns, and loading the entities was a third of
what it cost. Row-level security holds here as everywhere; what the scope does not reach comes back as NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import column, text

from config.rulebook import rulebook
from examops.core.clock import local, local_day
from examops.core.language import N_
from examops.core.prepared import Prepared
from examops.organisations import Filing, refusal_by_filing
from examops.registration import ApplicationState
from examops.sessions.access import is_in_reach
from examops.sessions.refusals import (
    LOCKED,
    LOCKED_OTHERWISE,
    ROSTER_CLAUSE,
    AlreadyBooked,
    NotBookable,
    NotEligible,
    RosterLocked,
    WrongGroup,
)
from examops.sessions.states import SessionState

# The roster is part of the declaration: it is made before it, and locked with it.
BOOKABLE = (SessionState.DRAFT, SessionState.RETURNED)
# A ticket's number is taken with the rest, for who has none and may get one: numbers of tickets may have holes.
TICKET_NUMBER = """
  CASE WHEN ticket.id IS NULL AND live.id IS NULL AND application.state = 'accepted'
    AND turn.taken < turn.capacity AND session.state IN ('draft', 'returned') THEN next_ticket_number(:year) END
"""
READ = {
    "turn_id": "turn.id",
    "turn": "turn.number",
    "taken": "turn.taken",
    "capacity": "turn.capacity",
    "body_id": "turn.body_id",
    "district": "turn.district",
    "session_id": "session.id",
    "session_uid": "session.uid",
    "session": "session.number",
    "session_state": "session.state",
    "site_id": "session.site_id",
    "starts_at": "session.starts_at",
    "bookings_close_at": "session.bookings_close_at",
    "part": "session_group.part",
    "group_occupation": "session_group.occupation_code",
    "group_level": "session_group.level",
    "application_id": "application.id",
    "application": "application.number",
    "application_body_id": "application.body_id",
    "application_district": "application.district",
    "application_state": "application.state",
    "person_id": "application.person_id",
    "occupation_code": "application.occupation_code",
    "level": "application.level",
    "parts": "application.parts",
    "live_id": "live.id",
    "live_uid": "live.uid",
    "live_state": "live.state",
    "live_turn_id": "live.turn_id",
    "body": "body.name",
    "body_state": "body.state",
    "filed_on": "body.filed_on",
    "filed_levels": "body_occupation.levels",
    "ticket_number": TICKET_NUMBER,
}
FIND = """
  SELECT READ
  FROM WISHES AS wish (application, turn, n)
  LEFT JOIN turn ON turn.uid = wish.turn
  LEFT JOIN exam_session AS session ON session.id = turn.session_id
  LEFT JOIN session_group ON session_group.id = turn.group_id
  LEFT JOIN body ON body.id = session_group.body_id
  LEFT JOIN body_occupation ON body_occupation.body_id = session_group.body_id
    AND body_occupation.occupation_code = session_group.occupation_code
  LEFT JOIN application ON application.uid = wish.application
  LEFT JOIN ticket ON ticket.application_id = application.id
  LEFT JOIN booking AS live ON live.application_id = application.id AND live.part = session_group.part
    AND live.state IN ('held', 'confirmed', 'checked_in')
  ORDER BY wish.n
"""
# PostgreSQL takes a list that it does not know yet for ten wishes, finds that dearer than planning anew, and plans
# these nine tables for every booking, which costs half of what the database does for it. A single wish keeps its plan.
LIST = "unnest(CAST(:applications AS uuid[]), CAST(:turns AS uuid[])) WITH ORDINALITY"
SINGLE = "(VALUES (CAST(:application AS uuid), CAST(:turn AS uuid), 1))"


def _found(wishes: str) -> Prepared:
    read = ", ".join(f"{sql} AS {name}" for name, sql in READ.items())
    return Prepared(text(FIND.replace("WISHES", wishes).replace("READ", read)).columns(*map(column, READ)))


FOUND, FOUND_ONE = _found(LIST), _found(SINGLE)


@dataclass(frozen=True)
class BookingRequest:
    """One place asked for."""

    application_uid: UUID
    turn_uid: UUID


@dataclass(frozen=True)
class PlacedBooking:
    """A booking that stands: made now, or before for the same turn. ``id`` is its inner number."""

    id: int
    uid: UUID
    state: str
    turn_id: int


def find_places(wanted: Sequence[BookingRequest], now: datetime) -> list[Any]:
    """For each wish in order the row of :data:`FIND`; see :func:`is_found`."""
    year = local_day(now).year
    if len(wanted) == 1:
        return FOUND_ONE.all(application=wanted[0].application_uid, turn=wanted[0].turn_uid, year=year)
    values = {"applications": [one.application_uid for one in wanted], "turns": [one.turn_uid for one in wanted]}
    return FOUND.all(**values, year=year)


def has_turn(row: Any, session_uid: UUID | None) -> bool:
    """Unless the turn is unknown, out of reach or, with a ``session_uid``, of another session."""
    if row.turn_id is None or row.body is None or session_uid not in (None, row.session_uid):
        return False
    return is_in_reach(row.body_id, row.site_id, row.district)


def has_application(row: Any) -> bool:
    """Unless the application is unknown, out of scope or of another body than the turn."""
    return row.application_id is not None and row.application_body_id == row.body_id


def live_booking(row: Any) -> PlacedBooking | None:
    """What the application holds for this part, in whatever turn."""
    return PlacedBooking(row.live_id, row.live_uid, row.live_state, row.live_turn_id) if row.live_id else None


def standing_booking(row: Any, before: PlacedBooking | None, now: datetime) -> PlacedBooking | None:
    """``before``, where it is the place that is asked for; None for a wish that may be met if there is a place.

    Raises the first refusal of all but the number of places. ``before`` is what the application holds for this part.
    """
    if before is not None and before.turn_id == row.turn_id:
        return before
    must_be_unlocked(row.session_state)
    if now >= row.bookings_close_at:
        raise NotBookable(
            N_("排人已在 {closed_at} 截止"),
            clause=rulebook()["session.booking_close_hours"].on(local_day(row.starts_at)).clause,
            closed_at=f"{local(row.bookings_close_at):%m-%d %H:%M}",
        )
    _must_be_filed(row)
    if row.application_state != ApplicationState.ACCEPTED:
        raise NotEligible(state=row.application_state)
    fits = (row.occupation_code, row.level) == (row.group_occupation, row.group_level)
    if not fits or row.part not in row.parts:
        raise WrongGroup(part=row.part)
    if before is not None:
        raise AlreadyBooked()
    return None


def _must_be_filed(row: Any) -> None:
    filing = Filing(row.body, row.body_state, row.filed_on, {row.group_occupation: row.filed_levels or []})
    refusal = refusal_by_filing(filing, [(row.group_occupation, row.group_level)], local_day(row.starts_at))
    if refusal:
        raise refusal


def must_be_unlocked(state: str) -> None:
    """Raises :class:`RosterLocked` with what to do, which depends on how far the session has come."""
    if state not in BOOKABLE:
        words, advice = LOCKED.get(state, LOCKED_OTHERWISE)
        raise RosterLocked(words, advice=advice, clause=ROSTER_CLAUSE)

"""Sessions as lists show them: few queries, each bounded, none per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from examops.core.clock import midnight
from examops.core.database import db
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.organisations.models import Body
from examops.sessions.access import in_reach
from examops.sessions.models import Booking, ExamSession, SessionStation, Turn
from examops.sites.models import Room

PAGE = 50


@dataclass(frozen=True)
class Overview:
    """One session as lists show it. ``taken`` and ``capacity`` are sums over its turns; ``factors`` are the limits of
    its tightest turn, the tightest first; ``stations`` counts what it holds."""

    session: ExamSession
    room: str
    body: str
    taken: int
    capacity: int
    present: int
    factors: tuple[dict[str, Any], ...] = ()
    stations: int = 0


def sessions_between(start: datetime, end: datetime, only: ColumnElement[bool] | None = None) -> list[Overview]:
    """Sessions that begin in ``[start, end)``, by time."""
    query = of_own_body(select(ExamSession), ExamSession.body_id).where(in_reach())
    query = query.where(ExamSession.starts_at >= start, ExamSession.starts_at < end)
    query = query if only is None else query.where(only)
    return _overviews(list(db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars()))


@dataclass(frozen=True)
class SessionFilter:
    """What a list of sessions is narrowed to:
    a state, and days in Foshan from ``since`` to ``until``, both included.
    """

    state: str = ""
    since: date | None = None
    until: date | None = None


def sessions_page(before: str | None, session_filter: SessionFilter) -> tuple[list[Overview], str | None]:
    """The newest sessions, a page at a time; the second value is the key of the next page."""
    sessions, last = page_and_next(list(db.session.execute(page_query(before, session_filter)).scalars()), PAGE)
    return _overviews(sessions), key_of(last.starts_at, last.id) if last else None


def page_query(before: str | None, session_filter: SessionFilter) -> Select[Any]:
    query = of_own_body(select(ExamSession), ExamSession.body_id).where(in_reach())
    if session_filter.state:
        query = query.where(ExamSession.state == session_filter.state)
    if session_filter.since:
        query = query.where(ExamSession.starts_at >= midnight(session_filter.since))
    if session_filter.until:
        query = query.where(ExamSession.starts_at < midnight(session_filter.until + timedelta(days=1)))
    return newest_first(query, ExamSession.starts_at, ExamSession.id, before, PAGE)


def _overviews(sessions: Sequence[ExamSession]) -> list[Overview]:
    """In the order of the sessions, in the same number of queries for any number of them."""
    ids = [session.id for session in sessions]
    sums = {row.session_id: row for row in db.session.execute(_turn_sums(ids))}
    present = {row[0]: row[1] for row in db.session.execute(_present(ids))}
    tightest = _tightest(ids)
    stations = {row[0]: row[1] for row in db.session.execute(_station_counts(ids))}
    rooms = _names(Room, {session.room_id for session in sessions})
    bodies = _names(Body, {session.body_id for session in sessions})
    return [
        Overview(
            session,
            rooms.get(session.room_id, ""),
            bodies.get(session.body_id, ""),
            int(sums[session.id].taken) if session.id in sums else 0,
            int(sums[session.id].capacity) if session.id in sums else 0,
            present.get(session.id, 0),
            tightest.get(session.id, ()),
            stations.get(session.id, 0),
        )
        for session in sessions
    ]


def _turn_sums(ids: Sequence[int]) -> Any:
    sums = select(Turn.session_id, func.sum(Turn.taken).label("taken"), func.sum(Turn.capacity).label("capacity"))
    return sums.where(Turn.session_id.in_(ids)).group_by(Turn.session_id)


def _tightest(ids: Sequence[int]) -> dict[int, tuple[dict[str, Any], ...]]:
    """Limits of the turn with the smallest capacity, per session."""
    query = (
        select(Turn.session_id, Turn.factors).where(Turn.session_id.in_(ids)).order_by(Turn.capacity.desc(), Turn.id)
    )
    return {row.session_id: tuple(row.factors) for row in db.session.execute(query)}


def _station_counts(ids: Sequence[int]) -> Any:
    counted = select(SessionStation.session_id, func.count()).where(SessionStation.session_id.in_(ids))
    return counted.group_by(SessionStation.session_id)


def _present(ids: Sequence[int]) -> Any:
    seen = select(Booking.session_id, func.count()).where(Booking.session_id.in_(ids))
    return seen.where(Booking.state.in_(("checked_in", "completed"))).group_by(Booking.session_id)


def _names(table: Any, ids: set[int]) -> dict[int, str]:
    return {row.id: row.name for row in db.session.execute(select(table.id, table.name).where(table.id.in_(ids)))}

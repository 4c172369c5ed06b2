"""Sessions as lists show them: few queries, each bounded, none per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, cast, func, select
from sqlalchemy.dialects.postgresql import array

from examops.core.clock import midnight
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.queries import rows_of
from examops.core.reading import read
from examops.organisations.models import Body
from examops.sessions.access import in_reach
from examops.sessions.models import Booking, ExamSession, SessionStation, Turn
from examops.sites.models import Room

PAGE = 50


@dataclass(frozen=True)
class Overview:
    """One session as lists show it: the row, or its columns :data:`LISTED`. ``taken`` and ``capacity`` are sums over
    its turns; ``factors`` are the limits of its tightest turn, the tightest first; ``stations`` counts what it holds.
    The last two are for the board alone."""

    session: Any
    room: str
    body: str
    taken: int
    capacity: int
    present: int
    factors: tuple[dict[str, Any], ...] = ()
    stations: int = 0


def sessions_between(start: datetime, end: datetime) -> list[Overview]:
    """Sessions that begin in ``[start, end)``, by time."""
    return on_board(_between(start, end))


def on_board(rows: Sequence[Row[Any]]) -> list[Overview]:
    """Of rows of :func:`board_query`."""
    return [_overview(row, row.ExamSession, tuple(row.factors or ()), row.stations) for row in rows]


def board_query(start: datetime, end: datetime) -> Select[Any]:
    query = of_own_body(select(ExamSession), ExamSession.body_id).where(in_reach())
    query = query.where(ExamSession.starts_at >= start, ExamSession.starts_at < end)
    return query.order_by(ExamSession.starts_at, ExamSession.id).add_columns(*_ON_BOARD, *_BESIDE)


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
    is_first = not before and session_filter == SessionFilter()
    rows = _newest() if is_first else _beside(page_query(before, session_filter))
    shown, last = page_and_next([_overview(row, row) for row in rows], PAGE)
    return shown, key_of(last.session.starts_at, last.session.id) if last else None


def all_sessions(session_filter: SessionFilter, most: int) -> list[Overview]:
    """What the pages of the list show one after the other, the newest ``most`` and one more."""
    return [_overview(row, row) for row in _beside(page_query(None, session_filter, most))]


def page_query(before: str | None, session_filter: SessionFilter, page: int = PAGE) -> Select[Any]:
    query = of_own_body(select(*LISTED), ExamSession.body_id).where(in_reach())
    if session_filter.state:
        query = query.where(ExamSession.state == session_filter.state)
    if session_filter.since:
        query = query.where(ExamSession.starts_at >= midnight(session_filter.since))
    if session_filter.until:
        query = query.where(ExamSession.starts_at < midnight(session_filter.until + timedelta(days=1)))
    return newest_first(query, ExamSession.starts_at, ExamSession.id, before, page)


def _beside(query: Select[Any]) -> list[Row[Any]]:
    """One query for all that a list shows; ``query`` says of which sessions."""
    return read(query.add_columns(*_BESIDE))


def _overview(row: Any, session: Any, factors: tuple[dict[str, Any], ...] = (), stations: int = 0) -> Overview:
    taken, capacity = row.turns
    return Overview(session, row.room or "", row.body or "", taken, capacity, row.present, factors, stations)


# A page has fifty lines, and the row holds texts and JSON that none of them shows.
LISTED = tuple(
    getattr(ExamSession, name)
    for name in ("id", "uid", "number", "title", "state", "starts_at", "ends_at", "desk_opens_at", "bookings_close_at")
)


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _of_each(**queries: Select[Any]) -> tuple[Any, ...]:
    """Beside each session, each found by an index: in the select list, where a limit comes before them."""
    return tuple(one.correlate(ExamSession).scalar_subquery().label(name) for name, one in queries.items())


_BESIDE = _of_each(
    room=select(Room.name).where(Room.id == ExamSession.room_id),
    body=select(Body.name).where(Body.id == ExamSession.body_id),
    turns=select(array([_sum(Turn.taken), _sum(Turn.capacity)])).where(Turn.session_id == ExamSession.id),
    present=select(func.count()).where(
        Booking.session_id == ExamSession.id, Booking.state.in_(("checked_in", "completed"))
    ),
)
# Limits are those of the turn with the smallest capacity.
_ON_BOARD = _of_each(
    factors=select(Turn.factors)
    .where(Turn.session_id == ExamSession.id)
    .order_by(Turn.capacity, Turn.id.desc())
    .limit(1),
    stations=select(func.count()).where(SessionStation.session_id == ExamSession.id),
)
_between = rows_of(board_query)


@rows_of
def _newest() -> Select[Any]:
    return page_query(None, SessionFilter()).add_columns(*_BESIDE)

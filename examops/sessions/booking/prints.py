"""What goes out in bulk for a session or one of its turns: tickets, the list at the door, the candidates' links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, _
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Booking, ExamSession, SessionGroup, Ticket, Turn
from examops.sessions.states import TAKES_A_PLACE
from examops.web.formats import moment
from examops.web.workbooks import list_workbook

TICKETS_PER_PAGE, DOOR_ROWS, LINK_ROWS = 50, 200, 2000
LINK_COLUMNS = (
    (N_("姓名"), 16),
    (N_("手机"), 16),
    (N_("班组"), 16),
    (N_("准考证号"), 16),
    (N_("轮次"), 16),
    (N_("考试时间"), 16),
    (N_("本人链接"), 60),
)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class PrintPage:
    """Rows of (Booking, Application, Candidate, Turn, SessionGroup, Ticket), by turn. ``following`` is the key of the
    next page, or None."""

    rows: Sequence[Any]
    following: str | None


def turn_of(session: ExamSession, uid: UUID | None) -> Turn | None:
    """Raises :class:`NotFound` for a turn of another session."""
    if uid is None:
        return None
    query = select(Turn).where(Turn.uid == uid, Turn.session_id == session.id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这一轮"), advice=N_("返回场次页重新选择"))
    return found


def placed_people(session: ExamSession, turn: Turn | None, after: str, limit: int) -> PrintPage:
    """Everybody with a place, a page at a time; ``after`` is the ``following`` of the page before, "" at first."""
    rows = list(db.session.execute(placed_query(session.id, turn.id if turn else None, after, limit)).all())
    last = rows[limit - 1] if len(rows) > limit else None
    return PrintPage(rows[:limit], f"{last.Turn.number}-{last.Booking.id}" if last else None)


def placed_query(session_id: int, turn_id: int | None, after: str, limit: int) -> Select[Any]:
    found: Any = select(Booking, Application, Candidate, Turn, SessionGroup, Ticket)
    query = (
        found.join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .outerjoin(Ticket, Ticket.application_id == Application.id)
        .where(Booking.session_id == session_id, Booking.state.in_(TAKES_A_PLACE))
        .order_by(Turn.number, Booking.id)
        .limit(limit + 1)
    )
    query = query.where(Booking.turn_id == turn_id) if turn_id else query
    number, _dash, booking = after.partition("-")
    return query.where(tuple_(Turn.number, Booking.id) > tuple_(int(number), int(booking))) if after else query


def links_workbook(rows: Sequence[Any], origin: str) -> bytes:
    """A line for each person with the address that is theirs alone."""
    columns = [*LINK_COLUMNS, *([(local_words(), 60)] if is_local(origin) else [])]
    lines = ([*_person(row), f"{origin}/t/{code_of(row.Ticket)}" if row.Ticket else ""] for row in rows)
    return list_workbook(_("考生链接"), columns, lines)


def _person(row: Any) -> list[str]:
    who, turn = row.Candidate, row.Turn
    number = row.Ticket.number if row.Ticket else ""
    return [
        who.name,
        who.telephone,
        who.team,
        number,
        _("第 {number} 轮", number=turn.number),
        moment(turn.during.lower),
    ]


def local_words() -> str:
    return _("现在的链接只能在服务器本机打开，考生手机打不开：请系统运维设置 EXAMOPS_PUBLIC_URL 后再发")


def is_local(origin: str) -> bool:
    """Whether this address opens on the server's own machine only, so that no candidate's phone can follow a link."""
    return (urlsplit(origin).hostname or "") in LOOPBACK

"""What stands on a session about something out of service: who knows, who was told, and how it was settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.sessions.models import ExamSession, SessionBreak
from examops.sessions.outages.effects import BrokenSession
from examops.sessions.outages.warning import warn
from examops.sessions.tags import Tag
from examops.sites.models import CameraOutage, WorkstationOutage

if TYPE_CHECKING:
    from examops.sessions.outages.acting import TakeOut


class BreakSettled(Conflict):
    code, message = "outage.settled", N_("这次停用的影响已经有了处理")
    advice = N_("刷新页面看最新状态")


def note_break(broken: BrokenSession, asked: TakeOut, act: UUID, *, actor: Actor, clock: Clock) -> SessionBreak:
    """Write down who knows, send the notices, and the entry in the log."""
    session, now = broken.session, clock.now()
    assert asked.during.lower
    row = SessionBreak(
        **owner_of(session),
        session_id=session.id,
        act_uid=act,
        stations=[one.code for one in asked.stations if one.code in broken.stations],
        cameras=[one.label for one in asked.cameras],
        out_from=asked.during.lower,
        out_until=asked.during.upper,
        reason=asked.reason,
        people=broken.people,
        known_by=actor.name,
        known_by_uid=actor.uid,
        known_at=now,
        told=[],
    )
    if not broken.people:
        row.settlement, row.settled_by, row.settled_at = "enough", actor.name, now
    db.session.add(row)
    db.session.flush()
    row.told = warn(session, row, clock)
    facts = {"people": broken.people, "stations": row.stations, "cameras": row.cameras, "told": len(row.told)}
    words = message("{number} {reason}", number=session.number, reason=asked.reason)
    record(Tag.SESSION_BROKEN, actor, session, words=words, at=now, **facts)
    return row


def breaks_of(session: ExamSession) -> list[SessionBreak]:
    """All of a session, the newest first."""
    query = select(SessionBreak).where(SessionBreak.session_id == session.id).order_by(SessionBreak.id.desc())
    return list(db.session.execute(query).scalars())


def open_breaks(*where: ColumnElement[bool]) -> Sequence[tuple[SessionBreak, ExamSession]]:
    """Those that nobody has settled, with their sessions, the next exam first."""
    return [(row.SessionBreak, row.ExamSession) for row in db.session.execute(open_breaks_query(*where))]


def open_breaks_query(*where: ColumnElement[bool]) -> Select[SessionBreak, ExamSession]:
    return (
        select(SessionBreak, ExamSession)
        .join(ExamSession, ExamSession.id == SessionBreak.session_id)
        .where(SessionBreak.settlement == "", *where)
        .order_by(ExamSession.starts_at, SessionBreak.id)
    )


def settle_break(
    uid: UUID, session: ExamSession, settlement: str, note: str, *, actor: Actor, clock: Clock
) -> SessionBreak:
    """Raises NotFound and BreakSettled."""
    query = select(SessionBreak).where(SessionBreak.uid == uid, SessionBreak.session_id == session.id)
    row = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise NotFound(N_("没有找到这次停用的影响"), advice=N_("刷新页面看最新状态"))
    if row.settlement:
        raise BreakSettled()
    _settle(row, session, settlement, note, actor=actor, clock=clock)
    return row


def settle_moved(session: ExamSession, *, actor: Actor, clock: Clock) -> None:
    """Everybody of the session has a place again: whatever was open is settled."""
    _settle_open(session, "moved", actor, clock)


def settle_in_sight(session: ExamSession, *, actor: Actor, clock: Clock) -> None:
    """Cameras see enough workstations again: whatever was open is settled."""
    _settle_open(session, "put_back", actor, clock)


def settle_by_cards(session: ExamSession, *, actor: Actor, clock: Clock) -> None:
    """People on duty hold the cards again: what was open because of them is settled."""
    for row in breaks_of(session):
        if not (row.settlement or row.stations or row.cameras):
            _settle(row, session, "put_back", "", actor=actor, clock=clock)


def _settle_open(session: ExamSession, settlement: str, actor: Actor, clock: Clock) -> None:
    for row in breaks_of(session):
        if not row.settlement:
            _settle(row, session, settlement, "", actor=actor, clock=clock)


def settle_after_putting_back(acts: Iterable[UUID], *, actor: Actor, clock: Clock) -> None:
    """Of acts of which nothing is out of service any more, what is not settled yet."""
    now = clock.now()
    for act in acts:
        left = [
            select(table.id).where(table.act_uid == act, table.ended_at.is_(None))
            for table in (WorkstationOutage, CameraOutage)
        ]
        if any(db.session.execute(query.limit(1)).scalar() for query in left):
            continue
        query = (
            select(SessionBreak, ExamSession)
            .join(ExamSession, ExamSession.id == SessionBreak.session_id)
            .where(SessionBreak.act_uid == act, SessionBreak.settlement.in_(("", "enough")), ExamSession.ends_at > now)
        )
        for row, session in db.session.execute(query).all():
            _settle(row, session, "put_back", "", actor=actor, clock=clock)


def _settle(row: SessionBreak, session: ExamSession, settlement: str, note: str, *, actor: Actor, clock: Clock) -> None:
    row.settlement, row.note, row.settled_by, row.settled_at = settlement, note, actor.name, clock.now()
    db.session.flush()
    words = message("{number} {note}", number=session.number, note=note) if note else message(session.number)
    record(Tag.SESSION_BREAK_SETTLED, actor, session, words=words, at=clock.now(), settlement=settlement)

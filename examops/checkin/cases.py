"""待考务决定: what the door could not decide. Scans whose hour is not sure, and faces that are not the ticket's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from examops.audit import record
from examops.checkin.finding import place_and_answer
from examops.checkin.models import Scan, ScanDecision, Sitting
from examops.checkin.moments import ScanTimes, claimed_moment
from examops.checkin.seating import admit
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, Message, message
from examops.core.locking import lock_all
from examops.core.queries import rows_of
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, Turn

DOUBTS = {
    "ahead": N_("平板的扫码时刻晚于送达时刻"),
    "before_open": N_("平板的扫码时刻早于签到台开放"),
    "clock_unknown": N_("不知道平板的时钟准不准"),
    "clock_changed": N_("扫码后平板的时钟改过"),
    "handed_over": N_("由别人从停用的平板移交"),
}


class AlreadySettled(Conflict):
    code, message = "scan.already_settled", N_("这次签到已经有了决定，或这位考生已经入场")
    advice = N_("刷新页面看最新状态")


@dataclass(frozen=True)
class OpenScan:
    """An unsettled scan with whose it is. ``claimed``: its moment by the tablet."""

    scan: Scan
    candidate: Candidate
    turn: Turn
    claimed: datetime

    @property
    def doubt(self) -> str:
        return DOUBTS.get(self.scan.moment_doubt or "", "")


UNDECIDED = (
    Scan.outcome == "unsettled",
    ~select(ScanDecision.id).where(ScanDecision.scan_id == Scan.id).exists(),
    ~select(Sitting.id).where(Sitting.booking_id == Scan.booking_id).exists(),
)


def open_scans(session: ExamSession) -> list[OpenScan]:
    """The newest of each person, the oldest first; nobody who is in by now."""
    rows = _open_scans(session.id)
    newest = {row.Scan.booking_id: OpenScan(row.Scan, row.Candidate, row.Turn, claimed_of(row.Scan)) for row in rows}
    return list(newest.values())


@rows_of
def _open_scans(session_id: int) -> Select[Scan, Candidate, Turn]:
    return (
        select(Scan, Candidate, Turn)
        .join(Booking, Booking.id == Scan.booking_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Scan.session_id == session_id, *UNDECIDED)
        .order_by(Scan.id)
    )


def counts_open(session_ids: Sequence[int]) -> dict[int, int]:
    """How many people of each session wait for the coordinator, by the sessions' ids."""
    return {row[0]: row[1] for row in _counted(list(session_ids))} if session_ids else {}


@rows_of
def _counted(session_ids: list[int]) -> Select[int, int]:
    return select(ExamSession.id, open_count(ExamSession.id)).where(among(ExamSession.id, session_ids))


def open_count(session_id: Any) -> ColumnElement[int]:
    """The same within a query from sessions, whose ``id`` is given: scans that nobody decided, and faces."""
    return undecided_count(session_id) + doubted_count(session_id)


def undecided_count(session_id: Any) -> ColumnElement[int]:
    """How many people's scans nobody has decided on, within a query from sessions."""
    undecided = select(func.count(Scan.booking_id.distinct())).where(Scan.session_id == session_id, *UNDECIDED)
    return undecided.correlate(ExamSession).scalar_subquery()


def doubted_count(session_id: Any) -> ColumnElement[int]:
    """How many were turned away because of their face, within a query from sessions."""
    doubted = select(func.count()).where(Sitting.session_id == session_id, Sitting.turned_away_at.is_not(None))
    return doubted.correlate(ExamSession).scalar_subquery()


def claimed_of(scan: Scan) -> datetime:
    return claimed_moment(ScanTimes(scan.scanned_at, scan.sent_at, None, scan.received_at))


def scan_to_settle(uid: UUID, session: ExamSession) -> Scan:
    query = select(Scan).where(Scan.uid == uid, Scan.session_id == session.id, Scan.outcome == "unsettled")
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这次签到"), advice=N_("刷新页面看最新状态"))
    return found


def settle(scan: Scan, session: ExamSession, *, admitted: bool, note: str, actor: Actor, clock: Clock) -> None:
    """Let the person in as of the scan's moment, or not. Raises AlreadySettled."""
    assert scan.booking_id
    lock_all(("booking", scan.booking_id))
    place, _first = place_and_answer(scan.booking_id, None)
    decided = select(ScanDecision.id).where(ScanDecision.scan_id == scan.id)
    if place is None or place.entered_at or db.session.execute(decided).scalar():
        raise AlreadySettled()
    assert actor.uid
    owner = {**owner_of(scan), "scan_id": scan.id, "session_id": session.id}
    by = {"decided_by_uid": actor.uid, "decided_by": actor.name, "decided_at": clock.now()}
    db.session.add(ScanDecision(**owner, **by, admitted=admitted, note=note))
    if admitted:
        at = min(max(claimed_of(scan), session.desk_opens_at), scan.received_at)
        admit(place, session, at, actor=actor, clock=clock)
    record(Tag.SCAN_SETTLED, actor, scan, words=_words(session, admitted), reason=note)


def _words(session: ExamSession, admitted: bool) -> Message:
    return message(N_("{number} 准予入场") if admitted else N_("{number} 不予入场"), number=session.number)

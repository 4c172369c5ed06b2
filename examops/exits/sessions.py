"""Sessions of a suspended or removed body: those that run finish, each later one is decided by an officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_
from examops.exits.models import ExitCase, ExitSession
from examops.exits.tags import Tag
from examops.offices import Hand
from examops.sessions import SessionState, cancel_by_decision
from examops.sessions.models import ExamSession

S = SessionState
AGREED = (S.APPROVED, S.OPEN, S.CLOSED)  # a declaration was approved: they can still be held
LATER = (S.DRAFT, S.DECLARED, S.RETURNED, *AGREED)
RUNNING = (S.RUNNING, S.INTERRUPTED)


@dataclass(frozen=True)
class LaterSession:
    """``choice``: what was decided about it last, or None. ``can_be_kept``: its declaration was approved."""

    session: ExamSession
    choice: ExitSession | None

    @property
    def can_be_kept(self) -> bool:
        return self.session.state in AGREED


def ended_by(case: ExitCase) -> bool:
    """Whether the case ends the body's sessions: it was suspended or removed, and that stands."""
    return case.decision in ("suspended", "removed") and case.lifted_at is None and case.set_aside_at is None


def later_sessions(case: ExitCase, now: datetime) -> list[LaterSession]:
    """Those that have not begun, by time; and those about which something was decided, whatever became of them."""
    chosen = choices_of(case)
    query = select(ExamSession).where(
        ExamSession.body_id == case.body_id, or_(_is_later(now), ExamSession.id.in_(list(chosen)))
    )
    rows = db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars()
    return [LaterSession(row, chosen.get(row.id)) for row in rows]


def given_up_sessions(case: ExitCase) -> list[LaterSession]:
    """What this case cancelled or moved away, by time; it stays so when the decision is set aside."""
    chosen = {key: row for key, row in choices_of(case).items() if row.choice != "keep"}
    query = select(ExamSession).where(ExamSession.id.in_(list(chosen)))
    rows = db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars()
    return [LaterSession(row, chosen[row.id]) for row in rows]


def running_sessions(case: ExitCase) -> Sequence[ExamSession]:
    query = select(ExamSession).where(ExamSession.body_id == case.body_id, ExamSession.state.in_(RUNNING))
    return db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars().all()


def _is_later(now: datetime) -> ColumnElement[bool]:
    return and_(ExamSession.state.in_(LATER), ExamSession.ends_at > now)


def choices_of(case: ExitCase) -> dict[int, ExitSession]:
    """By session, the newest."""
    query = select(ExitSession).where(ExitSession.case_id == case.id).order_by(ExitSession.id)
    return {row.session_id: row for row in db.session.execute(query).scalars()}


def has_undecided(case: ExitCase, now: datetime) -> bool:
    return any(one.choice is None for one in later_sessions(case, now))


def holds_sessions(body_id: int, now: datetime) -> bool:
    """Whether a session of the body runs, or was approved and is still to be held."""
    still = or_(ExamSession.state.in_(RUNNING), and_(ExamSession.state.in_(AGREED), ExamSession.ends_at > now))
    return bool(db.session.execute(select(exists().where(ExamSession.body_id == body_id, still))).scalar_one())


def choose(case: ExitCase, session_uid: UUID, choice: str, note: str, *, hand: Hand, clock: Clock) -> ExitSession:
    """Keep, cancel, or note that it moves to another body later. May be decided anew until the session begins.

    Raises :class:`NotFound` for a session of another body, :class:`Conflict` for one that began or that cannot be
    held any more, :class:`Invalid` without a reason.
    """
    query = select(ExamSession).where(ExamSession.uid == session_uid, ExamSession.body_id == case.body_id)
    session = db.session.execute(query).scalar_one_or_none()
    if session is None:
        raise NotFound(N_("这个机构没有这一场"), advice=N_("刷新页面再选"))
    _must_be_open(session, choice, note, clock)
    if choice == "cancel":
        cancel_by_decision(session, reason=f"{case.number} {note}", actor=hand.actor, clock=clock)
    row = ExitSession(
        **owner_of(case),
        case_id=case.id,
        session_id=session.id,
        choice=choice,
        note=note,
        **hand.signature(),
        acted_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    told = {"session_number": session.number, "choice": choice, "reason": note, **hand.logged}
    record(Tag.SESSION, hand.actor, case, words=case.number, **told)
    return row


def _must_be_open(session: ExamSession, choice: str, note: str, clock: Clock) -> None:
    if session.state not in LATER or session.ends_at <= clock.now():
        raise Conflict(N_("这一场已经开考或已办结，不再处理"), advice=N_("正在考试的场次考完；看场次页"))
    if choice == "keep" and session.state not in AGREED:
        raise Conflict(
            N_("{number} 还没有批准，机构又不在备案状态，不能保留"),
            advice=N_("取消它，或转给别的机构"),
            number=session.number,
        )
    if choice != "keep" and not note:
        raise Invalid(N_("取消要写原因，转给别的机构要写转给谁"), advice=N_("写在这一场旁边的格子里"))

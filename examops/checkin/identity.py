"""人证核对: the person at the door says whether face and ticket are one person. No means not in.

Undone by a second person only. What was said stays in :class:`IdentityCheck`, whatever follows.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.checkin.admission import Refusal
from examops.checkin.answers import here_words, refused_answer
from examops.checkin.models import IdentityCheck, Scan, Sitting
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, Message, message
from examops.core.locking import lock_all
from examops.core.transitions import check_transition
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import BOOKING_TRANSITIONS, BookingState
from examops.sessions.models import Booking, ExamSession

SECOND_PERSON = "second_person"  # note of a check: the one before the door holds the ticket of somebody inside


class OwnDoubt(Conflict):
    code, message = "identity.own_doubt", N_("人证不符是您自己登记的，不能由您撤销")
    advice = N_("请另一位当班人员或考务核对本人后撤销")


class TurnedAway(Conflict):
    code, message = "identity.turned_away", N_("这张准考证已登记人证不符")
    advice = N_("认错了由另一位当班人员在在场名单撤销")


class NoDoubt(Conflict):
    code, message, advice = "identity.no_doubt", N_("没有登记人证不符，不用撤销"), N_("刷新页面看最新状态")


def check_identity(
    scan_uid: UUID, session: ExamSession, *, is_same: bool, actor: Actor, clock: Clock
) -> dict[str, Any] | None:
    """What the desk answered to "the same person?" about a scan; the refusal to show where it was no.

    Saying the same twice changes nothing. Raises TurnedAway where somebody said no before.
    """
    scan = db.session.execute(select(Scan).where(Scan.uid == scan_uid, Scan.session_id == session.id)).scalar()
    sitting = _sitting_of(scan) if scan and scan.booking_id else None
    if scan is None or sitting is None:
        raise NotFound(N_("没有找到这次签到"), advice=N_("重新扫一次码"))
    if not is_same:
        return _say_no(scan, sitting, session, actor=actor, clock=clock)
    if sitting.turned_away_at is not None:
        raise TurnedAway()
    last = last_check(sitting)
    if last is None or (last.result, last.checked_by_uid) != ("same", actor.uid):
        _store_check(sitting, "same", actor, clock)
        record(Tag.IDENTITY_CONFIRMED, actor, sitting)
    return None


def _sitting_of(scan: Scan) -> Sitting | None:
    """Behind the lock that scans take too."""
    assert scan.booking_id
    lock_all(("booking", scan.booking_id))
    query = select(Sitting).where(Sitting.booking_id == scan.booking_id).execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one_or_none()


def _say_no(scan: Scan, sitting: Sitting, session: ExamSession, *, actor: Actor, clock: Clock) -> dict[str, Any]:
    if scan.outcome == "repeated":
        if sitting.turned_away_at is None:
            _doubt(sitting, N_("{name} 发现另有一人持同一准考证"), SECOND_PERSON, actor, clock)
        code, at = "already_in", sitting.entered_at
    else:
        turn_away(sitting, actor=actor, clock=clock)
        code, at = "identity_doubted", clock.now()
    query = select(Candidate).join(Application, Application.candidate_id == Candidate.id)
    of_booking = query.join(Booking, Booking.application_id == Application.id).where(Booking.id == sitting.booking_id)
    candidate = db.session.execute(of_booking).scalar_one()
    return refused_answer(Refusal(code, {"at": at}), candidate, clock.now(), "", here_words(session))


def turn_away(sitting: Sitting, *, actor: Actor, clock: Clock) -> None:
    """Somebody else sits or stands there: out, the seat is kept. A second call changes nothing."""
    if sitting.turned_away_at is not None:
        return
    booking = db.session.get_one(Booking, sitting.booking_id)
    if sitting.left_at is None:
        check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CONFIRMED)
        booking.state = BookingState.CONFIRMED
        sitting.left_at = max(clock.now(), sitting.entered_at)
    sitting.turned_away_at = clock.now()
    _doubt(sitting, N_("{name} 认为人证不符"), "", actor, clock)


def restore(sitting: Sitting, *, actor: Actor, clock: Clock) -> None:
    """A second person compared and says it is the same person after all. Raises OwnDoubt, NoDoubt."""
    last = last_check(sitting)
    if not sitting.identity_doubt or last is None or last.result != "other":
        raise NoDoubt()
    if last.checked_by_uid == actor.uid:
        raise OwnDoubt()
    if sitting.turned_away_at is not None:
        booking = db.session.get_one(Booking, sitting.booking_id)
        if booking.state != BookingState.COMPLETED:
            check_transition(BOOKING_TRANSITIONS, booking.state, BookingState.CHECKED_IN)
            booking.state, sitting.left_at = BookingState.CHECKED_IN, None
        sitting.turned_away_at = None
    sitting.identity_doubt = Message("")
    _store_check(sitting, "withdrawn", actor, clock)
    record(Tag.IDENTITY_RESTORED, actor, sitting)


def _doubt(sitting: Sitting, words: str, note: str, actor: Actor, clock: Clock) -> None:
    sitting.identity_doubt = message(words, name=actor.name)
    _store_check(sitting, "other", actor, clock, note)
    record(Tag.IDENTITY_DOUBTED, actor, sitting, words=sitting.identity_doubt)


def last_check(sitting: Sitting) -> IdentityCheck | None:
    query = select(IdentityCheck).where(IdentityCheck.sitting_id == sitting.id).order_by(IdentityCheck.id.desc())
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def _store_check(sitting: Sitting, result: str, actor: Actor, clock: Clock, note: str = "") -> None:
    assert actor.uid
    said = {"result": result, "note": note, "checked_at": clock.now()}
    by = {"checked_by_uid": actor.uid, "checked_by": actor.name}
    db.session.add(IdentityCheck(**owner_of(sitting), sitting_id=sitting.id, **said, **by))
    db.session.flush()

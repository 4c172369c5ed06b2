"""Withdrawing an application: its places are given back by the rules of the sessions, or nothing happens at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.candidates.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_
from examops.eligibility.models import Candidate
from examops.registration import LIVE_APPLICATION, ApplicationState
from examops.registration.models import Application
from examops.sessions import LIVE_BOOKING, BookingState, lock_turns
from examops.sessions.booking import release
from examops.sessions.models import Booking

# A place that was used, or whose use is decided: the exam has been sat or missed, and the application stands with it.
USED = (BookingState.COMPLETED, BookingState.NO_SHOW, BookingState.INTERRUPTED, BookingState.DISQUALIFIED)


class WithdrawnAlready(Conflict):
    code, message = "application.not_live", N_("没有撤回：这份报名已经撤回或办结")
    advice = N_("要再报，把人放进名单重新导入")


class HasSat(Conflict):
    code, message = "application.has_sat", N_("没有撤回：这份报名已经有考试记录")
    advice = N_("要补考，另排场次；成绩有误，走成绩复核")


def withdraw(candidate: Candidate, uid: UUID, reason: str, *, actor: Actor, clock: Clock) -> Application:
    """Raises :class:`RosterLocked` with what to do where a place lies in a session that has been declared: nothing is
    written then. Whoever books in this moment waits for the row and finds it withdrawn."""
    query = select(Application).where(Application.uid == uid, Application.candidate_id == candidate.id)
    lock_turns(_turns(uid))  # before the application, as whoever books does
    application = db.session.execute(
        query.with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if application is None:
        raise NotFound(N_("没有找到这份报名"), advice=N_("刷新考生页面再看"))
    if application.state not in LIVE_APPLICATION:
        raise WithdrawnAlready()
    bookings = _bookings(application)
    if any(booking.state in USED for booking in bookings):
        raise HasSat()
    live = [booking for booking in bookings if booking.state in LIVE_BOOKING]
    for booking in live:
        release(booking.uid, reason=reason, actor=actor)
    application.state = ApplicationState.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by, application.withdrawn_reason = clock.now(), actor.name, reason
    more: dict[str, Any] = {"reason": reason, "released": len(live)}
    record(Tag.APPLICATION_WITHDRAWN, actor, application, words=application.number, **more)
    return application


def _turns(uid: UUID) -> list[int]:
    query = select(Booking.turn_id).join(Application, Application.id == Booking.application_id)
    return list(db.session.execute(query.where(Application.uid == uid, Booking.state.in_(LIVE_BOOKING))).scalars())


def _bookings(application: Application) -> Sequence[Booking]:
    query = select(Booking).where(Booking.application_id == application.id).order_by(Booking.id)
    return db.session.execute(query).scalars().all()

"""Moving somebody who sits at a workstation that went out of service, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, or_, select

from examops.audit import record
from examops.checkin.models import SeatMove, Sitting
from examops.checkin.seating import free_stations
from examops.checkin.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.core.queries import rows_of
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Workstation, WorkstationOutage


class SeatNotFree(Conflict):
    code, message = "seating.not_free", N_("这个工位不能用，或已经有人")
    advice = N_("刷新页面，从空着的工位里选一个")


class NotSitting(Conflict):
    code, message, advice = "seating.not_sitting", N_("这位考生已经不在工位上"), N_("刷新页面看最新状态")


@dataclass(frozen=True)
class StrandedPerson:
    """Somebody who sits where nothing works now. ``free``: where they could go, empty where there is none."""

    sitting: Sitting
    candidate: Candidate
    seat: str
    reason: str
    free: Sequence[Workstation]


def stranded_people(session: ExamSession, clock: Clock) -> list[StrandedPerson]:
    """By seat."""
    free: dict[int, list[Workstation]] = {}
    found = []
    for row in _stranded(session.id, clock.now()):
        if row.Turn.id not in free:
            free[row.Turn.id] = free_stations(row.Turn, session)
        found.append(StrandedPerson(row.Sitting, row.Candidate, row.code, row.reason, free[row.Turn.id]))
    return found


@rows_of
def _stranded(session_id: int, now: datetime) -> Select[Sitting, Candidate, Turn, str, str]:
    return (
        select(Sitting, Candidate, Turn, Workstation.code, func.max(WorkstationOutage.reason).label("reason"))
        .join(Turn, Turn.id == Sitting.turn_id)
        .join(Workstation, Workstation.id == Sitting.workstation_id)
        .join(WorkstationOutage, WorkstationOutage.workstation_id == Workstation.id)
        .join(Booking, Booking.id == Sitting.booking_id)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Sitting.session_id == session_id, Sitting.left_at.is_(None))
        .where(WorkstationOutage.during.contains(now))
        .group_by(Sitting.id, Candidate.id, Turn.id, Workstation.code)
        .order_by(Workstation.code)
    )


def seated_at(stations: Sequence[int], since: datetime, now: datetime) -> list[Any]:
    """Rows of (code of the workstation, session, how many) of people who sit at one of these now and, as their session
    is planned, still will when it goes out of service."""
    query = (
        select(Workstation.code, ExamSession, func.count().label("people"))
        .select_from(Sitting)
        .join(Workstation, Workstation.id == Sitting.workstation_id)
        .join(ExamSession, ExamSession.id == Sitting.session_id)
        .where(Sitting.workstation_id.in_(stations), Sitting.left_at.is_(None))
        .where(
            ExamSession.state.in_(("running", "interrupted")), or_(literal(since <= now), ExamSession.ends_at > since)
        )
        .group_by(Workstation.code, ExamSession.id)
        .order_by(Workstation.code)
    )
    return list(db.session.execute(query).all())


def move_seat(
    sitting: Sitting, session: ExamSession, station_uid: UUID, reason: str, *, actor: Actor, clock: Clock
) -> SeatMove:
    """Raises NotSitting and SeatNotFree. What was drawn stays as it was drawn."""
    lock_all(("lots", sitting.turn_id))
    db.session.refresh(sitting, with_for_update=True)
    if sitting.left_at is not None:
        raise NotSitting()
    turn = db.session.get_one(Turn, sitting.turn_id)
    station = next((one for one in free_stations(turn, session) if one.uid == station_uid), None)
    if station is None:
        raise SeatNotFree()
    before = db.session.get_one(Workstation, sitting.workstation_id)
    row = SeatMove(
        **owner_of(sitting),
        sitting_id=sitting.id,
        from_workstation_id=before.id,
        to_workstation_id=station.id,
        reason=reason,
        moved_at=clock.now(),
        moved_by=actor.name,
        moved_by_uid=actor.uid,
    )
    sitting.workstation_id = station.id
    db.session.add(row)
    db.session.flush()
    words = message("{before} → {after} {reason}", before=before.code, after=station.code, reason=reason)
    record(Tag.SEAT_MOVED, actor, sitting, words=words, at=clock.now())
    return row

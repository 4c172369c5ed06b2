"""Everything the page of one session shows: a fixed number of queries, none per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from examops.core.database import db
from examops.registration.models import Batch
from examops.sessions.access import session_by_uid
from examops.sessions.capacity.resources import stations_by_group
from examops.sessions.checks.recusal import Recusal, recusals
from examops.sessions.models import Booking, ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.states import TAKES_A_PLACE, BookingState
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember


@dataclass(frozen=True)
class CameraRow:
    camera: Camera
    seen: frozenset[int]


@dataclass(frozen=True)
class SessionView:
    """Everything the session page shows."""

    session: ExamSession
    batch: Batch
    site: Site
    room: Room
    groups: list[SessionGroup]
    turns: list[Turn]
    duties: list[Any]
    stations: list[Workstation]
    stations_by_group: dict[int, list[Workstation]]
    cameras: list[CameraRow]
    recusals: dict[int, Recusal]
    booked: int
    held: int

    def group_of(self, turn: Turn) -> SessionGroup:
        return next(group for group in self.groups if group.id == turn.group_id)


def session_view(uid: UUID) -> SessionView:
    session = session_by_uid(uid)
    stations = _stations(session)
    duties = _duties(session)
    one = db.session.execute
    of_session = select(SessionGroup).where(SessionGroup.session_id == session.id)
    groups = list(one(of_session.order_by(SessionGroup.number)).scalars())
    return SessionView(
        session=session,
        batch=one(select(Batch).where(Batch.id == session.batch_id)).scalar_one(),
        site=one(select(Site).where(Site.id == session.site_id)).scalar_one(),
        room=one(select(Room).where(Room.id == session.room_id)).scalar_one(),
        groups=groups,
        turns=list(one(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars()),
        duties=duties,
        stations=stations,
        stations_by_group=stations_by_group(session.id, groups),
        cameras=_cameras(session, stations),
        recusals=recusals(session, [row.StaffMember for row in duties]),
        booked=_bookings(session, TAKES_A_PLACE),
        held=_bookings(session, (BookingState.HELD,)),
    )


def _bookings(session: ExamSession, states: Iterable[str]) -> int:
    query = select(func.count()).where(Booking.session_id == session.id, Booking.state.in_(states))
    return int(db.session.execute(query).scalar_one())


def _stations(session: ExamSession) -> list[Workstation]:
    query = select(Workstation).join(SessionStation, SessionStation.workstation_id == Workstation.id)
    return list(
        db.session.execute(query.where(SessionStation.session_id == session.id).order_by(Workstation.code)).scalars()
    )


def _duties(session: ExamSession) -> list[Any]:
    """Rows of (duty, staff member, newest card of this occupation)."""
    card = (
        select(func.max(Qualification.valid_until))
        .where(Qualification.staff_id == SessionDuty.staff_id)
        .where(Qualification.occupation_code.in_(("", *_codes(session))))
        .scalar_subquery()
    )
    query = (
        select(SessionDuty, StaffMember, card.label("valid_until"))
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
    )
    order = {"leader": 0, "examiner": 1, "proctor": 2}
    return sorted(
        db.session.execute(query).all(), key=lambda row: (order.get(row.SessionDuty.role, 9), row.StaffMember.id)
    )


def _codes(session: ExamSession) -> list[str]:
    query = select(SessionGroup.occupation_code).where(SessionGroup.session_id == session.id)
    return list(db.session.execute(query).scalars())


def _cameras(session: ExamSession, stations: list[Workstation]) -> list[CameraRow]:
    cameras = (
        db.session.execute(select(Camera).where(Camera.room_id == session.room_id).order_by(Camera.id)).scalars().all()
    )
    seen: dict[int, set[int]] = defaultdict(set)
    query = select(CameraCoverage.camera_id, CameraCoverage.workstation_id).where(
        CameraCoverage.workstation_id.in_([station.id for station in stations])
    )
    for camera_id, station_id in db.session.execute(query):
        seen[camera_id].add(station_id)
    return [CameraRow(camera, frozenset(seen[camera.id])) for camera in cameras]

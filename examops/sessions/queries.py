"""What the pages of sessions show: few queries, each bounded, none per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.scope import within_sites
from examops.eligibility.models import Candidate, StoredVerdict
from examops.organisations.models import Body
from examops.sessions.means import EXAMINES, group_stations
from examops.sessions.models import (
    Application,
    Batch,
    Booking,
    ExamSession,
    SessionDuty,
    SessionGroup,
    SessionStation,
    Turn,
)  # fmt: skip
from examops.sessions.states import TAKES_A_PLACE
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, RecusalRelation, StaffMember

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


def session_by_uid(uid: UUID) -> ExamSession:
    """Raises :class:`NotFound` also for a session outside the reader's scope."""
    found = db.session.execute(select(ExamSession).where(ExamSession.uid == uid, in_reach())).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个场次，或不在您的管理范围内"))
    return found


def in_reach() -> ColumnElement[bool]:
    """Not at another site of a body that the reader knows through single sites; row-level security does the rest."""
    return within_sites(ExamSession.body_id, ExamSession.site_id, ExamSession.district)


def sessions_between(start: datetime, end: datetime, only: ColumnElement[bool] | None = None) -> list[Overview]:
    """Sessions that begin in ``[start, end)``, by time."""
    query = select(ExamSession).where(ExamSession.starts_at >= start, ExamSession.starts_at < end, in_reach())
    return _overviews(query if only is None else query.where(only))


@dataclass(frozen=True)
class PageKey:
    """Where a page ends. Several sessions begin at the same minute, so their uid decides among them."""

    starts_at: datetime
    uid: UUID

    def __str__(self) -> str:
        return f"{self.starts_at.isoformat()}~{self.uid}"

    @classmethod
    def read(cls, words: str) -> PageKey | None:
        """None for an address that somebody broke."""
        at, _, uid = words.partition("~")
        try:
            found = cls(datetime.fromisoformat(at), UUID(uid))
        except ValueError:
            return None
        return found if found.starts_at.tzinfo else None


def sessions_page(before: PageKey | None, state: str = "") -> tuple[list[Overview], PageKey | None]:
    """The newest sessions, a page at a time; the second value is the key of the next page."""
    order = (ExamSession.starts_at.desc(), ExamSession.uid.desc())
    query = select(ExamSession).where(in_reach()).order_by(*order).limit(PAGE + 1)
    if before:
        query = query.where(tuple_(ExamSession.starts_at, ExamSession.uid) < (before.starts_at, before.uid))
    if state:
        query = query.where(ExamSession.state == state)
    found = _overviews(query, newest_first=True)
    last = found[PAGE - 1].session if len(found) > PAGE else None
    return found[:PAGE], PageKey(last.starts_at, last.uid) if last else None


def _overviews(query: Any, newest_first: bool = False) -> list[Overview]:
    sessions = list(db.session.execute(query).scalars())
    ids = [session.id for session in sessions]
    sums = {row.session_id: row for row in db.session.execute(_turn_sums(ids))}
    present = {row[0]: row[1] for row in db.session.execute(_present(ids))}
    tightest = _tightest(ids)
    stations = {row[0]: row[1] for row in db.session.execute(_station_counts(ids))}
    rooms = _names(Room, {session.room_id for session in sessions})
    bodies = _names(Body, {session.body_id for session in sessions})
    rows = [
        Overview(
            session, rooms.get(session.room_id, ""), bodies.get(session.body_id, ""),
            int(sums[session.id].taken) if session.id in sums else 0,
            int(sums[session.id].capacity) if session.id in sums else 0,
            present.get(session.id, 0), tightest.get(session.id, ()), stations.get(session.id, 0),
        )
        for session in sessions
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.session.starts_at, row.session.uid), reverse=newest_first)


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
    relations: dict[str, int]
    recused: set[int]
    booked: int

    def group_of(self, turn: Turn) -> SessionGroup:
        return next(group for group in self.groups if group.id == turn.group_id)

    def panel_of(self, group: SessionGroup) -> list[Any]:
        """Duties of examiners who are there for this group."""
        return [
            row for row in self.duties
            if row.SessionDuty.role in EXAMINES and (not row.SessionDuty.serves or group.number in row.SessionDuty.serves)
        ]  # fmt: skip


def session_view(uid: UUID) -> SessionView:
    session = session_by_uid(uid)
    stations = _stations(session)
    relations, recused = _relations(session)
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
        duties=_duties(session),
        stations=stations,
        stations_by_group={group.id: group_stations(group) for group in groups},
        cameras=_cameras(session, stations),
        relations=relations,
        recused=recused,
        booked=int(one(select(func.count()).where(*_holds_a_place(session))).scalar_one()),
    )


def _holds_a_place(session: ExamSession) -> tuple[Any, ...]:
    return Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE)


def _stations(session: ExamSession) -> list[Workstation]:
    query = select(Workstation).join(SessionStation, SessionStation.workstation_id == Workstation.id)
    return list(
        db.session.execute(query.where(SessionStation.session_id == session.id).order_by(Workstation.code)).scalars()
    )


def _duties(session: ExamSession) -> list[Any]:
    """Rows of (duty, staff member, newest card of this occupation)."""
    card = (
        select(Qualification.staff_id, func.max(Qualification.valid_until).label("valid_until"))
        .where(Qualification.occupation_code.in_(("", *_codes(session))))
        .group_by(Qualification.staff_id)
        .subquery()
    )
    query = (
        select(SessionDuty, StaffMember, card.c.valid_until)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .outerjoin(card, card.c.staff_id == StaffMember.id)
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


def _relations(session: ExamSession) -> tuple[dict[str, int], set[int]]:
    """How many relations of each kind tie people on duty to people booked, and who must step aside."""
    query = (
        select(RecusalRelation.relation, RecusalRelation.staff_id)
        .join(SessionDuty, SessionDuty.staff_id == RecusalRelation.staff_id)
        .join(Application, Application.candidate_id == RecusalRelation.candidate_id)
        .join(Booking, Booking.application_id == Application.id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released, *_holds_a_place(session))
    )
    counts: dict[str, int] = defaultdict(int)
    people: set[int] = set()
    for relation, staff_id in db.session.execute(query):
        counts[relation] += 1
        people.add(staff_id)
    return dict(counts), people


def bookings_of(session: ExamSession, after: int = 0, limit: int = PAGE) -> list[Any]:
    """Rows of (booking, application, candidate, turn number, group, verdict), held ones first, keyset by id."""
    query = (
        select(Booking, Application, Candidate, Turn.number.label("turn"), SessionGroup, StoredVerdict)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(SessionGroup, SessionGroup.id == Turn.group_id)
        .outerjoin(StoredVerdict, StoredVerdict.id == Application.verdict_id)
        .where(Booking.session_id == session.id, Booking.state != "cancelled", Booking.id > after)
        .order_by(Booking.id)
        .limit(limit)
    )
    return list(db.session.execute(query).all())


def bookable_applications(session: ExamSession, group: SessionGroup, limit: int = 200) -> list[Any]:
    """Accepted applications of the batch that still lack a place for the part of this group."""
    placed = select(Booking.application_id).where(
        Booking.part == group.part, Booking.state.not_in(("cancelled", "excused", "interrupted"))
    )
    query = (
        select(Application, Candidate)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.batch_id == session.batch_id, Application.state == "accepted")
        .where(Application.occupation_code == group.occupation_code, Application.level == group.level)
        .where(Application.parts.contains([group.part]), Application.id.not_in(placed))
        .order_by(Application.id)
        .limit(limit)
    )
    return list(db.session.execute(query).all())

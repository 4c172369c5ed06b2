"""What the pages of sessions show: few queries, each bounded, none per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, func, select, true
from sqlalchemy.orm import aliased

from examops.core.clock import midnight
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.scope import within_sites
from examops.eligibility.models import Candidate, StoredVerdict
from examops.organisations.models import Body
from examops.sessions.means import EXAMINES, stations_by_group
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
    query = of_own_body(select(ExamSession), ExamSession.body_id).where(in_reach())
    query = query.where(ExamSession.starts_at >= start, ExamSession.starts_at < end)
    query = query if only is None else query.where(only)
    return _overviews(list(db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars()))


@dataclass(frozen=True)
class Narrowing:
    """What a list of sessions is narrowed to: a state, and days in Foshan from ``since`` to ``until``, both included."""

    state: str = ""
    since: date | None = None
    until: date | None = None


def sessions_page(before: str | None, narrowing: Narrowing) -> tuple[list[Overview], str | None]:
    """The newest sessions, a page at a time; the second value is the key of the next page."""
    sessions, last = page_and_next(list(db.session.execute(page_query(before, narrowing)).scalars()), PAGE)
    return _overviews(sessions), key_of(last.starts_at, last.id) if last else None


def page_query(before: str | None, narrowing: Narrowing) -> Select[Any]:
    query = of_own_body(select(ExamSession), ExamSession.body_id).where(in_reach())
    if narrowing.state:
        query = query.where(ExamSession.state == narrowing.state)
    if narrowing.since:
        query = query.where(ExamSession.starts_at >= midnight(narrowing.since))
    if narrowing.until:
        query = query.where(ExamSession.starts_at < midnight(narrowing.until + timedelta(days=1)))
    return newest_first(query, ExamSession.starts_at, ExamSession.id, before, PAGE)


def _overviews(sessions: Sequence[ExamSession]) -> list[Overview]:
    """In the order of the sessions, in the same number of queries for any number of them."""
    ids = [session.id for session in sessions]
    sums = {row.session_id: row for row in db.session.execute(_turn_sums(ids))}
    present = {row[0]: row[1] for row in db.session.execute(_present(ids))}
    tightest = _tightest(ids)
    stations = {row[0]: row[1] for row in db.session.execute(_station_counts(ids))}
    rooms = _names(Room, {session.room_id for session in sessions})
    bodies = _names(Body, {session.body_id for session in sessions})
    return [
        Overview(
            session, rooms.get(session.room_id, ""), bodies.get(session.body_id, ""),
            int(sums[session.id].taken) if session.id in sums else 0,
            int(sums[session.id].capacity) if session.id in sums else 0,
            present.get(session.id, 0), tightest.get(session.id, ()), stations.get(session.id, 0),
        )
        for session in sessions
    ]  # fmt: skip


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
        stations_by_group=stations_by_group(session.id, groups),
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


def bookable_applications(groups: Sequence[SessionGroup], batch_id: int, limit: int = 200) -> dict[int, list[Any]]:
    """By group: accepted applications of the batch that still lack a place for the part of the group."""
    found: dict[int, list[Any]] = {group.id: [] for group in groups}
    for row in db.session.execute(bookable_query([group.id for group in groups], batch_id, limit)):
        found[row.group_id].append(row)
    return found


def bookable_query(group_ids: Sequence[int], batch_id: int, limit: int) -> Select[int, Application, Candidate]:
    """Rows of (group id, application, candidate): one look into the batch for each group, in one query."""
    placed = select(Booking.id).where(
        Booking.application_id == Application.id, Booking.part == SessionGroup.part,
        Booking.state.not_in(("cancelled", "excused", "interrupted")),
    ).correlate(Application, SessionGroup)  # fmt: skip
    waiting = (
        select(Application)
        .where(Application.batch_id == batch_id, Application.state == "accepted")
        .where(Application.occupation_code == SessionGroup.occupation_code, Application.level == SessionGroup.level)
        .where(SessionGroup.part == any_(Application.parts), ~placed.exists())
        .order_by(Application.id)
        .limit(limit)
        .correlate(SessionGroup)
        .lateral("waiting")
    )
    found = aliased(Application, waiting, name="Application")
    return (
        select(SessionGroup.id.label("group_id"), found, Candidate)
        .select_from(SessionGroup)
        .join(found, true())
        .join(Candidate, Candidate.id == found.candidate_id)
        .where(SessionGroup.id.in_(group_ids))
        .order_by(SessionGroup.number, found.id)
    )

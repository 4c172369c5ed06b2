"""Everything the page of one session shows: a fixed number of queries, none per row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import false, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from examops.core.clock import local_day
from examops.core.database import db
from examops.organisations import Filing
from examops.organisations.models import Body, BodyOccupation
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.access import session_row
from examops.sessions.capacity.terms import UNSEEN, Terms, of_batch, terms_columns, terms_from
from examops.sessions.checks.facts import Card
from examops.sessions.checks.people import cards_by_person
from examops.sessions.checks.recusal import Recusal, recusals
from examops.sessions.models import Booking, ExamSession, SessionBreak, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.overview.replacements import REPLACED, Replacement, replacements
from examops.sessions.states import TAKES_A_PLACE, BookingState
from examops.sites import SitePapers, admitted_now, newest, seen_times
from examops.sites.models import (
    Camera,
    CameraCoverage,
    CameraOutage,
    Room,
    Site,
    SiteTenure,
    SiteVerification,
    Workstation,
)
from examops.specifications import Specification, WorkPlan, plan_in_force
from examops.staff.models import Qualification, StaffMember

ORDER = {"leader": 0, "examiner": 1, "proctor": 2}


class StationLine(NamedTuple):
    """A workstation that the session holds or held; ``serves`` are numbers of groups, empty for all; ``is_covered``:
    admitted cameras see it from the beginning to the end, outages taken off."""

    id: int
    code: str
    is_usable: bool
    serves: list[int]
    is_released: bool
    is_covered: bool


class CameraLine(NamedTuple):
    """A camera of the room; ``admitted_at`` as RFC 3339, None before."""

    id: int
    label: str
    height: int
    admitted_at: str | None


@dataclass(frozen=True)
class CameraRow:
    """``seen``: the session's workstations that the camera sees when the exam starts, or saw then; ``is_out``: out of
    service at some moment of the session."""

    camera: CameraLine
    seen: Set[int]
    is_out: bool = False


@dataclass(frozen=True)
class DutyRow:
    """Somebody on duty; ``valid_until``: of the card for one of the session's occupations that lasts longest;
    ``is_over``: that day comes before the exam."""

    SessionDuty: SessionDuty
    StaffMember: StaffMember
    valid_until: date | None
    is_over: bool = False


@dataclass(frozen=True)
class BreakLine:
    """What a session lost by something out of service, for the band on its page."""

    names: list[str]
    reason: str
    people: int
    settlement: str
    note: str
    known_by: str


@dataclass(frozen=True)
class SessionView:
    """Everything the session page shows.

    ``batch``, ``body`` and ``filing`` are None to the district of a site where a body of another district is a guest:
    it watches the session, and sees neither the body's papers nor its people.
    """

    session: ExamSession
    batch: Batch | None
    site: Site
    site_papers: SitePapers
    room: Room
    body: Body | None
    groups: list[SessionGroup]
    terms: dict[int, Terms]  # by group
    work_plan: WorkPlan | None
    turns: list[Turn]
    duties: list[DutyRow]
    cards: dict[int, tuple[Card, ...]]
    stations: list[StationLine]
    stations_by_group: dict[int, list[StationLine]]
    cameras: list[CameraRow]
    recusals: dict[int, Recusal]
    booked: int
    held: int
    proposed: int  # people proposed as absent
    filing: Filing | None
    breaks: list[BreakLine]  # by what is out of service; those put back are not among them
    replaced: list[Replacement]  # people on duty, since it was approved

    def group_of(self, turn: Turn) -> SessionGroup:
        return next(group for group in self.groups if group.id == turn.group_id)


def session_view(uid: UUID) -> SessionView:
    """Raises NotFound also for a session outside the reader's scope."""
    row = session_row(uid, _SESSION)
    session = row.ExamSession
    groups, turns, terms = _groups_and_turns(session, is_guest=row.Body is None)
    stations = [StationLine(*one) for one in row.stations or ()]
    duties, cards = _duties(session, {group.occupation_code for group in groups})
    return SessionView(
        session=session,
        batch=row.Batch,
        site=row.Site,
        site_papers=SitePapers(row.SiteTenure, row.SiteVerification),
        room=row.Room,
        body=row.Body,
        groups=groups,
        terms=terms,
        work_plan=row.WorkPlan,
        turns=turns,
        duties=duties,
        cards=cards,
        stations=stations,
        stations_by_group={group.id: [one for one in stations if _serves(one, group)] for group in groups},
        cameras=_cameras(row.cameras or (), {one.id for one in stations}),
        recusals=recusals(session, [duty.StaffMember for duty in duties]),
        booked=row.booked,
        held=row.held,
        proposed=row.proposed,
        filing=Filing(row.Body.name, row.Body.state, row.Body.filed_on, row.filed or {}) if row.Body else None,
        breaks=[BreakLine(*one) for one in row.breaks or ()],
        replaced=replacements(row.replaced, session.body_id) if row.Body else [],
    )


def _bookings(*states: str) -> Any:
    counted = select(func.count()).where(Booking.session_id == ExamSession.id, Booking.state.in_(states))
    return counted.correlate(ExamSession)


_LEVELS = func.jsonb_object_agg(BodyOccupation.occupation_code, BodyOccupation.levels)
_FILED = select(_LEVELS).where(BodyOccupation.body_id == Body.id).correlate(Body)

_BREAK = (
    func.to_jsonb(SessionBreak.stations + SessionBreak.cameras),
    SessionBreak.reason,
    SessionBreak.people,
    SessionBreak.settlement,
    SessionBreak.note,
    SessionBreak.known_by,
)
_BREAKS = (
    select(func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(*_BREAK), SessionBreak.id)))
    .where(SessionBreak.session_id == ExamSession.id, SessionBreak.settlement != "put_back")
    .correlate(ExamSession)
)

_STATION = (
    Workstation.id,
    Workstation.code,
    Workstation.is_usable,
    func.to_jsonb(SessionStation.serves),
    SessionStation.is_released,
    func.coalesce(seen_times(Workstation.id).contains(ExamSession.during), false()),
)
_STATIONS = (
    select(func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(*_STATION), Workstation.code)))
    .select_from(SessionStation)
    .join(Workstation, Workstation.id == SessionStation.workstation_id)
    .where(SessionStation.session_id == ExamSession.id)
    .correlate(ExamSession)
)
_SEEN = (
    select(func.jsonb_agg(CameraCoverage.workstation_id))
    .where(CameraCoverage.camera_id == Camera.id, CameraCoverage.valid.contains(ExamSession.starts_at))
    .correlate(Camera, ExamSession)
)
_OUT = (
    select(CameraOutage.id)
    .where(CameraOutage.camera_id == Camera.id, CameraOutage.during.overlaps(ExamSession.during))
    .correlate(Camera, ExamSession)
    .exists()
)
_CAMERA = (Camera.id, Camera.label, Camera.height, admitted_now(), _OUT, _SEEN.scalar_subquery())
_CAMERAS = (
    select(func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(*_CAMERA), Camera.id)))
    .where(Camera.room_id == ExamSession.room_id)
    .where(or_(Camera.retired_at.is_(None), Camera.retired_at > ExamSession.starts_at))
    .correlate(ExamSession)
)

_SESSION = (
    select(
        ExamSession,
        Batch,
        Site,
        Room,
        Body,
        _bookings(*TAKES_A_PLACE).scalar_subquery().label("booked"),
        _bookings(BookingState.HELD).scalar_subquery().label("held"),
        _bookings(BookingState.CONFIRMED)
        .where(Booking.no_show_proposed_at.is_not(None))
        .scalar_subquery()
        .label("proposed"),
        _FILED.scalar_subquery().label("filed"),
        _BREAKS.scalar_subquery().label("breaks"),
        REPLACED.scalar_subquery().label("replaced"),
        _STATIONS.scalar_subquery().label("stations"),
        _CAMERAS.scalar_subquery().label("cameras"),
        SiteTenure,
        SiteVerification,
        WorkPlan,
    )
    .outerjoin(Batch, Batch.id == ExamSession.batch_id)
    .join(Site, Site.id == ExamSession.site_id)
    .join(Room, Room.id == ExamSession.room_id)
    .outerjoin(SiteTenure, SiteTenure.id == newest(SiteTenure, Site.id))
    .outerjoin(SiteVerification, SiteVerification.id == newest(SiteVerification, Site.id))
    .outerjoin(Body, Body.id == ExamSession.body_id)
    .outerjoin(WorkPlan, plan_in_force(ExamSession.body_id, ExamSession.starts_at))
)


def _groups_and_turns(session: ExamSession, is_guest: bool) -> tuple[list[SessionGroup], list[Turn], dict[int, Terms]]:
    """Both by their numbers, and by what each group is examined."""
    query = (
        select(SessionGroup, Turn, *terms_columns(SessionGroup.occupation_code, SessionGroup.level))
        .outerjoin(Turn, Turn.group_id == SessionGroup.id)
        .outerjoin(BatchOccupation, of_batch(session.batch_id))
        .outerjoin(Specification, Specification.id == BatchOccupation.specification_id)
        .where(SessionGroup.session_id == session.id)
        .order_by(SessionGroup.number)
    )
    rows = db.session.execute(query).all()
    groups = {row.SessionGroup.id: row.SessionGroup for row in rows}
    begins = session.starts_at
    terms = {
        row.SessionGroup.id: UNSEEN if is_guest else terms_from(row, row.SessionGroup.level, begins) for row in rows
    }
    return list(groups.values()), sorted((row.Turn for row in rows if row.Turn), key=lambda turn: turn.number), terms


def _duties(session: ExamSession, codes: Collection[str]) -> tuple[list[DutyRow], dict[int, tuple[Card, ...]]]:
    """Who is on duty, the leader first, and all their cards."""
    query = (
        select(SessionDuty, StaffMember, Qualification)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .outerjoin(Qualification, Qualification.staff_id == StaffMember.id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
        .order_by(StaffMember.id, Qualification.id)
    )
    rows = db.session.execute(query).all()
    cards = cards_by_person(row.Qualification for row in rows if row.Qualification)
    day = local_day(session.starts_at)
    until = {member.id: _valid_until(cards.get(member.id, ()), codes) for _duty, member, _card in rows}
    duties = {
        duty.id: DutyRow(duty, member, last := until[member.id], last is not None and last < day)
        for duty, member, _card in rows
    }
    return sorted(duties.values(), key=lambda row: ORDER.get(row.SessionDuty.role, 9)), cards


def _valid_until(cards: Iterable[Card], codes: Collection[str]) -> date | None:
    return max((card.valid_until for card in cards if card.occupation_code in ("", *codes)), default=None)


def _serves(station: StationLine, group: SessionGroup) -> bool:
    """Still held, usable, and there for this group."""
    is_there = not station.serves or group.number in station.serves
    return station.is_usable and not station.is_released and is_there


def _cameras(rows: Iterable[Any], stations: Set[int]) -> list[CameraRow]:
    return [CameraRow(CameraLine(*told), stations & frozenset(seen or ()), is_out) for *told, is_out, seen in rows]

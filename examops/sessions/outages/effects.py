"""Which sessions something out of service breaks, and how many people have no place then. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.core.database import db
from examops.core.scope import beside
from examops.organisations.models import Body
from examops.sessions.capacity.limits import CapacityLimit, capacity
from examops.sessions.capacity.resources import measured
from examops.sessions.capacity.supposed import Supposed
from examops.sessions.models import Booking, ExamSession, SessionStation, Turn
from examops.sessions.states import LIVE_BOOKING, SessionState
from examops.sites import guests_of
from examops.sites.models import CameraCoverage, Room, Workstation

S = SessionState
OVER = (S.FINISHED, S.REPORTED, S.SENT_BACK, S.AUDITED, S.PUBLISHED, S.SEALED, S.VOID, S.CANCELLED)


@dataclass(frozen=True)
class Shortfall:
    """A turn that loses places: ``people`` hold one, ``allows`` find one then, by ``limit``. ``without``: have none."""

    turn: Turn
    people: int
    allows: int
    without: int
    limit: CapacityLimit


@dataclass(frozen=True)
class BrokenSession:
    """A session that counts on something that would be out of service, with the turns that lose places by it."""

    session: ExamSession
    stations: list[str]
    turns: list[Shortfall]
    guest: str = ""  # the body to which the site is lent, where the session is not the owner's

    @property
    def people(self) -> int:
        """How many have no place."""
        return sum(turn.without for turn in self.turns)


def broken_sessions(sessions: Sequence[ExamSession], supposed: Supposed, rules: Rulebook) -> list[BrokenSession]:
    """By their start. Only what the outage itself takes is counted: who has no place already is somebody else's."""
    stations = {*supposed.stations, *seen_by(supposed.cameras)}
    names = _guests(stations, sessions)
    return [_broken(session, stations, supposed, rules, names.get(session.body_id, "")) for session in sessions]


def lost_places(
    sessions: Sequence[ExamSession], stations: set[int], before: Mapping[int, Mapping[int, int]], rules: Rulebook
) -> list[BrokenSession]:
    """Those of the sessions that have fewer places now than ``before``, by session and turn, and what each lost."""
    names = _guests(stations, sessions)
    found = []
    for session in sessions:
        lost = lost_turns(session, before[session.id], measured(session, rules))
        if lost:
            found.append(BrokenSession(session, _codes(session, stations), lost, names.get(session.body_id, "")))
    return found


def _guests(stations: Iterable[int], sessions: Sequence[ExamSession]) -> dict[int, str]:
    """Names of the bodies among these sessions' that do not own the workstations."""
    owners = select(Workstation.body_id).where(Workstation.id.in_(list(stations)))
    others = Body.id.in_({session.body_id for session in sessions}), Body.id.not_in(owners)
    return {row.id: row.name for row in db.session.execute(select(Body.id, Body.name).where(*others))}


@contextmanager
def beside_guests(rooms: Iterable[int]) -> Iterator[None]:
    """Sessions that guests hold in these rooms are measured, warned and counted anew with the owner's own; pages show
    of them the guest's name, the time and how many people, nothing else."""
    sites = select(Room.site_id).where(Room.id.in_(set(rooms)))
    guests = {guest for site in db.session.execute(sites.distinct()).scalars() for guest in guests_of(site)}
    with beside(guests):
        yield


def sessions_holding(stations: Iterable[int], during: Range[datetime], now: datetime) -> list[ExamSession]:
    """Sessions that are not over and hold one of these workstations at some moment of that time."""
    held = select(SessionStation.session_id).where(
        SessionStation.workstation_id.in_(list(stations)), ~SessionStation.is_released
    )
    query = select(ExamSession).where(
        ExamSession.id.in_(held),
        ExamSession.during.overlaps(during),
        ExamSession.state.not_in(OVER),
        ExamSession.ends_at > now,
    )
    return list(db.session.execute(query.order_by(ExamSession.starts_at, ExamSession.id)).scalars())


def seen_by(cameras: Iterable[int]) -> set[int]:
    """Workstations that one of these cameras sees, or has seen."""
    query = select(CameraCoverage.workstation_id).where(CameraCoverage.camera_id.in_(list(cameras)))
    return set(db.session.execute(query.distinct()).scalars())


def _broken(session: ExamSession, stations: set[int], supposed: Supposed, rules: Rulebook, guest: str) -> BrokenSession:
    before = {turn.id: capacity(found) for turn, found in measured(session, rules)}
    lost = lost_turns(session, before, measured(session, rules, supposed))
    return BrokenSession(session, _codes(session, stations), lost, guest)


def lost_turns(
    session: ExamSession, before: Mapping[int, int], now: Iterable[tuple[Turn, list[CapacityLimit]]]
) -> list[Shortfall]:
    """Turns with fewer places than ``before``, by turn."""
    people = _people(session)
    return [
        _shortfall(turn, people.get(turn.id, 0), found, before[turn.id])
        for turn, found in now
        if capacity(found) < before[turn.id]
    ]


def _codes(session: ExamSession, stations: set[int]) -> list[str]:
    query = (
        select(Workstation.code)
        .join(SessionStation, SessionStation.workstation_id == Workstation.id)
        .where(SessionStation.session_id == session.id, ~SessionStation.is_released, Workstation.id.in_(stations))
        .order_by(Workstation.code)
    )
    return list(db.session.execute(query).scalars())


def _shortfall(turn: Turn, people: int, found: list[CapacityLimit], before: int) -> Shortfall:
    allows = capacity(found)
    return Shortfall(turn, people, allows, max(0, people - allows) - max(0, people - before), found[0])


def _people(session: ExamSession) -> dict[int, int]:
    """By turn, who still needs a place: whoever has handed in does not."""
    query = select(Booking.turn_id, func.count()).where(
        Booking.session_id == session.id, Booking.state.in_(LIVE_BOOKING)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query.group_by(Booking.turn_id))}

"""What a turn has to work with, counted from the rows: stations, cameras, examiners with a valid card, proctors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.core.locking import lock_all
from examops.sessions.capacity import Factor, Means, capacity, factors
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sites.models import Camera, CameraCoverage, Workstation, WorkstationOutage
from examops.staff.models import Qualification

EXAMINES = ("leader", "examiner")


def turn_factors(session: ExamSession, group: SessionGroup, during: Range[datetime], rules: Rulebook) -> list[Factor]:
    """Every limit of this turn, the tightest first."""
    assert during.lower
    day = during.lower.astimezone(SHANGHAI).date()
    stations = usable_stations(session, during)
    means = Means(
        stations=len(stations),
        covered=len(_covered(stations)),
        examiners=_valid_examiners(session, group, day),
        proctors=_count_duty(session, ("proctor",)),
    )
    return factors(group.part, means, rules, day)


def usable_stations(session: ExamSession, during: Range[datetime]) -> list[Workstation]:
    """Workstations held by the session that work during the whole turn, by code."""
    broken = select(WorkstationOutage.workstation_id).where(WorkstationOutage.during.overlaps(during))
    query = (
        select(Workstation)
        .join(SessionStation, SessionStation.workstation_id == Workstation.id)
        .where(SessionStation.session_id == session.id, ~SessionStation.is_released, Workstation.is_usable)
        .where(Workstation.id.not_in(broken))
        .order_by(Workstation.code)
    )
    return list(db.session.execute(query).scalars())


def _covered(stations: list[Workstation]) -> set[int]:
    query = (
        select(CameraCoverage.workstation_id)
        .join(Camera, Camera.id == CameraCoverage.camera_id)
        .where(CameraCoverage.workstation_id.in_([station.id for station in stations]), Camera.admitted_at.is_not(None))
    )
    return set(db.session.execute(query).scalars())


def _valid_examiners(session: ExamSession, group: SessionGroup, day: object) -> int:
    """People on the panel whose card for this occupation is valid on the day."""
    query = (
        select(func.count(func.distinct(SessionDuty.staff_id)))
        .join(Qualification, Qualification.staff_id == SessionDuty.staff_id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released, SessionDuty.role.in_(EXAMINES))
        .where(Qualification.kind.in_(("examiner", "senior_examiner")))
        .where(Qualification.occupation_code == group.occupation_code)
        .where(Qualification.valid_from <= day, Qualification.valid_until >= day)
    )
    return int(db.session.execute(query).scalar_one())


def _count_duty(session: ExamSession, roles: tuple[str, ...]) -> int:
    query = select(func.count()).where(
        SessionDuty.session_id == session.id, ~SessionDuty.is_released, SessionDuty.role.in_(roles)
    )
    return int(db.session.execute(query).scalar_one())


def recount(session: ExamSession, rules: Rulebook) -> list[Turn]:
    """Set every turn's capacity anew; returns the turns that now hold more people than places.

    A turn with an overflow keeps its capacity at what is taken (the CHECK holds) and says so in its factors.
    """
    query = select(Turn, SessionGroup).join(SessionGroup).where(Turn.session_id == session.id).order_by(Turn.number)
    rows = db.session.execute(query).all()
    lock_all(*[("turn", row.Turn.id) for row in rows])
    overflowing = []
    for turn, group in rows:
        db.session.refresh(turn)
        found = turn_factors(session, group, turn.during, rules)
        turn.factors = [factor.to_json() for factor in found]
        turn.capacity = max(capacity(found), turn.taken)
        if capacity(found) < turn.taken:
            overflowing.append(turn)
    return overflowing

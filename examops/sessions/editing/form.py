"""The form of a plan filled from a saved session, so that it can be changed where it was made."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from examops.core.clock import local
from examops.core.database import db
from examops.registration.models import Batch
from examops.sessions.capacity.resources import group_stations
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, Turn
from examops.sessions.planning.stations import station_words
from examops.sites.models import Room
from examops.staff.models import StaffMember

MINUTE = timedelta(minutes=1)


def form_from_session(session: ExamSession) -> dict[str, str]:
    """Fields as :mod:`examops.sessions.planning.forms` reads them."""
    ask = db.session.execute
    room = ask(select(Room.uid).where(Room.id == session.room_id)).scalar_one()
    batch = ask(select(Batch.uid).where(Batch.id == session.batch_id)).scalar_one()
    groups = ask(select(SessionGroup).where(SessionGroup.session_id == session.id).order_by(SessionGroup.number))
    form = {"batch": str(batch)}
    places: dict[int, int] = {}
    for place, group in enumerate(groups.scalars()):
        places[group.number] = place
        form |= {f"g{place}-{name}": value for name, value in {**_group(group), "room": str(room)}.items()}
    return {**form, "groups": str(len(places)), **_people(session, places)}


def _group(group: SessionGroup) -> dict[str, str]:
    turns = db.session.execute(select(Turn.during).where(Turn.group_id == group.id).order_by(Turn.number)).scalars()
    spans = [(during.lower, during.upper) for during in turns if during.lower and during.upper]
    start, end = spans[0]
    pause = spans[1][0] - end if len(spans) > 1 else 10 * MINUTE
    return {
        "target": f"{group.occupation_code}/{group.level}",
        "part": group.part,
        "turns": str(len(spans)),
        "starts_at": f"{local(start):%Y-%m-%dT%H:%M}",
        "minutes": str((end - start) // MINUTE),
        "pause": str(pause // MINUTE),
        "stations": station_words(group_stations(group)),
    }


def _people(session: ExamSession, places: dict[int, int]) -> dict[str, str]:
    query = (
        select(StaffMember.uid, SessionDuty.role, SessionDuty.serves)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
    )
    form = {}
    for uid, role, serves in db.session.execute(query):
        form[f"duty-{uid}"] = role
        form[f"serves-{uid}"] = str(places[serves[0]]) if len(serves) == 1 else ""
    return form

"""The desk's answers as JSON: masked names and numbers, seat, turn, words. Stored with the scan and repeated as they are."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from examops.catalogue import occupation
from examops.checkin.admission import Refusal
from examops.checkin.wording import reason
from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.eligibility.models import Candidate
from examops.sessions.models import Application, Booking, ExamSession, SessionGroup, Turn
from examops.sites.models import Room, Workstation
from examops.web.words import PARTS, level, mask_name


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%H:%M}" if moment else ""


def admitted_answer(
    session: ExamSession, candidate: Candidate, application: Application, turn: Turn, station_id: int, now: datetime
) -> dict[str, Any]:
    seat = db.session.execute(select(Workstation.code).where(Workstation.id == station_id)).scalar_one()
    part = db.session.execute(select(SessionGroup.part).where(SessionGroup.id == turn.group_id)).scalar_one()
    return {
        **_person(candidate), "admitted": True, "at": now.isoformat(), "scan_uid": str(uuid.uuid4()),
        "title": f"{occupation(application.occupation_code).name} {level(application.level)}",
        "part": PARTS.get(part, part), "seat": seat, "turn": f"第 {turn.number} 轮",
        "turn_starts": f"{_hour(turn.during.lower)} 开考",
    }  # fmt: skip


def refused_answer(
    refusal: Refusal, candidate: Candidate | None, now: datetime, elsewhere: str, here: str
) -> dict[str, Any]:
    who = _person(candidate) if candidate else {}
    said = reason(refusal, elsewhere, here)
    return {**who, "admitted": False, "at": now.isoformat(), "scan_uid": str(uuid.uuid4()), "reason": said}


def _person(candidate: Candidate) -> dict[str, Any]:
    photo = f"/desk/photos/{candidate.uid}" if candidate.photo_key else None
    return {"name": mask_name(candidate.name), "id_number": candidate.id_masked, "photo_url": photo}


def elsewhere_words(booking: Booking) -> str:
    """``11-24 13:30 B栋 203``: where this person should be."""
    query = (
        select(ExamSession.starts_at, Turn.during, Room.name)
        .join(Turn, Turn.session_id == ExamSession.id)
        .join(Room, Room.id == ExamSession.room_id)
        .where(Turn.id == booking.turn_id)
    )
    row = db.session.execute(query).one()
    start = row.during.lower.astimezone(SHANGHAI)
    return f"{start:%m-%d %H:%M} {row.name}"


def here_words(session: ExamSession) -> str:
    room = db.session.execute(select(Room.name).where(Room.id == session.room_id)).scalar_one()
    return f"{room} · {session.title} · {_hour(session.starts_at)}"

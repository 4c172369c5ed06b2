"""The desk's answers as JSON: masked names and numbers, seat, turn, words.

Stored with the scan, texts and values apart; a repeated one says the same, in the language of who reads it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from examops.catalogue import PARTS, occupation
from examops.checkin.admission import Refusal
from examops.checkin.wording import reason
from examops.core.clock import local
from examops.core.database import db
from examops.core.language import N_, Message, message
from examops.eligibility import level_word
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sites.models import Room, Workstation
from examops.web.formats import mask_name, short_day

SHORT_TITLE = "{occupation} {level}"


def _hour(moment: datetime | None) -> str:
    return f"{local(moment):%H:%M}" if moment else ""


def admitted_answer(
    session: ExamSession, candidate: Candidate, application: Application, turn: Turn, station_id: int, now: datetime
) -> dict[str, Any]:
    seat = db.session.execute(select(Workstation.code).where(Workstation.id == station_id)).scalar_one()
    part = db.session.execute(select(SessionGroup.part).where(SessionGroup.id == turn.group_id)).scalar_one()
    return {
        **_person(candidate),
        "admitted": True,
        "at": now.isoformat(),
        "scan_uid": str(uuid.uuid4()),
        "title": message(
            SHORT_TITLE,
            occupation=message(occupation(application.occupation_code).name),
            level=level_word(application.level),
        ),
        "part": message(PARTS.get(part, part)),
        "seat": seat,
        "turn": message(N_("第 {number} 轮"), number=turn.number),
        "turn_starts": message(N_("{time} 开考"), time=_hour(turn.during.lower)),
    }


def refused_answer(
    refusal: Refusal, candidate: Candidate | None, now: datetime, elsewhere: str, here: Message
) -> dict[str, Any]:
    who = _person(candidate) if candidate else {}
    message = reason(refusal, elsewhere, here)
    return {**who, "admitted": False, "at": now.isoformat(), "scan_uid": str(uuid.uuid4()), "reason": message}


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
    start = local(row.during.lower)
    return f"{short_day(row.during.lower)} {start:%H:%M} {row.name}"


def here_words(session: ExamSession) -> Message:
    room = db.session.execute(select(Room.name).where(Room.id == session.room_id)).scalar_one()
    return message("{room} · {title} · {time}", room=room, title=session.title, time=_hour(session.starts_at))

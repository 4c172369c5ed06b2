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
from examops.checkin.finding import Person, Place, ScanMatch, ScannedSession
from examops.checkin.wording import reason
from examops.core.clock import local
from examops.core.database import db
from examops.core.language import N_, Message, message
from examops.eligibility import level_word
from examops.eligibility.models import Candidate
from examops.sessions.models import ExamSession, Turn
from examops.sites.models import Room
from examops.web.formats import mask_name, short_day

SHORT_TITLE = "{occupation} {level}"


def _hour(moment: datetime | None) -> str:
    return f"{local(moment):%H:%M}" if moment else ""


def admitted_answer(found: ScanMatch, place: Place, seat: str, at: datetime) -> dict[str, Any]:
    return {
        **_person(found.person),
        "admitted": True,
        "at": at.isoformat(),
        "scan_uid": str(uuid.uuid4()),
        "title": message(
            SHORT_TITLE,
            occupation=message(occupation(found.occupation_code).name),
            level=level_word(found.level),
        ),
        "part": message(PARTS.get(place.part, place.part)),
        "seat": seat,
        "turn": message(N_("第 {number} 轮"), number=place.turn_number),
        "turn_starts": message(N_("{time} 开考"), time=_hour(place.turn_starts)),
    }


def refused_answer(
    refusal: Refusal, person: Person | Candidate | None, now: datetime, elsewhere: str, here: Message
) -> dict[str, Any]:
    who = _person(person) if person else {}
    given = {"admitted": False, "at": now.isoformat(), "scan_uid": str(uuid.uuid4())}
    return {**who, **given, "reason": reason(refusal, elsewhere, here), "unsettled": refusal.code == "time_unclear"}


def repeated_answer(seated: dict[str, Any]) -> dict[str, Any]:
    """The code of somebody who is in: the first answer again, as a scan of its own."""
    return {**seated, "came_before": True}


def _person(person: Person | Candidate) -> dict[str, Any]:
    photo = f"/desk/photos/{person.uid}" if person.photo_key else None
    return {"name": mask_name(person.name), "id_number": person.id_masked, "photo_url": photo}


def elsewhere_words(place: Place) -> str:
    """``11-24 13:30 B栋 203``: where this person should be."""
    query = (
        select(ExamSession.starts_at, Turn.during, Room.name)
        .join(Turn, Turn.session_id == ExamSession.id)
        .join(Room, Room.id == ExamSession.room_id)
        .where(Turn.id == place.turn_id)
    )
    row = db.session.execute(query).one()
    start = local(row.during.lower)
    return f"{short_day(row.during.lower)} {start:%H:%M} {row.name}"


def here_words(session: ExamSession | ScannedSession) -> Message:
    room = db.session.execute(select(Room.name).where(Room.id == session.room_id)).scalar_one()
    return message("{room} · {title} · {time}", room=room, title=session.title, time=_hour(session.starts_at))

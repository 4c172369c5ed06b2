"""What the desk shows beside the verdict: who is in, of how many, by turn."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import case, func, select

from config.rulebook import rulebook
from examops.checkin.answers import _hour
from examops.checkin.cases import count_open
from examops.checkin.models import Scan
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.language import _
from examops.organisations.models import Body
from examops.sessions import TAKES_A_PLACE
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Room, Site

IN_ROOM = ("checked_in", "completed")


def desk_state(session: ExamSession, operator: str, desk: str, clock: Clock) -> dict[str, Any]:
    """``#desk-data`` of docs/design/review-data.md. ``operator`` is who works at the desk called ``desk``."""
    turns = _turns(session)
    refused = db.session.execute(
        select(func.count()).where(Scan.session_id == session.id, Scan.outcome == "refused")
    ).scalar_one()
    present, due = sum(turn["present"] for turn in turns), sum(turn["due"] for turn in turns)
    room = db.session.execute(select(Room.name).where(Room.id == session.room_id)).scalar_one()
    return {
        "desk": desk,
        "room": room,
        "duty": operator,
        "title": str(session.title),
        "starts_words": _("{time} 开考", time=_hour(session.starts_at)),
        "window_words": _("签到 {time} 起", time=_hour(session.desk_opens_at)),
        "present": present,
        "due": due,
        "refused": refused,
        "turns": turns,
        "now": clock.now().isoformat(),
        "tolerance_seconds": rulebook().value("session.scan_clock_tolerance_seconds", today(clock)),
        "unsettled": count_open(session),
        "last": _last(session),
        "absent": due - present,
        "absent_url": url_for("checkin.people", session_uid=session.uid),
        "phone": _phone(session),
        "urls": {
            "scan": url_for("checkin.scan_one", session_uid=session.uid),
            "state": url_for("checkin.state", session_uid=session.uid),
            "identity": url_for("checkin.identity", session_uid=session.uid),
            "handover": url_for("handover.waiting"),
            "sign_in": url_for("accounts.sign_in", next=url_for("checkin.desk", session_uid=session.uid)),
        },
    }


def _phone(session: ExamSession) -> dict[str, str] | None:
    """Whom the door calls: the site's contact at the body's telephone."""
    query = select(Site.contact, Body.telephone).join(Body, Body.id == Site.body_id).where(Site.id == session.site_id)
    contact, number = db.session.execute(query).one()
    return {"name": contact, "number": number} if number else None


def _turns(session: ExamSession) -> list[dict[str, Any]]:
    counts = (
        select(
            Booking.turn_id,
            func.count().label("due"),
            func.sum(case((Booking.state.in_(IN_ROOM), 1), else_=0)).label("present"),
        )
        .where(Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE))
        .group_by(Booking.turn_id)
        .subquery()
    )
    query = select(Turn, counts.c.due, counts.c.present).outerjoin(counts, counts.c.turn_id == Turn.id)
    rows = db.session.execute(query.where(Turn.session_id == session.id).order_by(Turn.number))
    return [
        {
            "word": _("第 {number} 轮", number=row.Turn.number),
            "time": _hour(row.Turn.during.lower),
            "present": int(row.present or 0),
            "due": row.due or 0,
        }
        for row in rows
    ]


def _last(session: ExamSession) -> dict[str, Any] | None:
    query = select(Scan).where(Scan.session_id == session.id).order_by(Scan.received_at.desc()).limit(1)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    answer = row.answer
    return {"admitted": answer["admitted"], "name": answer.get("name"), "seat": answer.get("seat"), "at": answer["at"]}

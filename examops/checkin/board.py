"""What the desk shows beside the verdict: who is in, of how many, by turn.

One statement, made once: every desk asks this after each scan and a few times a minute, so columns are read instead of
objects. Its parts stand in the select list, each counted by itself, because joins would multiply them.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import BigInteger, bindparam, func, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from config.rulebook import rulebook
from examops.checkin.answers import _hour
from examops.checkin.cases import UNDECIDED, doubted_count
from examops.checkin.door import Visitor, pass_door, through_door
from examops.checkin.models import NOT_ADMITTED, Scan
from examops.core.clock import Clock, today
from examops.core.language import _, current_language
from examops.core.prepared import Prepared
from examops.organisations.models import Body
from examops.sessions import TAKES_A_PLACE
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Room, Site

IN_ROOM = ("checked_in", "completed")
_TURNS = (
    select(
        func.jsonb_build_array(
            Turn.number,
            func.lower(Turn.during),
            func.count(Booking.id),
            func.count(Booking.id).filter(Booking.state.in_(IN_ROOM)),
        ).label("turn")
    )
    .outerjoin(Booking, (Booking.turn_id == Turn.id) & Booking.state.in_(TAKES_A_PLACE))
    .where(Turn.session_id == ExamSession.id)
    .group_by(Turn.id)
    .correlate(ExamSession)
    .subquery()
)
# Read once for both; almost all scans are admissions, which the index of the others leaves out.
_SCANS = (
    select(
        func.count().filter(Scan.outcome == "refused").label("refused"),
        func.count(Scan.booking_id.distinct()).filter(*UNDECIDED).label("undecided"),
    )
    .where(Scan.session_id == ExamSession.id, Scan.outcome.in_(NOT_ADMITTED))
    .correlate(ExamSession)
    .lateral("scans")
)
_ANSWER = type_coerce(Scan.answer, JSONB)
_SHOWN = func.jsonb_build_object(*(part for key in ("admitted", "name", "seat", "at") for part in (key, _ANSWER[key])))
_LAST = select(_SHOWN).where(Scan.session_id == ExamSession.id).order_by(Scan.received_at.desc()).limit(1)
STATE = (
    select(
        ExamSession.uid,
        ExamSession.title,
        ExamSession.starts_at,
        ExamSession.desk_opens_at,
        Room.name.label("room"),
        Site.contact,
        Body.telephone,
        select(func.jsonb_agg(_TURNS.c.turn)).scalar_subquery().label("turns"),
        _SCANS.c.refused,
        (_SCANS.c.undecided + doubted_count(ExamSession.id)).label("unsettled"),
        _LAST.correlate(ExamSession).scalar_subquery().label("last"),
    )
    .join(Room, Room.id == ExamSession.room_id)
    .join(Site, Site.id == ExamSession.site_id)
    .join(Body, Body.id == Site.body_id)
    .join(_SCANS, true())
)
AT_DOOR = Prepared(through_door(STATE), is_last=True)
OF_SESSION = Prepared(STATE.where(ExamSession.id == bindparam("session_id", type_=BigInteger)))


def state_at_door(session_uid: UUID, by: Visitor, operator: str, desk: str, clock: Clock) -> dict[str, Any]:
    """:func:`desk_state` of a desk that nobody has asked for yet. Raises as :func:`pass_door`."""
    return _state(pass_door(AT_DOOR, session_uid, by), operator, desk, clock)


def desk_state(session_id: int, operator: str, desk: str, clock: Clock) -> dict[str, Any]:
    """``#desk-data`` of docs/design/review-data.md. ``operator`` is who works at the desk called ``desk``."""
    return _state(OF_SESSION.one(session_id=session_id), operator, desk, clock)


def _state(row: Any, operator: str, desk: str, clock: Clock) -> dict[str, Any]:
    language = current_language()
    turns = [_turn(language, *turn) for turn in sorted(row.turns or ())]
    present, due = sum(turn["present"] for turn in turns), sum(turn["due"] for turn in turns)
    return {
        "desk": desk,
        "room": row.room,
        "duty": operator,
        "title": str(row.title),
        **_hours(language, row.starts_at, row.desk_opens_at),
        "present": present,
        "due": due,
        "refused": row.refused,
        "turns": turns,
        "now": clock.now().isoformat(),
        "tolerance_seconds": rulebook().value("session.scan_clock_tolerance_seconds", today(clock)),
        "unsettled": row.unsettled,
        "last": row.last,
        "absent": due - present,
        # Whom the door calls: the site's contact at the body's telephone.
        "phone": {"name": row.contact, "number": row.telephone} if row.telephone else None,
        **_addresses(request.script_root, row.uid),
    }


# Every desk is told these again and again: the same words for each reader of a language, the same addresses for all.
REMEMBERED = 4096


@lru_cache(REMEMBERED)
def _hours(_language: str, starts_at: datetime, opens_at: datetime) -> dict[str, str]:
    return {
        "starts_words": _("{time} 开考", time=_hour(starts_at)),
        "window_words": _("签到 {time} 起", time=_hour(opens_at)),
    }


@lru_cache(REMEMBERED)
def _addresses(_root: str, session_uid: UUID) -> dict[str, Any]:
    return {
        "absent_url": url_for("checkin.people", session_uid=session_uid),
        "urls": {
            "scan": url_for("checkin.scan_one", session_uid=session_uid),
            "state": url_for("checkin.state", session_uid=session_uid),
            "identity": url_for("checkin.identity", session_uid=session_uid),
            "handover": url_for("handover.waiting"),
            "sign_in": url_for("accounts.sign_in", next=url_for("checkin.desk", session_uid=session_uid)),
        },
    }


def _turn(language: str, number: int, starts_at: str, due: int, present: int) -> dict[str, Any]:
    return {**_turn_words(language, number, starts_at), "present": present, "due": due}


@lru_cache(REMEMBERED)
def _turn_words(_language: str, number: int, starts_at: str) -> dict[str, str]:
    return {"word": _("第 {number} 轮", number=number), "time": _hour(datetime.fromisoformat(starts_at))}

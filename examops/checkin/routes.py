"""The desk at the door, and the list of who is in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.accounts import DESK_ROLES, count_attempt, current_actor, guarded, roles_only
from examops.audit import record_access
from examops.checkin.board import desk_state
from examops.checkin.door import Visitor, candidate_at_door, session_at_door
from examops.checkin.models import Sitting, SittingExit
from examops.checkin.scanning import Reading, RepeatedAtOnce, scan
from examops.checkin.schemas import DeskPageAnswerSchema, DeskPageStateSchema, ExitSchema, MismatchSchema, ScanSchema
from examops.checkin.sittings import come_back, doubt_identity, hand_in, leave, sitting_by_uid
from examops.checkin.tags import Tag
from examops.core.clock import midnight, today
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import clock, keyring, store
from examops.core.language import N_, render
from examops.core.transaction import retried, transaction
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import TAKES_A_PLACE
from examops.sessions import Tag as SessionTag
from examops.sessions.models import Booking, Turn
from examops.sessions.overview import sessions_between
from examops.sites.models import Workstation
from examops.web.api import json_call
from examops.web.inputs import read_form

bp = guarded(Blueprint("checkin", __name__, url_prefix="/desk"), roles_only(*DESK_ROLES))
DESK = N_("签到台 1")
TYPED_PER_HOUR = 300  # typed ID numbers: enough for a day's door, too few to try numbers out


@bp.get("/")
def desks() -> ResponseReturnValue:
    """Sessions of today, each a door."""
    start = midnight(today(clock()))
    day = Range(start, start + timedelta(days=1))
    rows = [
        row
        for row in sessions_between(start - timedelta(days=1), start + timedelta(days=2), _visitor().desks())
        # Also one that runs past midnight, or whose desk opens before it.
        if row.session.during.overlaps(day) and row.session.state not in ("cancelled", "void")
    ]
    return render_template("checkin/desks.html", rows=rows)


@bp.get("/<uuid:session_uid>")
def desk(session_uid: UUID) -> ResponseReturnValue:
    by = _visitor()
    with transaction():
        session = session_at_door(session_uid, by)
        opened = {"way": by.way_in(session), "tablet": str(by.tablet.uid) if by.tablet else ""}
        record_access(Tag.DESK_OPENED, current_actor(), session, clock=clock(), words=session.number, **opened)
        state = desk_state(session, _duty())
    return render_template("checkin/desk.html", session=session, state=state)


@bp.get("/<uuid:session_uid>/state")
@json_call(DeskPageStateSchema)
def state(session_uid: UUID) -> dict[str, Any]:
    """The desk page's state"""
    return desk_state(session_at_door(session_uid, _visitor()), _duty())


@bp.post("/<uuid:session_uid>/scans")
@json_call(DeskPageAnswerSchema, takes=ScanSchema)
def scan_one(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """The desk page's scan"""
    return scanned(session_uid, reading_of(body), _visitor(), _duty())


def scanned(session_uid: UUID, reading: Reading, by: Visitor, duty: str) -> dict[str, Any]:
    """The desk's answer with its new state; for the page and for ``/api/v1/desk``."""
    if reading.id_number:
        with transaction():
            count_attempt(f"typed-id:{current_actor().uid}", limit=TYPED_PER_HOUR, minutes=60, clock=clock())

    def work() -> dict[str, Any]:
        with transaction():
            session = session_at_door(session_uid, by)
            answer = scan(reading, session, actor=current_actor(), clock=clock(), rules=rulebook(), ring=keyring())
            return {**render(answer), "state": desk_state(session, duty)}

    try:
        answer = retried(work)
    except RepeatedAtOnce:
        answer = retried(work)
    return answer


def reading_of(body: dict[str, Any]) -> Reading:
    """What :class:`ScanSchema` read; the ticket's code counts before a typed number."""
    code, id_number = body["code"], body["id_number"].upper()
    if not code and not id_number:
        raise Invalid(N_("没有读到码，也没有身份证号"), advice=N_("再扫一次，或输入身份证号"))
    via = "id_number" if not code else ("scanner" if body["via"] == "scanner" else "camera")
    return Reading(body["nonce"], via, code, "" if code else id_number, body["scanned_at"], DESK)


@bp.post("/<uuid:session_uid>/mismatch")
@json_call(None, takes=MismatchSchema)
def mismatch(body: dict[str, Any], session_uid: UUID) -> None:
    """The face is not the ticket's"""
    with transaction():
        doubt_identity(body["scan_uid"], session_at_door(session_uid, _visitor()), actor=current_actor())


@bp.get("/<uuid:session_uid>/people")
def people(session_uid: UUID) -> ResponseReturnValue:
    """Who is in, out for a moment, done, or missing."""
    with transaction():
        session = session_at_door(session_uid, _visitor())
        record_access(SessionTag.SESSION_PEOPLE_VIEWED, current_actor(), session, clock=clock(), words=session.number)
    query = (
        select(Booking, Candidate, Turn.number.label("turn"), Sitting, Workstation.code.label("seat"), SittingExit)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .outerjoin(Sitting, Sitting.booking_id == Booking.id)
        .outerjoin(Workstation, Workstation.id == Sitting.workstation_id)
        .outerjoin(SittingExit, (SittingExit.sitting_id == Sitting.id) & SittingExit.back_at.is_(None))
        .where(Booking.session_id == session.id, Booking.state.in_(TAKES_A_PLACE))
        .order_by(Turn.number, Booking.id)
    )
    return render_template("checkin/people.html", session=session, rows=db.session.execute(query).all())


@bp.post("/sittings/<uuid:sitting_uid>/<any(leave, back, hand_in):act>")
def sitting_act(sitting_uid: UUID, act: str) -> ResponseReturnValue:
    form = read_form(ExitSchema)
    with transaction():
        sitting, session = sitting_by_uid(sitting_uid, _visitor().desks())
        if act == "leave":
            leave(sitting, reason=form["reason"], actor=current_actor(), clock=clock())
        elif act == "back":
            come_back(sitting, actor=current_actor(), clock=clock())
        else:
            hand_in(sitting, actor=current_actor(), clock=clock())
    return redirect(url_for("checkin.people", session_uid=session.uid))


@bp.get("/photos/<uuid:candidate_uid>")
def photo(candidate_uid: UUID) -> ResponseReturnValue:
    """The photo of somebody who may come to one's desk, from the store, never cached by the browser."""
    with transaction():
        candidate = candidate_at_door(candidate_uid, _visitor())
        if not candidate.photo_key:
            raise NotFound(N_("没有照片"))
        record_access(Tag.CANDIDATE_VIEWED, current_actor(), candidate, clock=clock(), words=candidate.id_masked)
    return Response(store().get("documents", candidate.photo_key), mimetype="image/jpeg")


def _visitor() -> Visitor:
    return Visitor(g.user.id, tuple(g.grants), g.get("tablet"))


def _duty() -> str:
    return f"{g.role_word} {g.user.name}"

"""The desk at the door: its page, its state, its scans, and who was the person on the ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.accounts import count_attempt, current_actor
from examops.audit import record_access
from examops.checkin.blueprint import UNPAIRED, bp, desk_name, duty, visitor
from examops.checkin.board import desk_state, state_at_door
from examops.checkin.cases import counts_open
from examops.checkin.door import Visitor, candidate_at_door, doors_between, session_at_door
from examops.checkin.duties import coming_duties
from examops.checkin.identity import check_identity
from examops.checkin.moments import ScanTimes
from examops.checkin.opening import draw_at_desk
from examops.checkin.readings import ReadText, read_text
from examops.checkin.scanning import Means, Reading, scan_at_door
from examops.checkin.schemas import (
    DeskPageAnswerSchema,
    DeskPageStateSchema,
    IdentityAnswerSchema,
    IdentitySchema,
    MismatchSchema,
    ScanSchema,
)
from examops.checkin.storing import RepeatedAtOnce
from examops.checkin.tags import Tag
from examops.core.clock import midnight, today
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import clock, keyring, store
from examops.core.language import N_, render
from examops.core.transaction import retried, transaction
from examops.web.api import json_call

TYPED_PER_HOUR = 300  # typed ID numbers: enough for a day's door, too few to try numbers out
VIA = {"scanner": "scanner", "typed": "id_number"}


@bp.get("/")
def desks() -> ResponseReturnValue:
    """Sessions of today, each a door; below them one's own duties of later days."""
    start = midnight(today(clock()))
    day = Range(start, start + timedelta(days=1))
    rows = [
        row
        for row in doors_between(start - timedelta(days=1), start + timedelta(days=2), visitor())
        # Also one that runs past midnight, or whose desk opens before it.
        if row.session.during.overlaps(day) and row.session.state not in ("cancelled", "void")
    ]
    waiting = counts_open([row.session.id for row in rows])
    coming = [] if g.get("tablet") else coming_duties(g.user.id, start + timedelta(days=1))
    return render_template("checkin/desks.html", rows=rows, waiting=waiting, coming=coming)


@bp.get("/<uuid:session_uid>")
def desk(session_uid: UUID) -> ResponseReturnValue:
    by = visitor()
    with transaction():
        session = session_at_door(session_uid, by)
        opened = {"way": by.way_in(session), "tablet": str(by.tablet.uid) if by.tablet else ""}
        record_access(Tag.DESK_OPENED, current_actor(), session, clock=clock(), words=session.number, **opened)
        draw_at_desk(session, actor=current_actor(), clock=clock())
        state = desk_state(session.id, duty(), desk_name(by.tablet), clock())
    return render_template("checkin/desk.html", session=session, state=state)


@bp.get("/<uuid:session_uid>/state")
@json_call(DeskPageStateSchema)
def state(session_uid: UUID) -> dict[str, Any]:
    """The desk page's state"""
    by = visitor()
    return state_at_door(session_uid, by, duty(), desk_name(by.tablet), clock())


@bp.post("/<uuid:session_uid>/scans")
@json_call(DeskPageAnswerSchema, takes=ScanSchema)
def scan_one(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """The desk page's scan"""
    return scanned(session_uid, body, visitor(), duty())


def scanned(
    session_uid: UUID, body: dict[str, Any], by: Visitor, operator: str, handed_over: bool = False
) -> dict[str, Any]:
    """The desk's answer with its new state to what :class:`ScanSchema` read; for the page and for ``/api/v1/desk``."""
    read = reading_of(body)
    if read.id_number:
        with transaction():
            count_attempt(f"typed-id:{current_actor().uid}", limit=TYPED_PER_HOUR, minutes=60, clock=clock())
    offset = None if body["offset_ms"] is None else timedelta(milliseconds=body["offset_ms"])
    times = ScanTimes(body["scanned_at"], body["sent_at"], offset, clock().now())
    via = "id_number" if read.id_number and body["via"] != "scanner" else VIA.get(body["via"], "camera")
    name, device = (by.tablet.name, by.tablet.uid) if by.tablet else (UNPAIRED, None)
    reading = Reading(body["nonce"], via, read, times, name, device, handed_over)

    def work() -> dict[str, Any]:
        with transaction():
            means = Means(current_actor(), clock(), rulebook(), keyring())
            answer, session_id = scan_at_door(reading, session_uid, by, means)
            return {**render(answer), "state": desk_state(session_id, operator, desk_name(by.tablet), clock())}

    try:
        return retried(work)
    except RepeatedAtOnce:
        return retried(work)


def reading_of(body: dict[str, Any]) -> ReadText:
    """What was read, by its form; it may have come in either field, the code's first. Raises Misread."""
    text = body["code"] or body["id_number"]
    if not text:
        raise Invalid(N_("没有读到码，也没有身份证号"), advice=N_("再扫一次，或输入身份证号"))
    return read_text(text)


@bp.post("/<uuid:session_uid>/identity")
@json_call(IdentityAnswerSchema, takes=IdentitySchema)
def identity(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """Whether the person at the door is the one on the ticket"""
    return compared(session_uid, body["scan_uid"], body["same"], visitor())


@bp.post("/<uuid:session_uid>/mismatch")
@json_call(None, takes=MismatchSchema)
def mismatch(body: dict[str, Any], session_uid: UUID) -> None:
    """The face is not the ticket's; as pages that were opened before the upgrade say it"""
    compared(session_uid, body["scan_uid"], False, visitor())


def compared(session_uid: UUID, scan_uid: UUID, is_same: bool, by: Visitor) -> dict[str, Any]:
    """What the desk shows next, with its new state."""
    with transaction():
        session = session_at_door(session_uid, by)
        refusal = check_identity(scan_uid, session, is_same=is_same, actor=current_actor(), clock=clock())
        state = desk_state(session.id, duty(), desk_name(by.tablet), clock())
        return {"same": is_same, "refusal": render(refusal), "state": state}


@bp.get("/photos/<uuid:candidate_uid>")
def photo(candidate_uid: UUID) -> ResponseReturnValue:
    """The photo of somebody who may come to one's desk, from the store, never cached by the browser."""
    with transaction():
        candidate = candidate_at_door(candidate_uid, visitor())
        if not candidate.photo_key:
            raise NotFound(N_("没有照片"))
        record_access(Tag.CANDIDATE_VIEWED, current_actor(), candidate, clock=clock(), words=candidate.id_masked)
    return Response(store().get("documents", candidate.photo_key), mimetype="image/jpeg")

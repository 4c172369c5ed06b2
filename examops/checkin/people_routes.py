"""The list of who is in, and what the door could not decide."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.audit import record_access
from examops.checkin.blueprint import bp, visitor
from examops.checkin.cases import open_scans, scan_to_settle, settle
from examops.checkin.door import session_at_door
from examops.checkin.frames import are_shown, frame_of_case, frames_of
from examops.checkin.identity import restore, turn_away
from examops.checkin.models import IdentityCheck, Sitting, SittingExit
from examops.checkin.reseating import move_seat, stranded_people
from examops.checkin.schemas import EXIT_REASONS, ExitSchema, SeatSchema, SettleSchema
from examops.checkin.sittings import come_back, hand_in, hand_in_turn, leave, reopen, sitting_by_uid
from examops.checkin.tags import Tag
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.queries import records_of, rows_of
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions import TAKES_A_PLACE
from examops.sessions import Tag as SessionTag
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Workstation
from examops.web.inputs import read_form


@bp.get("/<uuid:session_uid>/people")
def people(session_uid: UUID) -> ResponseReturnValue:
    """Who is in, out for a moment, done, or missing; what waits for the coordinator on top."""
    with transaction():
        session = session_at_door(session_uid, visitor())
        record_access(SessionTag.SESSION_PEOPLE_VIEWED, current_actor(), session, clock=clock(), words=session.number)
        rows = _people(session.id)
        present = {row.Turn.id: row.Turn for row in rows if row.Sitting and not row.Sitting.left_at}
        return render_template(
            "checkin/people.html",
            session=session,
            rows=rows,
            cases=open_scans(session),
            stranded=stranded_people(session, clock()),
            turns=list(present.values()),
            checks=_checks(session),
            reasons=EXIT_REASONS,
            frames=frames_of(session) if are_shown(session, rulebook(), clock()) else {},
            may_settle=g.role == "coordinator",
        )


@bp.get("/<uuid:session_uid>/scans/<uuid:scan_uid>/frame.jpg")
def scan_frame(session_uid: UUID, scan_uid: UUID) -> ResponseReturnValue:
    """The room's camera at the moment of a scan that somebody has to decide about, never cached by the browser."""
    with transaction():
        session = session_at_door(session_uid, visitor())
        if not are_shown(session, rulebook(), clock()):
            raise NotFound(N_("录像保存期已过，不再显示扫码画面"))
        scan, frame = frame_of_case(scan_uid, session)
        record_access(Tag.SCAN_FRAME_VIEWED, current_actor(), scan, clock=clock(), words=frame.camera_label)
    return Response(store().get("derived", frame.object_key), mimetype="image/jpeg")


# A session has hundreds of people, and the rows hold texts and keys that none of these lines shows.
_SHOWN = (
    load_only(Booking.id, Booking.state),
    load_only(*(getattr(Candidate, name) for name in ("uid", "body_id", "name", "id_masked", "photo_key"))),
    load_only(Turn.id, Turn.uid, Turn.number),
    load_only(
        *(getattr(Sitting, name) for name in ("uid", "entered_at", "left_at", "turned_away_at", "identity_doubt"))
    ),
    load_only(SittingExit.reason, SittingExit.left_at),
)


@rows_of
def _people(session_id: int) -> Select[Any]:
    shown: Any = (
        select(Booking, Candidate, Turn, Sitting, Workstation.code.label("seat"), SittingExit)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .outerjoin(Sitting, Sitting.booking_id == Booking.id)
        .outerjoin(Workstation, Workstation.id == Sitting.workstation_id)
        .outerjoin(SittingExit, (SittingExit.sitting_id == Sitting.id) & SittingExit.back_at.is_(None))
        .where(Booking.session_id == session_id, Booking.state.in_(TAKES_A_PLACE))
        .order_by(Turn.number, Booking.id)
        .options(*_SHOWN)
    )
    return cast("Select[Any]", shown)


def _checks(session: ExamSession) -> dict[int, IdentityCheck]:
    """The newest comparison of each sitting."""
    return {check.sitting_id: check for check in _checked(session.id)}


@records_of
def _checked(session_id: int) -> Select[IdentityCheck]:
    return (
        select(IdentityCheck)
        .join(Sitting, Sitting.id == IdentityCheck.sitting_id)
        .where(Sitting.session_id == session_id)
        .order_by(IdentityCheck.id)
    )


@bp.post("/sittings/<uuid:sitting_uid>/<any(leave, back, hand_in, reopen, turn_away, restore):act>")
def sitting_act(sitting_uid: UUID, act: str) -> ResponseReturnValue:
    form = read_form(ExitSchema)
    with transaction():
        sitting, session = sitting_by_uid(sitting_uid, visitor().desks())
        _act(act, sitting, session, form["reason"])
    return redirect(url_for("checkin.people", session_uid=session.uid))


@bp.post("/sittings/<uuid:sitting_uid>/seat")
def change_seat(sitting_uid: UUID) -> ResponseReturnValue:
    """Whoever sits where nothing works any more goes to another workstation"""
    form = read_form(SeatSchema)
    with transaction():
        sitting, session = sitting_by_uid(sitting_uid, visitor().desks())
        move_seat(sitting, session, form["station"], form["reason"], actor=current_actor(), clock=clock())
    flash(_("已换工位"))
    return redirect(url_for("checkin.people", session_uid=session.uid))


def _act(act: str, sitting: Sitting, session: ExamSession, reason: str) -> None:
    actor = current_actor()
    if act == "leave":
        leave(sitting, reason=reason, actor=actor, clock=clock())
    elif act == "back":
        come_back(sitting, actor=actor, clock=clock())
    elif act == "hand_in":
        hand_in(sitting, actor=actor, clock=clock())
    elif act == "reopen":
        reopen(sitting, session, actor=actor)
    elif act == "turn_away":
        turn_away(sitting, actor=actor, clock=clock())
    else:
        restore(sitting, actor=actor, clock=clock())


@bp.post("/<uuid:session_uid>/turns/<uuid:turn_uid>/hand_in")
def hand_in_of_turn(session_uid: UUID, turn_uid: UUID) -> ResponseReturnValue:
    """Everybody of the turn who is still in hands in"""
    with transaction():
        session = session_at_door(session_uid, visitor())
        query = select(Turn).where(Turn.uid == turn_uid, Turn.session_id == session.id)
        turn = db.session.execute(query).scalar_one_or_none()
        if turn is None:
            raise NotFound(N_("没有找到这一轮"), advice=N_("刷新页面看最新状态"))
        count = hand_in_turn(turn, actor=current_actor(), clock=clock())
    flash(_("第 {number} 轮已登记交卷 {count} 人", number=turn.number, count=count))
    return redirect(url_for("checkin.people", session_uid=session.uid))


@bp.post("/<uuid:session_uid>/unsettled/<uuid:scan_uid>")
@needs("coordinator")
def settle_scan(session_uid: UUID, scan_uid: UUID) -> ResponseReturnValue:
    """Let in, or not, somebody whose hour at the door is not sure"""
    form = read_form(SettleSchema)
    with transaction():
        session = session_at_door(session_uid, visitor())
        scan = scan_to_settle(scan_uid, session)
        settle(
            scan, session, admitted=form["answer"] == "admit", note=form["note"], actor=current_actor(), clock=clock()
        )
    return redirect(url_for("checkin.people", session_uid=session.uid))

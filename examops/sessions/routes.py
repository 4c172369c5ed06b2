"""Pages of sessions: the week, the list, one session, a new one, batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.audit import record_access
from examops.catalogue import named_occupation
from examops.core.clock import midnight, today
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.booking.no_shows import confirm_no_shows, proposed_no_shows
from examops.sessions.booking.queries import bookable_applications, bookings_of
from examops.sessions.booking.service import BookingRequest, book, book_one, release, takes_bookings
from examops.sessions.checks.findings import check_session
from examops.sessions.declarations.facts import session_facts
from examops.sessions.inputs import ChosenSchema, MoveSchema, NoShowsSchema, ReleaseSchema, SessionsSchema
from examops.sessions.labels import SESSION_STATES
from examops.sessions.models import Booking, ExamSession, SessionGroup
from examops.sessions.overview.agenda import agenda
from examops.sessions.overview.deadlines import deadlines
from examops.sessions.overview.queries import PAGE, SessionFilter, sessions_between, sessions_page
from examops.sessions.overview.session_view import SessionView, session_view
from examops.sessions.overview.week import days_shown, fills, lanes, monday, position
from examops.sessions.planning.stations import station_words
from examops.sessions.states import SESSION_TRANSITIONS, SessionState
from examops.sessions.tags import Tag
from examops.sessions.transitions import ALLOWED_ROLES, move_session
from examops.web.api import JsonCall, LenientSchema, described
from examops.web.inputs import Uid, read_form, read_json, read_valid
from examops.web.pages import AfterNumberSchema


@bp.get("/week")
def home() -> ResponseReturnValue:
    day, now = today(clock()), clock().now()
    first = monday(day)
    rows = sessions_between(midnight(first), midnight(first + timedelta(days=14)))
    shown = days_shown(rows, first)
    return render_template(
        "sessions/home.html",
        day=day,
        first=first,
        days=[first + timedelta(days=n) for n in range(shown)],
        lanes=lanes(rows, first, shown),
        fills=fills(rows, first),
        now_left=round(position(now, first, shown) * 2),
        agenda=agenda(rows, now),
        deadlines=deadlines(rows, rulebook(), calendar(), now),
    )


@bp.get("/")
def index() -> ResponseReturnValue:
    """``day`` and ``until`` are days in Foshan; ``day`` alone is that one day.
    A part that makes no sense is no filter.
    """
    given = read_valid(SessionsSchema, request.args)
    since = given["day"]
    asked = SessionFilter(given["state"] or "", since, given["until"] or since)
    rows, following = sessions_page(given["before"], asked)
    filters: dict[str, Any] = {
        "state": asked.state or None,
        "day": asked.since,
        "until": asked.until if asked.until != since else None,
    }
    older = url_for("sessions.index", before=following, **filters) if following else None
    return render_template("sessions/index.html", rows=rows, older=older, asked=asked, states=SESSION_STATES)


@bp.get("/<uuid:session_uid>")
def show(session_uid: UUID) -> ResponseReturnValue:
    with transaction():
        view = session_view(session_uid)
        words = view.session.number
        record_access(Tag.SESSION_PEOPLE_VIEWED, current_actor(), view.session, clock=clock(), words=words)
    found = check_session(session_facts(view, calendar(), clock()), rulebook())
    moves = [
        to
        for to in SESSION_TRANSITIONS.get(SessionState(view.session.state), ())
        if g.role in ALLOWED_ROLES.get(to, set())
    ]
    after = read_valid(AfterNumberSchema, request.args)["after"]
    return render_template(
        "sessions/show.html",
        view=view,
        session=view.session,
        checks=found,
        passed=sum(c.outcome == "pass" for c in found),
        absent=proposed_no_shows(view.session),
        bookings=bookings_of(view.session, after),
        page=PAGE,
        moves=moves,
        occupation=named_occupation,
        station_words=station_words,
        waiting=_waiting(view) if g.role == "coordinator" and takes_bookings(view.session, clock()) else [],
    )


def _waiting(view: SessionView) -> list[tuple[SessionGroup, list[Any]]]:
    """For each group that somebody could still be placed into, these people."""
    found = bookable_applications(view.groups, view.session.batch_id)
    return [(group, found[group.id]) for group in view.groups if found[group.id]]


@bp.post("/<uuid:session_uid>/move")
def move(session_uid: UUID) -> ResponseReturnValue:
    asked = read_form(MoveSchema)
    with transaction():
        session = session_by_uid(session_uid)
        move_session(session, asked["to"], reason=asked["reason"], actor=current_actor(), clock=clock())
    return redirect(url_for("sessions.show", session_uid=session_uid))


class OneBookingSchema(LenientSchema):
    application_uid = Uid(required=True)
    turn_uid = Uid(required=True)


class BookedSchema(Schema):
    booking_uid = fields.UUID(required=True)
    state = fields.Str(required=True)


@bp.post("/<uuid:session_uid>/bookings")
@described(JsonCall(BookedSchema, takes=OneBookingSchema, status=201))
@needs("coordinator")
def create_bookings(session_uid: UUID) -> ResponseReturnValue:
    """JSON books one place and answers with the booking; a form books everybody ticked into one turn"""
    if request.is_json:
        return _book_json(session_uid)
    chosen = read_form(ChosenSchema)
    wanted = [BookingRequest(uid, chosen["turn"]) for uid in chosen["application"]]
    if not wanted:
        raise Invalid(N_("没有选中考生"), advice=N_("先在名单里勾选，再排入"))

    def work() -> list:
        with transaction():
            session = session_by_uid(session_uid)
            return book(wanted, actor=current_actor(), clock=clock(), session=session)

    outcomes = retried(work)
    done = sum(outcome.booking is not None for outcome in outcomes)
    flash(_("已排入 {done} / {wanted} 人", done=done, wanted=len(wanted)))
    for outcome in outcomes:
        if outcome.refusal:
            flash(str(outcome.refusal.sentence))
            break
    return redirect(url_for("sessions.show", session_uid=session_uid))


def _book_json(session_uid: UUID) -> ResponseReturnValue:
    body = read_json(OneBookingSchema)

    def work() -> Booking:
        with transaction():
            session = session_by_uid(session_uid)
            return book_one(
                body["application_uid"], body["turn_uid"], actor=current_actor(), clock=clock(), session=session
            )

    booking = retried(work)
    return jsonify({"booking_uid": str(booking.uid), "state": booking.state}), 201


@bp.post("/bookings/<uuid:booking_uid>/release")
@needs("coordinator")
def release_booking(booking_uid: UUID) -> ResponseReturnValue:
    with transaction():
        booking = release(booking_uid, reason=read_form(ReleaseSchema)["reason"], actor=current_actor())
        session_uid = db.session.get_one(ExamSession, booking.session_id).uid
    flash(_("已退出，位子已放开"))
    return redirect(url_for("sessions.show", session_uid=session_uid))


@bp.post("/<uuid:session_uid>/no-shows")
@needs("coordinator")
def confirm_absent(session_uid: UUID) -> ResponseReturnValue:
    chosen = read_form(NoShowsSchema)["booking"]
    if not chosen:
        raise Invalid(N_("没有选中考生"), advice=N_("先勾选确认没有来的人"))
    with transaction():
        count = confirm_no_shows(session_by_uid(session_uid), chosen, actor=current_actor())
    flash(_("已确认缺考 {count} 人", count=count))
    return redirect(url_for("sessions.show", session_uid=session_uid))

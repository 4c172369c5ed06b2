"""Placing people into turns and giving places back: one, those ticked, or everybody who waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from sqlalchemy import select

from examops.accounts import current_actor, needs
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.filling import Filling, Person, fill_turns, people_of
from examops.sessions.booking.queries import waiting_in_order
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import BookingResult, book
from examops.sessions.inputs import ChosenSchema, ReleaseSchema
from examops.sessions.models import ExamSession, SessionGroup, Turn
from examops.sessions.refusals import NoSuchTurn
from examops.sessions.session_page import session_page, waiting_of
from examops.web.api import JsonCall, LenientSchema, described
from examops.web.inputs import Uid, read_form, read_json

MAX_PLACED = 2000  # of one step; more do not fit a session


class OneBookingSchema(LenientSchema):
    application_uid = Uid(required=True)
    turn_uid = Uid(required=True)


ONE_BOOKING = OneBookingSchema()  # made once: copying its fields for each request is dearer than reading them


class BookedSchema(Schema):
    booking_uid = fields.UUID(required=True)
    state = fields.Str(required=True)


@bp.post("/<uuid:session_uid>/bookings")
@described(JsonCall(BookedSchema, takes=OneBookingSchema, status=201))
@needs("coordinator")
def create_bookings(session_uid: UUID) -> ResponseReturnValue:
    """JSON books one place and answers with the booking; a form places those ticked or everybody who waits, into one
    turn or into all turns of a group"""
    if request.is_json:
        return _book_json(session_uid)
    asked = read_form(ChosenSchema)
    if not asked["all"] and not asked["application"]:
        raise Invalid(N_("没有选中考生"), advice=N_("先在名单里勾选，再排入"))

    def work() -> Filling:
        with transaction():
            session = session_by_uid(session_uid)
            turns = _turns(session, asked)
            people = _everybody(session, turns[0], asked) if asked["all"] else _ticked(asked["application"])
            return fill_turns(people, turns, session, actor=current_actor(), clock=clock())

    filling = retried(work)
    if filling.refused:
        return session_page(session_uid, filling)
    flash(_("已排入 {done} / {wanted} 人", done=filling.placed, wanted=filling.wanted))
    return redirect(url_for("sessions.show", session_uid=session_uid))


def _turns(session: ExamSession, asked: dict[str, Any]) -> list[Turn]:
    """The turn that was named, else all turns of the group."""
    query = select(Turn).join(SessionGroup, SessionGroup.id == Turn.group_id).where(Turn.session_id == session.id)
    only = Turn.uid == asked["turn"] if asked["turn"] else SessionGroup.number == asked["group"]
    found = list(db.session.execute(query.where(only).order_by(Turn.number)).scalars())
    if not found:
        raise NoSuchTurn()
    return found


def _everybody(session: ExamSession, turn: Turn, asked: dict[str, Any]) -> list[Person]:
    return people_of(waiting_in_order(turn.group_id, session.batch_id, waiting_of(asked), MAX_PLACED))


def _ticked(uids: list[UUID]) -> list[Person]:
    """In the order ticked; whom the reader does not reach stays without a name."""
    query = select(Application, Candidate).join(Candidate, Candidate.id == Application.candidate_id)
    rows = db.session.execute(query.where(Application.uid.in_(uids))).all()
    known = {person.application_uid: person for person in people_of(rows)}
    return [known.get(uid, Person(uid)) for uid in uids]


def _book_json(session_uid: UUID) -> ResponseReturnValue:
    """A refusal is committed with its line in the log before it is answered."""
    body, actor = read_json(ONE_BOOKING), current_actor()
    wanted = [BookingRequest(body["application_uid"], body["turn_uid"])]

    def work() -> BookingResult:
        with transaction():
            return book(wanted, actor=actor, clock=clock(), session_uid=session_uid)[0]

    result = retried(work)
    if result.booking is None:
        assert result.refusal
        raise result.refusal
    return jsonify({"booking_uid": str(result.booking.uid), "state": result.booking.state}), 201


@bp.post("/bookings/<uuid:booking_uid>/release")
@needs("coordinator")
def release_booking(booking_uid: UUID) -> ResponseReturnValue:
    reason = read_form(ReleaseSchema)["reason"]

    def work() -> UUID:
        with transaction():
            booking = release(booking_uid, reason=reason, actor=current_actor())
            return db.session.get_one(ExamSession, booking.session_id).uid

    session_uid = retried(work)
    flash(_("已退出，位子已放开"))
    return redirect(url_for("sessions.show", session_uid=session_uid))

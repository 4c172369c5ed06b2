"""``/api/v1``: sessions, their turns, and bookings. The same services as the pages."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from config.levels import LETTERS
from examops.accounts import SESSION_READERS, current_actor, guarded, needs, roles_only
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.idempotency import run_idempotent
from examops.core.language import N_
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.releasing import release
from examops.sessions.booking.service import BookingResult, book
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sessions.overview.queries import Overview, SessionFilter, sessions_page
from examops.sessions.states import BookingState, SessionState
from examops.web.api import (
    IdempotencySchema,
    JsonBlueprint,
    LenientSchema,
    ListPageSchema,
    RefusalSchema,
)
from examops.web.inputs import ListOf, OneOf, Part, ShortText, Uid

MAX_BOOKINGS_PER_CALL = 500
bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("api_sessions", __name__, url_prefix="/api/v1", description="Sessions, turns and bookings"),
        roles_only(*SESSION_READERS),
    ),
)  # smorest's blueprint is a Flask blueprint


class FactorSchema(Schema):
    code = fields.Str(required=True)
    word = fields.Str(required=True)
    have = fields.Int(required=True, metadata={"description": "How much of it there is"})
    allows = fields.Int(required=True, metadata={"description": "How many people that is enough for"})
    rule_key = fields.Str(required=True)
    clause = fields.Str(required=True)
    advice = fields.Str(required=True)


class TurnSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Int(required=True)
    group = fields.Int(required=True, metadata={"description": "Number of its group"})
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    capacity = fields.Int(required=True)
    taken = fields.Int(required=True)
    factors = fields.List(fields.Nested(FactorSchema), required=True, metadata={"description": "The tightest first"})


class TurnsSchema(Schema):
    turns = fields.List(fields.Nested(TurnSchema), required=True)


class GroupSchema(Schema):
    number = fields.Int(required=True)
    occupation_code = fields.Str(required=True)
    level = fields.Str(
        required=True, validate=validate.OneOf(LETTERS), metadata={"description": "X apprentice, 5 to 1, T and S above"}
    )
    part = fields.Str(required=True, validate=validate.OneOf(("theory", "skill", "review")))
    standard_version = fields.Str(required=True)


class SessionSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    title = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf([str(state) for state in SessionState]))
    desk_opens_at = fields.AwareDateTime(required=True)
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    bookings_close_at = fields.AwareDateTime(required=True)


class SessionLineSchema(SessionSchema):
    body = fields.Str(required=True)
    room = fields.Str(required=True)
    capacity = fields.Int(required=True, metadata={"description": "Summed over its turns"})
    taken = fields.Int(required=True)
    present = fields.Int(required=True)


class SessionWholeSchema(SessionSchema):
    groups = fields.List(fields.Nested(GroupSchema), required=True)
    turns = fields.List(fields.Nested(TurnSchema), required=True)


class SessionsSchema(ListPageSchema):
    sessions = fields.List(fields.Nested(SessionLineSchema), required=True)


class PageSchema(LenientSchema):
    before = ShortText(100, metadata={"description": "`next` of the page before"})
    state = OneOf([str(state) for state in SessionState], load_default="")


class WishSchema(LenientSchema):
    application_uid = Uid(required=True)
    turn_uid = Uid(required=True)


class WishesSchema(LenientSchema):
    bookings = ListOf(Part(WishSchema), required=True, least=1, most=MAX_BOOKINGS_PER_CALL, label=N_("预约"))


class OutcomeSchema(Schema):
    application_uid = fields.UUID(required=True)
    turn_uid = fields.UUID(required=True)
    booking_uid = fields.UUID(required=True, allow_none=True)
    state = fields.Str(required=True, allow_none=True)
    refusal = fields.Nested(RefusalSchema, required=True, allow_none=True)


class OutcomesSchema(Schema):
    results = fields.List(
        fields.Nested(OutcomeSchema), required=True, metadata={"description": "One for each wish, in their order"}
    )


class BookingSchema(Schema):
    booking_uid = fields.UUID(required=True)
    state = fields.Str(required=True, validate=validate.OneOf([str(state) for state in BookingState]))


@bp.get("/sessions")
@bp.arguments(PageSchema, location="query")
@bp.reads(SessionsSchema)
def list_sessions(page: dict[str, Any]) -> dict[str, Any]:
    """The newest sessions, a page at a time."""
    rows, following = sessions_page(page["before"] or None, SessionFilter(page["state"]))
    return {"sessions": [_line(row) for row in rows], "next": str(following) if following else None}


@bp.get("/sessions/<uuid:session_uid>")
@bp.reads(SessionWholeSchema, 404)
def one_session(session_uid: UUID) -> dict[str, Any]:
    """One session with its groups and turns."""
    session = session_by_uid(session_uid)
    query = select(SessionGroup).where(SessionGroup.session_id == session.id).order_by(SessionGroup.number)
    groups = list(db.session.execute(query).scalars())
    names = ("number", "occupation_code", "level", "part", "standard_version")
    told = [{name: getattr(group, name) for name in names} for group in groups]
    return {**_session(session), "groups": told, "turns": _turns(session)}


@bp.get("/sessions/<uuid:session_uid>/turns")
@bp.reads(TurnsSchema, 404)
def turns_of_session(session_uid: UUID) -> dict[str, Any]:
    """What each turn can take, what limits it, and how many places are taken."""
    return {"turns": _turns(session_by_uid(session_uid))}


@bp.post("/sessions/<uuid:session_uid>/bookings")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(WishesSchema)
@bp.writes(OutcomesSchema, 404, 409)
@needs("coordinator")
def book_many(once: dict[str, str], body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """Place applications into turns: one outcome for each wish, a booking or the refusal with clause and advice."""
    wanted = [
        BookingRequest(booking_request["application_uid"], booking_request["turn_uid"])
        for booking_request in body["bookings"]
    ]
    request = [
        str(session_uid),
        *([str(booking_request.application_uid), str(booking_request.turn_uid)] for booking_request in wanted),
    ]

    def work() -> dict[str, Any]:
        with transaction():
            session, actor = session_by_uid(session_uid), current_actor()

            def booked() -> dict[str, Any]:
                outcomes = book(wanted, actor=actor, clock=clock(), session_uid=session.uid)
                return {"results": [_outcome(one) for one in outcomes]}

            return run_idempotent(once["key"], request, booked, of=session, actor=actor, clock=clock())

    return retried(work)


@bp.delete("/bookings/<uuid:booking_uid>")
@bp.writes(BookingSchema, 404, 409)
@needs("coordinator")
def release_one(booking_uid: UUID) -> dict[str, Any]:
    """Give a place back. Asking again changes nothing."""

    def work() -> Booking:
        with transaction():
            return release(booking_uid, reason=N_("接口退出"), actor=current_actor())

    booking = retried(work)
    return {"booking_uid": booking.uid, "state": booking.state}


def _session(session: ExamSession) -> dict[str, Any]:
    names = ("uid", "number", "title", "state", "desk_opens_at", "bookings_close_at")
    return {name: getattr(session, name) for name in names} | {"start": session.starts_at, "end": session.ends_at}


def _line(row: Overview) -> dict[str, Any]:
    names = ("body", "room", "capacity", "taken", "present")
    return {**_session(row.session), **{name: getattr(row, name) for name in names}}


def _turns(session: ExamSession) -> list[dict[str, Any]]:
    query = select(Turn, SessionGroup.number).join(SessionGroup, SessionGroup.id == Turn.group_id)
    rows = db.session.execute(query.where(Turn.session_id == session.id).order_by(Turn.number))
    return [
        {
            "uid": turn.uid,
            "number": turn.number,
            "group": group,
            "start": turn.during.lower,
            "end": turn.during.upper,
            "capacity": turn.capacity,
            "taken": turn.taken,
            "factors": turn.factors,
        }
        for turn, group in rows
    ]


def _outcome(outcome: BookingResult) -> dict[str, Any]:
    """As it is stored for the same key: plain JSON."""
    booking = outcome.booking
    return {
        "application_uid": str(outcome.wanted.application_uid),
        "turn_uid": str(outcome.wanted.turn_uid),
        "booking_uid": str(booking.uid) if booking else None,
        "state": str(booking.state) if booking else None,
        "refusal": outcome.refusal.to_json() if outcome.refusal else None,
    }

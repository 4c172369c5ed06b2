"""The page of one session, also with what became of people just placed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.audit import record_access
from examops.catalogue import named_occupation
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.transaction import transaction
from examops.registration.models import Roster
from examops.sessions.booking.filling import Filling
from examops.sessions.booking.no_shows import proposed_no_shows
from examops.sessions.booking.queries import PAGE, Placing, Waiting, bookings_of, placing_of
from examops.sessions.booking.service import takes_bookings
from examops.sessions.checks import check_session
from examops.sessions.declarations.facts import session_facts
from examops.sessions.inputs import PeopleSchema
from examops.sessions.overview.session_view import SessionView, session_view
from examops.sessions.planning.forms import ROLES
from examops.sessions.planning.stations import station_words
from examops.sessions.replacing import is_replaceable
from examops.sessions.states import SESSION_TRANSITIONS, SessionState
from examops.sessions.tags import Tag
from examops.sessions.transitions import ALLOWED_ROLES
from examops.web.inputs import read_valid


def session_page(session_uid: UUID, filling: Filling | None = None) -> ResponseReturnValue:
    """``filling`` stands on top of the page: whoever was not placed, and why."""
    asked = read_valid(PeopleSchema, request.values)
    with transaction():  # what the frame of the page asks too is read in the same transaction
        view = session_view(session_uid)
        words = view.session.number
        record_access(Tag.SESSION_PEOPLE_VIEWED, current_actor(), view.session, clock=clock(), words=words)
        facts = session_facts(view, calendar(), clock())
        found = check_session(facts, rulebook())
        page = render_template(
            "sessions/show.html",
            view=view,
            session=view.session,
            checks=found,
            lender=facts.lender,
            norms=[(one.title, list(one.standard.norms(one.part, rulebook(), facts.day))) for one in facts.groups],
            passed=sum(c.outcome == "pass" for c in found),
            absent=proposed_no_shows(view.session) if view.proposed else [],
            bookings=bookings_of(view.session, asked["after"]),
            page=PAGE,
            moves=_moves(view),
            occupation=named_occupation,
            station_words=station_words,
            filling=filling,
            day=today(clock()),
            can_replace=g.role == "coordinator" and is_replaceable(view.session, clock().now()),
            replaceable=ROLES,
            **_placing(view, asked),
        )
    return page, 409 if filling and not filling.placed else 200


def _moves(view: SessionView) -> list[SessionState]:
    following = SESSION_TRANSITIONS.get(SessionState(view.session.state), ())
    return [to for to in following if g.role in ALLOWED_ROLES.get(to, set())]


def _placing(view: SessionView, asked: dict[str, Any]) -> dict[str, Any]:
    """For each group that somebody could still be placed into, these people, and what they can be chosen by."""
    if g.role != "coordinator" or not takes_bookings(view.session, clock()):
        return {**vars(Placing()), "asked": asked}
    found = placing_of(view.groups, view.session.batch_id, asked["waiting"], waiting_of(asked))
    return {**vars(found), "asked": asked}


def waiting_of(asked: dict[str, Any]) -> Waiting:
    """Of a roster that the reader does not reach, nobody."""
    if asked["roster"] is None:
        return Waiting(asked["team"])
    found = db.session.execute(select(Roster.id).where(Roster.uid == asked["roster"])).scalar_one_or_none()
    return Waiting(asked["team"], found or 0)

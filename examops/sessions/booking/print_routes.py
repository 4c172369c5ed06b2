"""Tickets, door lists and links of a whole session or one turn. Each is written down as an export of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import current_actor, needs
from examops.audit import record
from examops.core.database import db
from examops.core.extensions import clock, settings
from examops.core.language import _
from examops.core.transaction import transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.booking.admission import admissions
from examops.sessions.booking.prints import (
    DOOR_ROWS,
    LINK_ROWS,
    TICKETS_PER_PAGE,
    PrintPage,
    links_workbook,
    placed_people,
    turn_of,
)
from examops.sessions.inputs import PrintSchema
from examops.sessions.models import ExamSession, Turn
from examops.sessions.tags import Tag
from examops.sites.models import Room, Site
from examops.web.downloads import attachment
from examops.web.formats import short_day
from examops.web.inputs import read_valid


@bp.get("/<uuid:session_uid>/tickets")
@needs("coordinator")
def print_tickets(session_uid: UUID) -> ResponseReturnValue:
    """准考证 of everybody in the session or turn, one page of paper each."""
    with transaction():
        session, turn, page = _asked(session_uid, Tag.TICKETS_PRINTED, TICKETS_PER_PAGE)
        tickets = admissions([row.Application.id for row in page.rows])
        photos = {
            one.application.id: url_for("tickets.photo", application_uid=one.application.uid)
            for one in tickets
            if one.candidate.photo_key
        }
        shown = _shown("print_tickets", session, turn, page)
        return render_template("sessions/tickets.html", tickets=tickets, photos=photos, **shown)


@bp.get("/<uuid:session_uid>/door-list")
@needs("coordinator", "internal_supervisor")
def door_list(session_uid: UUID) -> ResponseReturnValue:
    """Who comes to the door, turn by turn, with room to sign."""
    with transaction():
        session, turn, page = _asked(session_uid, Tag.DOOR_LIST_PRINTED, DOOR_ROWS)
        query = select(Room.name, Site.name).join(Site, Site.id == Room.site_id).where(Room.id == session.room_id)
        room, site = db.session.execute(query).one()
        shown = _shown("door_list", session, turn, page)
        return render_template("sessions/door_list.html", rows=page.rows, room=room, site=site, **shown)


@bp.get("/<uuid:session_uid>/links.xlsx")
@needs("coordinator")
def links(session_uid: UUID) -> ResponseReturnValue:
    """Everybody's own link, to be sent on. The file itself says so while they open on the server's machine only."""
    with transaction():
        session, _turn, page = _asked(session_uid, Tag.LINKS_EXPORTED, LINK_ROWS)
        data = links_workbook(page.rows, settings().public_url)
    name = _("{session}-考生链接.xlsx", session=f"{session.title} {short_day(session.starts_at)}")
    return attachment(data, name)


def _asked(session_uid: UUID, tag: Tag, limit: int) -> tuple[ExamSession, Turn | None, PrintPage]:
    """The session, the turn asked for and a page of its people; that they were taken out is written down."""
    asked = read_valid(PrintSchema, request.args)
    session = session_by_uid(session_uid)
    turn = turn_of(session, asked["turn"])
    page = placed_people(session, turn, asked["after"], limit)
    words = session.number
    which = {"turn": turn.number} if turn else {}
    record(tag, current_actor(), session, at=clock().now(), words=words, count=len(page.rows), **which)
    return session, turn, page


def _shown(endpoint: str, session: ExamSession, turn: Turn | None, page: PrintPage) -> dict[str, Any]:
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars()
    named: dict[str, Any] = {"session_uid": session.uid, "turn": turn.uid if turn else None}
    following = url_for(f"sessions.{endpoint}", **named, after=page.following) if page.following else None
    return {"session": session, "turn": turn, "turns": list(turns), "following": following}

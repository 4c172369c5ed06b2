"""The candidate's one link (the code is the key), and the staff's view of the same page."""

from __future__ import annotations

import io
from uuid import UUID

import segno
from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import ColumnElement, select, true

from examops.accounts import count_attempt, current_actor, guarded, needs, open_to_all
from examops.audit import record_access
from examops.catalogue import named_occupation
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock, settings
from examops.core.language import N_, _
from examops.core.scope import SYSTEM, current_scope
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate, StoredVerdict
from examops.registration.models import Application
from examops.sessions.access import in_reach
from examops.sessions.booking.tickets import code_of, ticket_by_code
from examops.sessions.models import Booking, ExamSession, Ticket, Turn
from examops.sessions.tags import Tag
from examops.sites.models import Room, Site

bp = guarded(
    Blueprint("tickets", __name__, url_prefix="/t"),
    open_to_all("考生凭链接里的码查看自己的准考证"),
)
TICKET_VIEWS_PER_WINDOW, MINUTES = 60, 10
LINK = Actor("candidate", None, N_("考生链接"))


@bp.get("/<code>")
def own_ticket(code: str) -> ResponseReturnValue:
    """Unknown codes are counted by address, so that nobody tries many; known ones by the ticket: a whole school looks
    at its tickets from one address."""
    with transaction(SYSTEM):
        found = ticket_by_code(code)
    ticket = found if found and found.revoked_at is None else None
    looked_at = f"ticket:{ticket.uid}" if ticket else f"ticket:{request.remote_addr}"
    with transaction():
        count_attempt(looked_at, limit=TICKET_VIEWS_PER_WINDOW, minutes=MINUTES, clock=clock())
    if ticket is None:
        raise NotFound(N_("这个链接无效或已停用"), advice=N_("请向组织考试的单位要新的链接"))
    with transaction(SYSTEM):
        record_access(Tag.TICKET_VIEWED, LINK, ticket, clock=clock(), words=ticket.number)
        return _answer(_context(ticket))


@bp.get("/application/<uuid:application_uid>")
@needs("coordinator", "internal_supervisor", "city_centre", "district_centre", "city_bureau", "district_bureau")
def staff_ticket(application_uid: UUID) -> ResponseReturnValue:
    with transaction():
        ticket = db.session.execute(
            select(Ticket)
            .join(Application, Application.id == Ticket.application_id)
            .where(Application.uid == application_uid, _in_reach())
        ).scalar_one_or_none()
        if ticket is None:
            raise NotFound(N_("还没有准考证"), advice=N_("排进场次后自动生成"))
        record_access(Tag.TICKET_VIEWED, current_actor(), ticket, clock=clock(), words=ticket.number)
        # The link is the candidate's key: whoever holds it is the candidate. Only who has to send it gets to see it.
        link = url_for("tickets.own_ticket", code=code_of(ticket)) if g.role == "coordinator" else ""
        return _answer({**_context(ticket), "link": link, "origin": settings().public_url})


def _in_reach() -> ColumnElement[bool]:
    """Somebody of a single site sees the tickets of those who come there; everybody else those of their scope."""
    if not current_scope().narrowed:
        return true()
    placed = select(Booking.id).join(ExamSession, ExamSession.id == Booking.session_id)
    return placed.where(Booking.application_id == Application.id, in_reach()).exists()


def _context(ticket: Ticket) -> dict:
    application, candidate = db.session.execute(
        select(Application, Candidate).join(Candidate).where(Application.id == ticket.application_id)
    ).one()
    verdict = db.session.get(StoredVerdict, application.verdict_id) if application.verdict_id else None
    places = db.session.execute(
        select(Booking, ExamSession, Turn, Room, Site)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(Room, Room.id == ExamSession.room_id)
        .join(Site, Site.id == ExamSession.site_id)
        .where(Booking.application_id == application.id, Booking.state != "cancelled")
        .order_by(Turn.during)
    ).all()
    code = code_of(ticket)
    return {
        "ticket": ticket,
        "application": application,
        "candidate": candidate,
        "verdict": verdict,
        "places": places,
        "occupation": named_occupation(application.occupation_code),
        "qr": _qr(code),
        "code": code,
    }


def _qr(code: str) -> Markup:
    """An SVG that carries the opaque code only; reads from a screen and from paper."""
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, scale=8, omitsize=True, title=_("进门出示这个码")
    )
    return Markup(out.getvalue().decode())  # noqa: S704  drawn by our own generator from A–Z and 2–7


def _answer(context: dict) -> Response:
    response = make_response(render_template("sessions/ticket.html", **context))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

"""The candidate's one link (the code is the key), the staff's view of the same page, and the photo on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select, true

from examops.accounts import count_attempt, current_actor, guarded, is_inside, needs, open_to_all, shown_name
from examops.audit import record_access
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock, settings, store
from examops.core.language import N_
from examops.core.scope import SYSTEM, current_scope
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate, StoredVerdict
from examops.registration import ApplicationState
from examops.registration.models import Application
from examops.sessions.access import in_reach
from examops.sessions.booking.admission import Admission, admissions, photo_inside, photo_kind
from examops.sessions.booking.prints import is_local, local_words
from examops.sessions.booking.tickets import code_of, ticket_by_code
from examops.sessions.models import Booking, ExamSession, Ticket
from examops.sessions.tags import Tag

bp = guarded(
    Blueprint("tickets", __name__, url_prefix="/t"),
    open_to_all("考生凭链接里的码查看自己的准考证"),
)
TICKET_VIEWS_PER_WINDOW, MINUTES = 60, 10
LINK = Actor("candidate", None, N_("考生链接"))
INSIDE = ("coordinator", "internal_supervisor")


@bp.get("/<code>")
def own_ticket(code: str) -> ResponseReturnValue:
    """Unknown codes are counted by address, so that nobody tries many; known ones by the ticket: a whole school looks
    at its tickets from one address."""
    with transaction(SYSTEM):
        known = ticket_by_code(code)
    ticket = known if known and known.revoked_at is None else None
    looked_at = f"ticket:{ticket.uid}" if ticket else f"ticket:{request.remote_addr}"
    with transaction():
        count_attempt(looked_at, limit=TICKET_VIEWS_PER_WINDOW, minutes=MINUTES, clock=clock())
    if ticket is None:
        raise NotFound(N_("这个链接无效或已停用"), advice=N_("请向组织考试的单位要新的链接"))
    with transaction(SYSTEM):
        record_access(Tag.TICKET_VIEWED, LINK, ticket, clock=clock(), words=ticket.number)
        (admission,) = admissions([ticket.application_id])
        person = admission.candidate
        return _answer(admission, name=person.name, photo=photo_inside(person, store()))


@bp.get("/application/<uuid:application_uid>")
@needs("coordinator", "internal_supervisor", "city_centre", "district_centre", "city_bureau", "district_bureau")
def staff_ticket(application_uid: UUID) -> ResponseReturnValue:
    with transaction():
        ticket = _ticket_in_reach(application_uid)
        record_access(Tag.TICKET_VIEWED, current_actor(), ticket, clock=clock(), words=ticket.number)
        (found,) = admissions([ticket.application_id])
        # The link is the candidate's key: whoever holds it is the candidate. Only who has to send it gets to see it.
        link = url_for("tickets.own_ticket", code=code_of(ticket)) if g.role == "coordinator" else ""
        photo = photo_inside(found.candidate, store()) if is_inside(ticket.body_id) else ""
        origin = settings().public_url
        warning = local_words() if link and is_local(origin) else ""
        shown = {"link": link, "origin": origin, "warning": warning}
        return _answer(found, name=shown_name(found.candidate), photo=photo, has_code=bool(link), **shown)


@bp.get("/application/<uuid:application_uid>/photo")
@needs(*INSIDE)
def photo(application_uid: UUID) -> ResponseReturnValue:
    """The photo on a ticket that is printed with others."""
    with transaction():
        ticket = _ticket_in_reach(application_uid)
        record_access(Tag.TICKET_VIEWED, current_actor(), ticket, clock=clock(), words=ticket.number)
        key = db.session.execute(
            select(Candidate.photo_key)
            .join(Application, Application.candidate_id == Candidate.id)
            .where(Application.id == ticket.application_id)
        ).scalar_one()
    if not key:
        raise NotFound(N_("没有照片"), advice=N_("在名单里上传照片"))
    data = store().get("documents", key)
    return Response(data, mimetype=photo_kind(data))


def _ticket_in_reach(application_uid: UUID) -> Ticket:
    ticket = db.session.execute(
        select(Ticket)
        .join(Application, Application.id == Ticket.application_id)
        .where(Application.uid == application_uid, _in_reach())
    ).scalar_one_or_none()
    if ticket is None:
        raise NotFound(N_("还没有准考证"), advice=N_("排进场次后自动生成"))
    return ticket


def _in_reach() -> ColumnElement[bool]:
    """Somebody of a single site sees the tickets of those who come there; everybody else those of their scope."""
    if not current_scope().narrowed:
        return true()
    placed = select(Booking.id).join(ExamSession, ExamSession.id == Booking.session_id)
    return placed.where(Booking.application_id == Application.id, in_reach()).exists()


def _answer(found: Admission, *, name: str, photo: str, has_code: bool = True, **more: Any) -> Response:
    """``name`` and ``photo`` as this reader may see them; the code is the candidate's key, as the link is."""
    verdict_id = found.application.verdict_id
    has_code = has_code and found.application.state != ApplicationState.WITHDRAWN  # nobody comes in by it any more
    page = render_template(
        "sessions/ticket.html",
        one=found,
        ticket=found.ticket,
        application=found.application,
        candidate=found.candidate,
        occupation=found.occupation,
        places=found.places,
        qr=found.qr if has_code else None,
        verdict=db.session.get(StoredVerdict, verdict_id) if verdict_id else None,
        name=name,
        photo=photo,
        **more,
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

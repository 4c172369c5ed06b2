"""准考证 as it is printed: one page for each application, read in two queries for any number of them."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from markupsafe import Markup
from sqlalchemy import select

from examops.catalogue import named_occupation
from examops.core.database import db
from examops.core.language import _
from examops.core.store import Store, StoreError
from examops.eligibility.models import Candidate
from examops.organisations.models import Body
from examops.registration.models import Application, Batch
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Booking, ExamSession, Ticket, Turn
from examops.sites.models import Room, Site

PNG = b"\x89PNG"


@dataclass(frozen=True)
class Admission:
    """One person's ticket. ``places`` are rows of (Booking, ExamSession, Turn, Room, Site) by time."""

    ticket: Ticket
    application: Application
    candidate: Candidate
    batch: Batch
    body: Body
    occupation: Any
    places: Sequence[Any]

    @property
    def code(self) -> str:
        return code_of(self.ticket)

    @property
    def qr(self) -> Markup:
        return draw_code(self.code)


def admissions(application_ids: Sequence[int]) -> list[Admission]:
    """In the order asked for; applications without a ticket are left out."""
    found: Any = select(Ticket, Application, Candidate, Batch, Body)
    query = (
        found.join(Application, Application.id == Ticket.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Batch, Batch.id == Application.batch_id)
        .join(Body, Body.id == Application.body_id)
        .where(Ticket.application_id.in_(application_ids))
    )
    rows = {row.Application.id: row for row in db.session.execute(query)}
    places = _places(list(rows))
    return [
        Admission(
            row.Ticket,
            row.Application,
            row.Candidate,
            row.Batch,
            row.Body,
            named_occupation(row.Application.occupation_code),
            places[row.Application.id],
        )
        for row in (rows[one] for one in application_ids if one in rows)
    ]


def _places(application_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: Any = select(Booking, ExamSession, Turn, Room, Site)
    query = (
        found.join(ExamSession, ExamSession.id == Booking.session_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(Room, Room.id == ExamSession.room_id)
        .join(Site, Site.id == ExamSession.site_id)
        .where(Booking.application_id.in_(application_ids), Booking.state != "cancelled")
        .order_by(Turn.during)
    )
    by_application: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        by_application[row.Booking.application_id].append(row)
    return by_application


def draw_code(code: str) -> Markup:
    """An SVG that carries the opaque code only; reads from a screen and from paper."""
    out = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, scale=8, omitsize=True, title=_("进门出示这个码")
    )
    return Markup(out.getvalue().decode())  # noqa: S704  drawn by our own generator from A–Z and 2–7


def photo_inside(candidate: Candidate, store: Store) -> str:
    """The photo as an address that holds it, so that a saved page keeps it; empty without one, or without the store."""
    if not candidate.photo_key:
        return ""
    try:
        data = store.get("documents", candidate.photo_key)
    except StoreError:  # a ticket without its photo still opens the door: the desk has its own picture
        return ""
    return f"data:{photo_kind(data)};base64,{base64.b64encode(data).decode()}"


def photo_kind(data: bytes) -> str:
    return "image/png" if data.startswith(PNG) else "image/jpeg"

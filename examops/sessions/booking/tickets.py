"""准考证: one per application, with an opaque random code in its QR."""

from __future__ import annotations

import secrets
from base64 import b32encode

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.extensions import keyring
from examops.core.keys import digest_of
from examops.core.numbers import next_number
from examops.registration.models import Application
from examops.sessions.models import Ticket
from examops.sessions.tags import Tag


def new_code() -> str:
    """26 characters of A–Z and 2–7: 128 random bits, and a small QR (alphanumeric mode)."""
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def issue_ticket(application: Application, *, clock: Clock, actor: Actor) -> Ticket:
    """The application's ticket; made at the first call."""
    found = db.session.execute(select(Ticket).where(Ticket.application_id == application.id)).scalar_one_or_none()
    if found is not None:
        return found
    year, code = today(clock).year, new_code()
    number = f"{year}{application.level}{next_number(f'ticket:{year}'):07d}"
    ticket = Ticket(
        **owner_of(application),
        application_id=application.id,
        number=number,
        code_digest=digest_of(code),
        code_sealed=keyring().seal(code, place_of_code(number)),
        issued_at=clock.now(),
    )
    db.session.add(ticket)
    record(Tag.TICKET_ISSUED, actor, ticket, words=number)
    return ticket


def code_of(ticket: Ticket) -> str:
    """The code itself, to show or print it again."""
    return keyring().open(ticket.code_sealed, place_of_code(ticket.number))


def place_of_code(number: str) -> str:
    """What the sealed code of the ticket with this number is bound to."""
    return f"ticket.code_sealed.{number}"


def ticket_by_code(code: str) -> Ticket | None:
    """Case and blanks do not matter; a revoked ticket is found too, the caller decides."""
    cleaned = code.strip().upper().replace(" ", "")
    return db.session.execute(select(Ticket).where(Ticket.code_digest == digest_of(cleaned))).scalar_one_or_none()

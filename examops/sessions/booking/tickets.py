"""准考证: one per application, with an opaque random code in its QR."""

from __future__ import annotations

import secrets
import uuid
from base64 import b32encode
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db, owner_of
from examops.core.extensions import keyring
from examops.core.keys import digest_of
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
    (number,) = next_ticket_numbers(today(clock).year)
    ticket = Ticket(**new_ticket(application, number, clock.now()))
    db.session.add(ticket)
    record(Tag.TICKET_ISSUED, actor, ticket, words=ticket.number)
    return ticket


def next_ticket_numbers(year: int, count: int = 1) -> list[int]:
    """From the year's sequence: never given twice, nobody waits for anybody, and what is given and not used is a hole.

    Numbers in which a hole would mean something (batches, sessions, applications) come from
    :func:`examops.core.numbers.next_number`, and whoever wants one waits for the transaction that has the one before.
    """
    numbers = text("SELECT next_ticket_number(:year) FROM generate_series(1, :count)")
    return list(db.session.execute(numbers, {"year": year, "count": count}).scalars())


def new_ticket(application: Any, number: int, now: datetime) -> dict[str, Any]:
    """The columns of a ticket with a code of its own. ``application`` has ``id``, ``level`` and its owner."""
    code, written = new_code(), f"{local_day(now).year}{application.level}{number:07d}"
    return {
        **owner_of(application),
        "uid": uuid.uuid4(),
        "application_id": application.id,
        "number": written,
        "code_digest": digest_of(code),
        "code_sealed": keyring().seal(code, place_of_code(written)),
        "issued_at": now,
    }


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

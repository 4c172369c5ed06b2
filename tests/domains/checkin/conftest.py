"""An exam day at the door: people booked into two turns, their codes, and a desk to scan at."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.transaction import transaction
from examops.sessions.booking.service import book_one
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Ticket
from tests.factories import DAY, Factory

ID_NUMBER = "440604199001010018"


@pytest.fixture
def exam(make: Factory, clock):
    """Three people booked into turn 1, one into turn 2; the clock stands at 08:40, the turns start 09:00 and 09:40."""
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, make.room(make.site(body)), turns=2, capacity=4, starts_at=DAY)
    clock.instant = DAY - timedelta(hours=2)
    applications = make.applications(batch, body, 3)
    applications.append(make.application(batch, make.candidate(body, id_number=ID_NUMBER)))
    for application, turn in zip(applications, [turns[0]] * 3 + [turns[1]], strict=True):
        with transaction():
            book_one(application.uid, turn.uid, actor=Actor.system("test"), clock=clock)
    session.state = "running"
    make.save(session)
    clock.instant = DAY - timedelta(minutes=20)
    return body, session, turns, applications


@pytest.fixture
def codes(exam) -> list[str]:
    tickets = {ticket.application_id: ticket for ticket in db.session.execute(select(Ticket)).scalars()}
    found = [code_of(tickets[application.id]) for application in exam[3]]
    db.session.rollback()
    return found


@pytest.fixture
def desk(exam, make: Factory, sign_in, clock):
    """Scan at the door of the session as its proctor."""
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))

    def scan(code: str = "", nonce: str | None = None, id_number: str = "", session=None, **more):
        body = {
            "nonce": nonce or str(uuid.uuid4()),
            "scanned_at": clock.now().isoformat(),
            "code": code,
            "id_number": id_number,
            **more,
        }
        return client.post(f"/desk/{(session or exam[1]).uid}/scans", json=body)

    return scan

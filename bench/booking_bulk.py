"""A thousand bookings in one call of the function that books, and the least rows of a thousand bookings, inserted.

Both as the web role in one transaction of one connection. CPU of this process and of the database: other work on the
machine changes it least.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.applicants import applicants
from bench.bare import BOOKED, ENTRY, ISSUED, LOGGED, TAKEN, TURNS
from bench.cpu import cpu_of_servers
from bench.installation import installation
from examops.app.factory import create_app
from examops.core.actor import Actor
from examops.core.clock import SystemClock
from examops.core.database import db, owner_of
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.registration.models import Application
from examops.sessions.booking import BookingRequest, book
from examops.sessions.models import Turn
from tests.factories import DAY, Factory

PEOPLE, TIMES = 1000, 3
ACTOR = Actor.system("bench")
Act = Callable[[Turn, list[Application]], None]


def run() -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder, installation(Path(folder)) as (settings, _):
        app = create_app(settings)
        with app.app_context():
            set_scope(SYSTEM)
            spent = [(_seconds(_book), _seconds(_insert)) for _ in range(TIMES)]
    ours, bare = (PEOPLE / median(times) for times in zip(*spent, strict=True))
    return [
        {
            "name": "booking_bulk",
            "ours": round(ours),
            "peer": round(bare),
            "peer_name": "turn, bookings, tickets and a line of the log for each, inserted",
            "ratio": round(ours / bare, 3),
            "unit": f"bookings per CPU second, {PEOPLE} in one call",
            "goal": "ratio >= 0.5",
        }
    ]


def _seconds(act: Act) -> float:
    """CPU seconds of one call, for new people and a new turn."""
    make = Factory(db.session)
    body = make.body()
    batch, later = make.batch(body), DAY.replace(year=DAY.year + 2)
    _, (turn,) = make.session_with_turns(batch, make.room(make.site(body)), capacity=PEOPLE, starts_at=later)
    people = applicants(batch, PEOPLE)
    began, servers = time.process_time(), cpu_of_servers()
    with transaction(SYSTEM):
        act(turn, people)
    after = cpu_of_servers() - servers
    return time.process_time() - began + after.database


def _book(turn: Turn, people: list[Application]) -> None:
    results = book([BookingRequest(one.uid, turn.uid) for one in people], actor=ACTOR, clock=SystemClock())
    assert all(result.booking for result in results)


def _insert(turn: Turn, people: list[Application]) -> None:
    execute, owner, now = db.session.execute, owner_of(turn), datetime.now(UTC)
    execute(TAKEN.where(TURNS.c.id == turn.id).values(taken=TURNS.c.taken + len(people)))
    placed = {"session_id": turn.session_id, "turn_id": turn.id, "during": turn.during, "state": "confirmed"}
    booked = [
        {**owner, **placed, "uid": uuid.uuid4(), "application_id": one.id, "person_id": one.person_id, "part": "skill"}
        for one in people
    ]
    execute(BOOKED, booked)
    numbers = [(one, uuid.uuid4().hex) for one in people]
    sealed = [{"number": number, "code_digest": number.encode(), "code_sealed": b""} for _, number in numbers]
    ticketed = [{"uid": uuid.uuid4(), "application_id": one.id, "issued_at": now} for one in people]
    execute(ISSUED, [{**owner, **one, **more} for one, more in zip(sealed, ticketed, strict=True)])
    execute(LOGGED, [{**owner, **ENTRY, "uid": uuid.uuid4(), "at": now, "subject_uid": one["uid"]} for one in booked])


if __name__ == "__main__":
    print(run())

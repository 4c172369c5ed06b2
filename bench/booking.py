"""Bookings over HTTP, 64 clients at once: 50 places for 128 people, a hot session of 500 places, eight sessions.

Beside it, in the same run and served by the same gunicorn, the least that a route must do for the rows of a booking
(:mod:`bench.bare`). CPU says how dear a booking is; the rates also say how long clients waited for one turn.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask

from bench.applicants import applicants
from bench.installation import servers
from bench.rush import Rush, rush
from bench.signed_in import headers_of
from examops.app.factory import create_app
from examops.core.database import db
from examops.core.scope import SYSTEM, set_scope
from examops.sessions.models import ExamSession, Turn
from tests.factories import DAY, Factory

CLIENTS = 64
BookingRequest = tuple[str, str, str]  # session, application and turn by uid
BARE = "a bare route that writes the same rows"


def run() -> list[dict[str, Any]]:
    with ExitStack() as stack:
        both = stack.enter_context(servers(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        settings, address = stack.enter_context(both.served("one"))
        beside = stack.enter_context(both.served_beside("one", "bench.bare:create()"))
        app = create_app(settings)

        def ours(sessions: int, places: int, people: int) -> Rush:
            return _rush(app, f"{address}/sessions/{{session}}/bookings", sessions, places, people)

        def bare(sessions: int, places: int, people: int) -> Rush:
            return _rush(app, f"{beside}/bookings", sessions, places, people)

        for warm in ours, bare:  # every connection plans its statements some ten times
            warm(8, 64, 512)
        first = ours(1, 50, 128)
        hot, bare_hot, wide, bare_wide = ours(1, 512, 512), bare(1, 512, 512), ours(8, 64, 512), bare(8, 64, 512)
    assert first.statuses.get(201) == 50, first.statuses
    assert {201: 512} == hot.statuses == bare_hot.statuses == wide.statuses == bare_wide.statuses
    unit = "bookings/s over HTTP, 64 clients"
    return [
        _row("booking.hot_session", hot.per_second, bare_hot.per_second, BARE, unit),
        _row("booking.eight_sessions", wide.per_second, bare_wide.per_second, BARE, unit),
        _row("booking.eight_over_hot", wide.per_second, hot.per_second, "one hot session", unit, "ratio >= 1.7"),
        _row("booking.cpu", wide.cpu_ms, bare_wide.cpu_ms, BARE, "CPU ms of web and database", "ratio <= 1.6"),
        _row("booking.cpu_web", wide.web_cpu_ms, bare_wide.web_cpu_ms, BARE, "CPU ms of the web"),
        _row("booking.cpu_database", wide.database_cpu_ms, bare_wide.database_cpu_ms, BARE, "CPU ms of the database"),
        _row("booking.cpu_hot", hot.cpu_ms, bare_hot.cpu_ms, BARE, "CPU ms of web and database, one hot session"),
        _row(
            "booking.hot_p95", hot.percentile(95), bare_hot.percentile(95), BARE, "ms, 64 clients waiting for one turn"
        ),
        _row("booking.rush_50_places_booked", first.statuses[201], 50, "places", "bookings of 128 tries", "ours = 50"),
    ]


def _row(name: str, ours: float, peer: float, peer_name: str, unit: str, goal: str = "–") -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 3),
        "unit": unit,
        "goal": goal,
    }


def _rush(app: Flask, address: str, sessions: int, places: int, people: int) -> Rush:
    """New people for new sessions of one turn each; ``address`` may name the session."""
    with app.app_context():
        set_scope(SYSTEM)
        make = Factory(db.session)
        body = make.body()
        batch, site = make.batch(body), make.site(body)
        later = DAY.replace(year=DAY.year + 2)
        held = [
            make.session_with_turns(batch, make.room(site), capacity=places, starts_at=later) for _ in range(sessions)
        ]
        requests = _booking_requests([(session, turns[0]) for session, turns in held], applicants(batch, people))
        headers = headers_of(app, make.user("coordinator", body, login=str(uuid.uuid4())))
        db.session.remove()

    def book(pool: urllib3.PoolManager, booking_request: BookingRequest) -> int:
        session, application, turn = booking_request
        asked = {"application_uid": application, "turn_uid": turn}
        return pool.request("POST", address.format(session=session), json=asked, headers=headers).status

    return rush([requests[n::CLIENTS] for n in range(CLIENTS)], book)


def _booking_requests(held: Sequence[tuple[ExamSession, Turn]], applications: Sequence[Any]) -> list[BookingRequest]:
    return [
        (str(session.uid), str(application.uid), str(turn.uid))
        for n, application in enumerate(applications)
        for session, turn in [held[n % len(held)]]
    ]


if __name__ == "__main__":
    print(run())

"""Bookings per second over HTTP: 64 clients at once, 50 places, then a hot session of 500 places.

Beside it: the same clients asking for a page that does nothing (the floor of web and network), the same bookings spread
over eight sessions (nobody waits for the same turn), and the rows alone, written without any rule by one connection.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask
from sqlalchemy import insert

from bench.installation import installation
from bench.rush import Rush, rush
from bench.signed_in import headers_of
from config.settings import Settings
from examops.app.factory import create_app
from examops.core.database import db
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.sessions.models import Booking, ExamSession, Turn
from tests.factories import DAY, Factory

CLIENTS = 64
BookingRequest = tuple[str, str, str]  # session, application and turn by uid


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        app = create_app(settings)
        first = _rush(app, settings, address, sessions=1, places=50, people=128)
        hot = _rush(app, settings, address, sessions=1, places=500, people=512)
        wide = _rush(app, settings, address, sessions=8, places=64, people=512)
        floor = rush([[f"{address}/privacy-notice"] * 8] * CLIENTS, _measure_page)
        bare = _bare(app, 512)
    assert first.statuses.get(201) == 50, first.statuses
    unit = "bookings/s over HTTP, 64 clients"
    return [
        _row(
            "booking.hot_session", hot.per_second, bare, "the rows alone, one connection, a commit each, no rule", unit
        ),
        _row("booking.hot_session_floor", hot.per_second, floor.per_second, "a request that only redirects", unit),
        _row("booking.eight_sessions", wide.per_second, hot.per_second, "one hot session", unit),
        _row(
            "booking.cpu",
            hot.cpu_ms,
            floor.cpu_ms,
            "a request that only redirects",
            "CPU ms of web and database per booking",
        ),
        _row("booking.hot_p95", hot.percentile(95), None, None, "ms, 64 clients waiting for one turn"),
        _row("booking.rush_50_places_booked", first.statuses[201], 50, "places", "bookings of 128 tries", "exactly 50"),
    ]


def _row(
    name: str, ours: float, peer: float | None, peer_name: str | None, unit: str, goal: str = "–"
) -> dict[str, Any]:
    ratio = round(ours / peer, 3) if peer else None
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1) if peer else None,
        "peer_name": peer_name,
        "ratio": ratio,
        "unit": unit,
        "goal": goal,
    }


def _rush(app: Flask, settings: Settings, address: str, sessions: int, places: int, people: int) -> Rush:
    with app.app_context():
        set_scope(SYSTEM)
        make = Factory(db.session)
        body = make.body()
        batch, site = make.batch(body), make.site(body)
        later = DAY.replace(year=DAY.year + 2)
        held = [
            make.session_with_turns(batch, make.room(site), capacity=places, starts_at=later) for _ in range(sessions)
        ]
        requests = _booking_requests(
            [(session, turns[0]) for session, turns in held], make.applications(batch, body, people)
        )
        headers = headers_of(app, make.user("coordinator", body, login=str(uuid.uuid4())))
        db.session.remove()

    def book(pool: urllib3.PoolManager, booking_request: BookingRequest) -> int:
        session, application, turn = booking_request
        url, asked = f"{address}/sessions/{session}/bookings", {"application_uid": application, "turn_uid": turn}
        return pool.request("POST", url, json=asked, headers=headers).status

    return rush([requests[n::CLIENTS] for n in range(CLIENTS)], book)


def _booking_requests(held: Sequence[tuple[ExamSession, Turn]], applications: Sequence[Any]) -> list[BookingRequest]:
    return [
        (str(session.uid), str(application.uid), str(turn.uid))
        for n, application in enumerate(applications)
        for session, turn in [held[n % len(held)]]
    ]


def _measure_page(pool: urllib3.PoolManager, url: str) -> int:
    return pool.request("GET", url, redirect=False).status


def _bare(app: Flask, count: int) -> float:
    """Rows of bookings per second, each committed by itself."""
    with app.app_context():
        set_scope(SYSTEM)
        make = Factory(db.session)
        body = make.body()
        batch = make.batch(body)
        session, turns = make.session_with_turns(
            batch, make.room(make.site(body)), starts_at=DAY.replace(year=DAY.year + 3)
        )
        owner = {"body_id": body.id, "district": body.district, "session_id": session.id, "turn_id": turns[0].id}
        rows = [
            {
                **owner,
                "uid": uuid.uuid4(),
                "application_id": one.id,
                "person_id": one.person_id,
                "part": "skill",
                "during": turns[0].during,
                "state": "confirmed",
            }
            for one in make.applications(batch, body, count)
        ]
        began = time.perf_counter()
        for row in rows:
            with transaction(SYSTEM):
                db.session.execute(insert(Booking).inline(), row)
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(run())

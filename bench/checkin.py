"""Check-in: eight desks of one session scan all candidates at the same time, over HTTP.

The lot of a turn is dealt at its first scan; beside it the same turn with the lot dealt before, and as the floor a
request of the same person that only asks the desk's state.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask

from bench.installation import installation
from bench.rush import Rush, rush
from bench.signed_in import headers_of
from examops.app.factory import create_app
from examops.checkin.lots import draw_lots
from examops.core.actor import Actor
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.sessions.booking.tickets import code_of, issue_ticket
from examops.sessions.models import ExamSession, Turn
from tests.factories import Factory

DESKS, TURNS, PEOPLE = 8, 4, 40
ACTOR, CLOCK = Actor.system("bench"), SystemClock()
GOAL = "p95 <= 300 ms"


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        app = create_app(settings)
        fresh, state = _door(app, address, dealt=False)
        dealt, _ = _door(app, address, dealt=True)
        floor = state()
    assert fresh.statuses == {200: TURNS * PEOPLE}, fresh.statuses
    unit = f"scans/s over HTTP, {DESKS} desks"
    dealt_name, floor_name = "the same with the lot already dealt", "the desk's state, nothing written"
    return [
        _row("checkin.scans", fresh.per_second, dealt.per_second, dealt_name, unit, "–"),
        _row("checkin.p50", fresh.percentile(50), dealt.percentile(50), dealt_name, "ms", "–"),
        _row("checkin.p95", fresh.percentile(95), dealt.percentile(95), dealt_name, "ms", GOAL),
        _row("checkin.cpu", fresh.cpu_ms, floor.cpu_ms, floor_name, "CPU ms of web and database per scan", "–"),
        _row("checkin.p95_floor", fresh.percentile(95), floor.percentile(95), floor_name, "ms", "–"),
    ]


def _row(name: str, ours: float, peer: float, peer_name: str, unit: str, goal: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": peer_name,
        "ratio": round(ours / peer, 2),
        "unit": unit,
        "goal": goal,
    }


def _door(app: Flask, address: str, *, dealt: bool) -> tuple[Rush, Callable[[], Rush]]:
    """Everybody through the door, and a way to ask for its state as often."""
    with app.app_context():
        set_scope(SYSTEM)
        session, turns, codes, headers = _session(app)
        if dealt:
            with transaction(SYSTEM):
                for turn in turns:
                    draw_lots(turn, session, actor=ACTOR, clock=CLOCK)
        url = f"{address}/desk/{session.uid}"
        db.session.remove()

    def scan(pool: urllib3.PoolManager, code: str) -> int:
        reading = {"code": code, "nonce": str(uuid.uuid4()), "scanned_at": datetime.now(UTC).isoformat()}
        answer = pool.request("POST", f"{url}/scans", json=reading, headers=headers)
        assert answer.json()["admitted"], answer.json()
        return answer.status

    def look(pool: urllib3.PoolManager, code: str) -> int:
        return pool.request("GET", f"{url}/state", headers=headers).status

    shares = [codes[n::DESKS] for n in range(DESKS)]
    return rush(shares, scan), lambda: rush(shares, look)


def _session(app: Flask) -> tuple[ExamSession, list[Turn], list[str], dict[str, str]]:
    """A session that begins in a quarter of an hour, its turns full of people with tickets."""
    make = Factory(db.session)
    body = make.body()
    batch, room = make.batch(body), make.room(make.site(body), stations=PEOPLE)
    starts = datetime.now(UTC) + timedelta(minutes=15)
    session, turns = make.session_with_turns(
        batch, room, TURNS, capacity=PEOPLE, starts_at=starts, state="running", bookings_close_at=starts
    )
    for turn in turns:  # all at once, so that every scan is in time
        turn.during = turns[0].during
    db.session.commit()
    codes = []
    for turn in turns:
        for application in make.applications(batch, body, PEOPLE):
            make.booking(turn, application)
            codes.append(code_of(issue_ticket(application, clock=CLOCK, actor=ACTOR)))
    db.session.commit()
    user = make.user("examiner", body, login=str(uuid.uuid4()))
    make.duty(session, make.staff(body, user_id=user.id))
    return session, turns, codes, headers_of(app, user)


if __name__ == "__main__":
    print(run())

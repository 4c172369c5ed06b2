"""Check-in: eight desks of one session scan all candidates at the same time, over HTTP.

The lot of a turn is drawn when its desk is opened, as all eight are before the first scan; beside it the same turns
with the lots drawn long before. What a scan and a look
at the desk's state cost stands beside the least that a route must do for the same rows (:mod:`bench.bare_desk`), served
by the same gunicorn in the same run.
"""

from __future__ import annotations

import tempfile
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from flask import Flask

from bench.installation import servers
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
OURS, LEAST = ("/desk/{}/scans", "/desk/{}/state"), ("/scans", "/state/{}")  # addresses of a session by its uid
GOAL = "ours <= 100"
DEALT, BARE = "the same with the lots drawn before", "a bare route that reads and writes the same rows"


def run() -> list[dict[str, Any]]:
    with ExitStack() as stack:
        both = stack.enter_context(servers(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        settings, address = stack.enter_context(both.served("one"))
        beside = stack.enter_context(both.served_beside("one", "bench.bare_desk:create()"))
        app = create_app(settings)
        for _ in range(2):  # every connection plans its statements some ten times
            for warm in (_door(app, address, OURS), _door(app, beside, LEAST)):
                warm.scans()
                warm.looks()
        undrawn = _door(app, address, OURS, dealt=False)
        opened, fresh = undrawn.opens(), undrawn.scans()
        ours, bare = _door(app, address, OURS), _door(app, beside, LEAST)
        reopened = ours.opens()
        dealt, least = ours.scans(), bare.scans()
        looks, least_looks = ours.looks(), bare.looks()
    assert opened.statuses == reopened.statuses == {200: DESKS}
    assert fresh.statuses == dealt.statuses == least.statuses == {200: TURNS * PEOPLE}
    unit = f"scans/s over HTTP, {DESKS} desks"
    return [
        _row("checkin.scans", fresh.per_second, dealt.per_second, DEALT, unit, "–"),
        _row("checkin.p50", fresh.percentile(50), dealt.percentile(50), DEALT, "ms", "–"),
        _row("checkin.p95", fresh.percentile(95), dealt.percentile(95), DEALT, "ms", GOAL),
        _row("checkin.opening", 1000 * max(opened.times), 1000 * max(reopened.times), DEALT, "ms, slowest of 8", "–"),
        *_beside("checkin.cpu", dealt, least, "ratio <= 1.6"),
        *_beside("checkin.state", looks, least_looks, "ratio <= 1.5"),
    ]


def _beside(name: str, ours: Rush, bare: Rush, goal: str) -> list[dict[str, Any]]:
    """CPU ms of one answer."""
    return [
        _row(name, ours.cpu_ms, bare.cpu_ms, BARE, "CPU ms of web and database", goal),
        _row(f"{name}_web", ours.web_cpu_ms, bare.web_cpu_ms, BARE, "CPU ms of the web", "–"),
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


@dataclass(frozen=True)
class Door:
    """The addresses of a desk, and everybody's code."""

    page: str
    scan: str
    state: str
    headers: dict[str, str]
    codes: list[str]

    def scans(self) -> Rush:
        """Everybody through the door."""
        return rush(self._shares(), self._scan)

    def opens(self) -> Rush:
        """Each desk opens its page; draws what is not drawn yet."""
        return rush([[self.page]] * DESKS, lambda pool, page: pool.request("GET", page, headers=self.headers).status)

    def looks(self) -> Rush:
        """The state of the desk, asked as often."""
        return rush(self._shares(), self._look)

    def _shares(self) -> list[list[str]]:
        return [self.codes[n::DESKS] for n in range(DESKS)]

    def _scan(self, pool: urllib3.PoolManager, code: str) -> int:
        reading = {"code": code, "nonce": str(uuid.uuid4()), "scanned_at": datetime.now(UTC).isoformat()}
        answer = pool.request("POST", self.scan, json=reading, headers=self.headers)
        assert answer.json().get("admitted", True), answer.json()
        return answer.status

    def _look(self, pool: urllib3.PoolManager, _code: str) -> int:
        return pool.request("GET", self.state, headers=self.headers).status


def _door(app: Flask, address: str, paths: tuple[str, str], *, dealt: bool = True) -> Door:
    with app.app_context():
        set_scope(SYSTEM)
        session, turns, codes, headers = _session(app)
        if dealt:
            with transaction(SYSTEM):
                for turn in turns:
                    draw_lots(turn, session, actor=ACTOR, clock=CLOCK)
        uid = session.uid
        db.session.remove()
    scan, state = paths
    return Door(
        f"{address}/desk/{uid}", f"{address}{scan.format(uid)}", f"{address}{state.format(uid)}", headers, codes
    )


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

"""Bookings per second over HTTP: 64 clients at once, 50 places, then a hot session of 500 places."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import urllib3
from flask import session as browser
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from bench.installation import installation
from config.settings import Settings
from examops.core.database import db
from examops.core.scope import SYSTEM, enter_scope
from examops.factory import create_app
from tests.factories import DAY, Factory

CLIENTS = 64


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        rush = _rush(settings, address, places=50, people=128)
        hot = _rush(settings, address, places=500, people=512)
    assert rush["booked"] == 50, rush
    unit = "bookings/s over HTTP, 64 clients"
    return [
        {"name": "booking.hot_session", "ours": hot["per_second"], "peer": None, "peer_name": None, "ratio": None, "unit": unit, "goal": "exact"},
        {"name": "booking.rush_50_places_booked", "ours": rush["booked"], "peer": 50, "peer_name": "places", "ratio": rush["booked"] / 50,
         "unit": "bookings of 128 tries", "goal": "exactly 50"},
    ]  # fmt: skip


def _rush(settings: Settings, address: str, places: int, people: int) -> dict[str, Any]:
    app = create_app(settings)
    with app.app_context():
        enter_scope(SYSTEM)
        make = Factory(db.session)
        body = make.body()
        batch = make.batch(body)
        later = DAY.replace(year=2027)
        session, turns = make.session_with_turns(batch, make.room(make.site(body)), capacity=places, starts_at=later)
        wishes = [(str(application.uid), str(turns[0].uid)) for application in make.applications(batch, body, people)]
        user = make.user("coordinator", body)
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        cookie = f"examops={signer.dumps({'user': str(user.uid), 'epoch': 1, 'csrf_token': 'x'})}"
        token = _token(app, cookie, address)
        url = f"{address}/sessions/{session.uid}/bookings"
    return _measure(url, wishes, {"Cookie": token[0], "X-CSRFToken": token[1], "Content-Type": "application/json"})


def _token(app: Any, cookie: str, address: str) -> tuple[str, str]:
    """A signed-in cookie whose CSRF token is known."""
    with app.test_request_context():
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        browser.update(signer.loads(cookie.split("=", 1)[1]))
        browser.pop("csrf_token")
        token = generate_csrf()
        return f"examops={signer.dumps(dict(browser))}", token


def _measure(url: str, wishes: list[tuple[str, str]], headers: dict[str, str]) -> dict[str, Any]:
    pool = urllib3.PoolManager(maxsize=CLIENTS, block=True, retries=False)
    barrier, statuses = Barrier(CLIENTS + 1), []

    def work(mine: list[tuple[str, str]]) -> None:
        barrier.wait()
        for application, turn in mine:
            body = {"application_uid": application, "turn_uid": turn}
            statuses.append(pool.request("POST", url, json=body, headers=headers).status)

    threads = [Thread(target=work, args=(wishes[n::CLIENTS],)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    return {
        "booked": statuses.count(201),
        "per_second": len(statuses) / spent,
        "statuses": {s: statuses.count(s) for s in set(statuses)},
    }


if __name__ == "__main__":
    print(run())

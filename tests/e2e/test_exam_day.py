"""An exam day through the whole product in one story: roster, session, tickets, desk, cameras, recorder, review."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from config.settings import load
from examops.app.factory import create_app
from examops.core.database import db
from examops.core.store import Store
from tests.e2e.exam_day import door, morning, review
from tests.e2e.exam_day.clock import MovedClock
from tests.e2e.exam_day.processes import ROOT, Processes
from tests.e2e.exam_day.town import MORNING, Town, furnish, next_minute
from tests.factories import Factory
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3, pytest.mark.rtsp]


@pytest.fixture
def apart(environment: dict[str, str]) -> dict[str, str]:
    """Buckets of its own: what the hours of this day leave of the log in the store would tell on every later log."""
    return {**environment, "EXAMOPS_S3_PREFIX": "t" + secrets.token_hex(4)}


@pytest.fixture
def processes(apart: dict[str, str], tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path, apart)
    yield started
    started.stop()  # those of a town that was never finished
    print(started.last_words())  # shown where the test failed


@pytest.fixture
def moved_clock(tmp_path: Path) -> MovedClock:
    """A month before people come."""
    moved = MovedClock(tmp_path / "clock")
    moved.move(MORNING)
    return moved


@pytest.fixture
def web(apart: dict[str, str], moved_clock: MovedClock) -> Iterator[Flask]:
    """The installation as people meet it; forms carry their tokens. Outlives the server that serves it."""
    made = create_app(load(apart), kind="web", clock=moved_clock)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def town(app: Flask, make: Factory, processes: Processes, web: Flask, moved_clock, serve, open_page) -> Iterator[Town]:
    port, address = free_port(), serve(web)
    parts = web.extensions["examops"]
    settings = replace(parts.settings, public_url=address)
    web.extensions["examops"] = replace(parts, settings=settings)
    Store.custody(settings).make_buckets(30, [address])
    logins, cameras, cards = furnish(make, port)
    for part in ("worker", "scheduler"):
        processes.start(part, "tests.e2e.exam_day.machine", part, str(moved_clock.file))
    processes.start_cameras(port)
    # The desk opens an hour before the first turn: two minutes before people come.
    starts_at = next_minute(datetime.now(UTC)) + timedelta(minutes=58)
    yield Town(address, moved_clock, processes, open_page, logins, cameras, starts_at, cards)
    processes.stop()  # while the web is still there: the recorder has its last words to say


def broken_promises(environ: dict[str, str]) -> list[str]:
    """What ``examops check`` finds, as an operator runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "examops", "check", "--json"], cwd=ROOT, env=environ, capture_output=True
    )
    report = json.loads(done.stdout)
    assert len(report["checks"]) >= 20
    return [f"{check['name']}: {fault}" for check in report["checks"] for fault in check["faults"]]


def is_of_another_month(promise: str) -> bool:
    """The town's clock stood a month back while the day was prepared: the log's own time tells on it, rightly."""
    return re.match(r"audit-chain: entry \d+ claims \S+, but was recorded \S+$", promise) is not None


def only_the_clock(town: Town) -> bool:
    found = broken_promises(town.processes.environ)
    return bool(found) and all(map(is_of_another_month, found))


def assert_nothing_else_was_refused(town: Town, faults: list[str]) -> None:
    """The plan that clashes is; a list of footage may be asked for a moment before it is archived.

    The browser tells of both on its console.
    """
    answers = [(status, path) for status, path in town.refused if not path.endswith("/playlist.m3u8")]
    assert answers == [(409, "/sessions/new")]
    noise = "console: Failed to load resource: the server responded with a status of 4"
    assert [fault for fault in faults if not fault.startswith(noise)] == []


def test_an_exam_day_from_the_roster_to_the_flag(town: Town, faults: list[str], shoot) -> None:
    office = town.enter("coordinator", 1366, 768)
    morning.open_batch(town, office)
    preview = morning.read_roster(town, office)
    morning.see_verdicts(office, preview)
    shoot(office, "day-verdict")
    morning.correct_and_save(office)
    morning.bring_photos(office)
    shoot(office, "day-photos")
    uid = morning.plan_session(town, office)
    shoot(office, "day-clash")
    session = f"{town.address}/sessions/{uid}"
    office.goto(session)
    morning.book_people(office)
    morning.state_recusals(office, session)
    morning.have_it_approved(town, office, session)
    shoot(office, "day-booked")

    town.clock.move(timedelta(0))  # a month later people come
    town.sign_in_again(office, "coordinator")
    review.pair_recorder(town, office)
    office.goto(session)
    codes = [door.read_code(town, office, row) for row in (0, 1, 4)]
    desk = door.open_desk(town, office)
    door.admit(desk, codes[0])
    shoot(desk, "day-admitted")
    door.again(desk, codes[0])
    door.refuse(desk, codes[2], "来得太早", "第 2 轮")
    shoot(desk, "day-refused")
    door.refuse(desk, "NOBODYS234567CODEABCDEFGHI", "查无此人")
    assert "1 / 5" in desk.locator("#s-refused .facts").inner_text()

    review.wait_until_armed(town)
    review.wait_until_archived(town)
    room = review.open_room(town, uid)
    review.play(room, *review.see_frames(town, room))
    review.flag(room)
    shoot(room, "day-review")
    review.see_flag(town, room)
    review.see_log(town, room)
    assert_nothing_else_was_refused(town, faults)
    town.wait_for(lambda: only_the_clock(town), "every promise of `examops check` holds but the one of the moved clock")

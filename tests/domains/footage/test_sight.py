"""A camera begins or ceases to see workstations: planned sessions are counted anew, and told what they lose."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.arming import plan_armings
from examops.footage.trials.models import FitnessTrial
from examops.outbox.models import OutboxNotice
from examops.sessions.booking.service import book_one
from examops.sessions.capacity.outages import any_out
from examops.sessions.capacity.resources import recount
from examops.sessions.models import ExamSession, SessionBreak
from examops.sites import coverage_of
from tests.factories import DAY, Factory

ACTOR = Actor("user", None, "李婷", "coordinator")
TOMORROW = DAY.replace(day=24)
pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def ground(make: Factory, sign_in, clock):
    """A session tomorrow for three people at three workstations, all seen by one camera and by no other; the body's
    coordinator is signed in. The second camera sees all, but nobody has admitted it."""
    body = make.body(telephone="13822220000")
    room = make.room(make.site(body, contact="何工"), stations=3)
    cameras = make.camera(room), make.camera(room, admitted_at=None)
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, turns=1, capacity=3, starts_at=TOMORROW)
    make.panel(session)
    with transaction(SYSTEM):
        recount(session, rulebook())
    for application in make.applications(batch, body, 3):
        with transaction():
            book_one(application.uid, turns[0].uid, actor=ACTOR, clock=clock)
    return room, cameras, turns[0], sign_in(make.user("coordinator", body))


def fresh(row: Any) -> Any:
    db.session.rollback()
    db.session.refresh(row)
    return row


def places(turn: Any) -> int:
    """How many the factors of the turn leave: its capacity never falls below who holds a place."""
    return min(one["allows"] for one in fresh(turn).factors)


def the_break() -> SessionBreak:
    db.session.rollback()
    with transaction(SYSTEM):
        return db.session.execute(select(SessionBreak).execution_options(populate_existing=True)).scalar_one()


def end(client: Any, camera: Any, station: Any, **told: str) -> Any:
    form = {"station": str(station.uid), "act": "end", **told}
    return client.post(f"/cameras/{camera.uid}/marks", data=form)


def test_a_mark_that_ends_is_confirmed_takes_the_place_tells_the_session_and_comes_back(ground, make) -> None:
    room, (camera, _), turn, coordinator = ground
    first = make.stations(room)[0]
    asked = end(coordinator, camera, first)
    assert (asked.status_code, "1 个场次靠这台摄像机" in asked.text, "就有 1 人没有位子" in asked.text) == (
        409,
        True,
        True,
    )
    assert (places(turn), "看得到，没有标位置" in asked.text) == (3, True)
    told = dict(re.findall(r'name="(sessions|people)"\s+value="(\d+)"', asked.text))

    assert end(coordinator, camera, first, **told).status_code == 302
    found = the_break()
    assert (found.people, found.stations, found.cameras, found.settlement) == (1, [first.code], [camera.label], "")
    assert f"看不到 {first.code} 了" in found.reason
    assert (places(turn), fresh(turn).capacity) == (2, 3)
    assert any_out([first.id], turn.during), "a plan measured before and saved now is counted once more"
    with transaction(SYSTEM):
        notices = list(db.session.execute(select(OutboxNotice)).scalars())
    assert [one.recipient for one in notices] == ["13822220000"]
    assert "1 人没有位子" in notices[0].payload["text"]

    assert coordinator.post(f"/cameras/{camera.uid}/marks", data={"station": str(first.uid)}).status_code == 302
    assert (places(turn), the_break().settlement) == (3, "put_back")


def test_what_an_admitted_camera_sees_counts_at_once_for_planned_sessions(ground, make, clock) -> None:
    room, (camera, second), turn, coordinator = ground
    made = make.session
    second.fitness = {"trial": {"state": "passed", "number": "SY2026-0001", "day": "2026-11-23"}}
    made.commit()
    for station in make.stations(room)[:2]:
        asked = end(coordinator, camera, station)
        told = dict(re.findall(r'name="(sessions|people)"\s+value="(\d+)"', asked.text))
        assert end(coordinator, camera, station, **told).status_code == 302
    assert places(turn) == 1
    assert coordinator.post(f"/devices/cameras/{second.uid}/admit").status_code == 302
    assert places(turn) == 3
    db.session.rollback()
    with transaction(SYSTEM):
        assert set(db.session.execute(select(SessionBreak.settlement)).scalars()) == {"put_back"}
    # Both see it now: the mark of one ends, and nobody is asked or told.
    last = make.stations(room)[2]
    assert end(coordinator, camera, last).status_code == 302
    assert places(turn) == 3


def address(camera: Any, **more: str) -> dict[str, str]:
    kept = {"label": camera.label, "position": camera.position, "width": "1280", "height": "720"}
    return {**kept, "source": "rtsp://192.168.1.77/1", **more}


def test_another_address_takes_the_admission_back_until_it_was_tried_and_admitted(ground, make, clock) -> None:
    room, (camera, _), turn, coordinator = ground
    url, before = f"/devices/cameras/{camera.uid}", camera.source
    asked = coordinator.post(url, data=address(camera))
    assert (asked.status_code, "准入前有 3 人没有位子" in asked.text) == (409, True)
    assert (places(turn), fresh(camera).source) == (3, before)
    shown = re.findall(r'name="(sessions|people)"\s+value="(\d+)"', asked.text)
    told = dict(shown[:2])  # of the form that was refused; that of retiring comes after it

    at_change = clock.now()
    assert coordinator.post(url, data=address(camera, **told)).status_code == 302
    found = the_break()
    assert (found.people, found.cameras, found.settlement) == (3, [camera.label], "")
    assert (places(turn), fresh(camera).source) == (0, "rtsp://192.168.1.77/1")
    stations = [one.id for one in make.stations(room)]
    past = Range(at_change - timedelta(days=2), at_change - timedelta(days=1))
    assert coverage_of(stations).throughout(past) == set(stations), "what was seen before the change was seen"
    clock.instant += timedelta(minutes=5)
    assert coordinator.post(url, data=address(camera, source="rtsp://192.168.1.78/1")).status_code == 302
    marked = coordinator.post(f"/cameras/{camera.uid}/marks", data={"station": str(make.stations(room)[0].uid)})
    assert (marked.status_code, "还没有再准入" in marked.text) == (409, True)
    assert "标记停用" in coordinator.get(f"/cameras/{camera.uid}").text
    assert "还没有通过试运行" in coordinator.post(f"{url}/admit").text
    assert places(turn) == 0

    row = fresh(camera)
    row.fitness = {**row.fitness, "trial": {"state": "passed", "number": "SY2026-0001", "day": "2026-11-23"}}
    make.session.commit()
    assert coordinator.post(f"{url}/admit").status_code == 302
    assert (places(turn), the_break().settlement) == (3, "put_back")
    assert coverage_of(stations).throughout(turn.during) == set(stations)
    gap = Range(at_change + timedelta(minutes=1), at_change + timedelta(minutes=2))
    assert coverage_of(stations).throughout(gap) == frozenset()
    assert not {"changed_at", "sight_until"} & set(fresh(camera).fitness)


def test_an_exam_that_is_being_recorded_keeps_its_places_when_the_camera_gets_another_address(
    ground, make, clock
) -> None:
    room, (camera, _), turn, coordinator = ground
    clock.instant = turn.during.lower
    with transaction(SYSTEM):
        session = db.session.get_one(ExamSession, turn.session_id)
        session.state = "running"
        assert plan_armings(session, rulebook(), clock) == 2, "both cameras of the room"
        during = session.during
    url, stations = f"/devices/cameras/{camera.uid}", [one.id for one in make.stations(room)]
    assert coordinator.post(url, data=address(camera)).status_code == 302
    assert places(turn) == 3
    assert coverage_of(stations).throughout(during) == set(stations)
    assert coordinator.post("/trials/", data={"camera": str(camera.uid)}).status_code == 302
    clock.instant += timedelta(minutes=30)
    waiting = coordinator.get("/trials/").text
    assert ("录完再试" in waiting, "没有录像盒接" in waiting) == (True, False)
    later = Range(during.upper + timedelta(days=1), during.upper + timedelta(days=2))
    assert coverage_of(stations).throughout(later) == frozenset()
    row = fresh(camera)
    row.fitness = {**row.fitness, "trial": {"state": "passed", "number": "SY2026-0001", "day": "2026-11-23"}}
    make.session.commit()
    assert coordinator.post(f"{url}/admit").status_code == 302
    assert coverage_of(stations).throughout(later) == set(stations)


def test_a_trial_of_the_address_of_before_says_nothing_of_the_new_one(ground, clock) -> None:
    _, (camera, _), _, coordinator = ground
    assert coordinator.post("/trials/", data={"camera": str(camera.uid)}).status_code == 302
    changed = coordinator.post(f"/devices/cameras/{camera.uid}", data=address(camera, sessions="1", people="3"))
    assert changed.status_code == 302
    with transaction(SYSTEM):
        trial = db.session.execute(select(FitnessTrial)).scalar_one()
        assert (trial.state, trial.cause) == ("could_not_run", "camera_changed")


def test_over_the_api_a_mark_ends_when_what_it_breaks_was_seen(ground, make) -> None:
    room, (camera, _), turn, coordinator = ground
    first = make.stations(room)[0]
    address = f"/api/v1/cameras/{camera.uid}/marks"
    assert {one["is_seen"] for one in coordinator.get(address).json["stations"]} == {True}
    asked = coordinator.delete(f"{address}/{first.uid}")
    assert (asked.status_code, places(turn)) == (409, 3)
    assert (asked.json["params"]["count"], asked.json["params"]["people"]) == (1, 1)
    ended = coordinator.delete(f"{address}/{first.uid}", query_string={"sessions": 1, "people": 1})
    assert (ended.status_code, ended.json["people"], places(turn)) == (200, 1, 2)
    assert {one["code"] for one in ended.json["stations"] if not one["is_seen"]} == {first.code}
    outside = coordinator.put(f"{address}/{first.uid}", json={"x": 9_999, "y": 1})
    half = coordinator.put(f"{address}/{first.uid}", json={"x": 1})
    assert (outside.status_code, list(half.json["errors"])) == (422, ["x"])
    put = coordinator.put(f"{address}/{first.uid}", json={"x": 64, "y": 36})
    assert (put.status_code, places(turn)) == (200, 3)
    marked = {one["code"]: (one["x"], one["y"]) for one in put.json["stations"]}
    assert marked[first.code] == (64, 36)

"""Marks in a camera's picture: what was covered at a past moment is what was marked then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.footage.cameras.states import is_wanted_large
from examops.footage.models import CameraState
from examops.sessions.capacity.resources import recount
from examops.sessions.overview.session_view import session_view
from examops.sites import coverage_of
from examops.sites.models import CameraCoverage
from tests.factories import DAY, Factory


@pytest.fixture
def room(make: Factory):
    """A room of two workstations; its camera sees both, since ever, and nobody has marked where."""
    body = make.body()
    room = make.room(make.site(body), stations=2)
    return body, room, make.camera(room), make.stations(room)


@pytest.fixture
def coordinator(make: Factory, sign_in, room):
    return sign_in(make.user("coordinator", room[0]))


def send(client, camera, station, **form):
    return client.post(f"/cameras/{camera.uid}/marks", data={"station": str(station.uid), **form})


def marks(make: Factory, station) -> list[CameraCoverage]:
    make.session.rollback()
    query = select(CameraCoverage).where(CameraCoverage.workstation_id == station.id).order_by(CameraCoverage.id)
    rows = list(make.session.execute(query).scalars())
    for row in rows:
        make.session.refresh(row)
    return rows


def covered(stations, at) -> set[int]:
    return set(coverage_of(one.id for one in stations).throughout(Range(at, at + timedelta(minutes=30))))


def test_a_mark_takes_its_place_in_the_picture_from_now_on(room, coordinator, make, clock) -> None:
    _, _, camera, (first, _) = room
    assert send(coordinator, camera, first, x="320", y="180").status_code == 302

    before, mark = marks(make, first)
    assert (before.valid.lower, before.valid.upper, before.x) == (None, clock.now(), None)
    assert (mark.valid.lower, mark.valid.upper, mark.x, mark.y) == (clock.now(), None, 0.25, 0.25)
    assert "横 320，纵 180" in coordinator.get(f"/cameras/{camera.uid}").text
    tags = select(AuditEntry.tag).where(AuditEntry.tag.like("camera:mark%"))
    assert list(make.session.execute(tags).scalars()) == ["camera:marked"]


def test_coverage_of_a_past_moment_is_what_was_true_then(room, coordinator, make, clock) -> None:
    _, _, camera, stations = room
    was = clock.now()
    clock.instant = was + timedelta(days=1)
    assert send(coordinator, camera, stations[0], act="end").status_code == 302
    clock.instant = was + timedelta(days=2)
    make.session.rollback()

    assert covered(stations, was) == {one.id for one in stations}
    assert covered(stations, was + timedelta(days=1, hours=1)) == {stations[1].id}
    send(coordinator, camera, stations[0], x="1", y="1")
    make.session.rollback()
    assert covered(stations, was + timedelta(days=1, hours=1)) == {stations[1].id}
    assert covered(stations, was + timedelta(days=3)) == {one.id for one in stations}


def test_a_turn_across_a_new_mark_stays_covered_and_across_a_break_does_not(room, coordinator, make, clock) -> None:
    _, _, camera, stations = room
    was = clock.now()
    send(coordinator, camera, stations[0], x="1", y="1")
    send(coordinator, camera, stations[1], act="end")
    clock.instant = was + timedelta(minutes=1)
    send(coordinator, camera, stations[1], x="9", y="9")
    make.session.rollback()

    assert covered(stations, was - timedelta(minutes=10)) == {stations[0].id}


def test_a_session_counts_with_the_coverage_of_its_own_time(room, coordinator, make, clock) -> None:
    body, where, camera, stations = room
    batch = make.batch(body)
    ended = DAY + timedelta(days=1)
    before, (first,) = make.session_with_turns(batch, where, starts_at=DAY)
    after, (second,) = make.session_with_turns(batch, where, starts_at=DAY + timedelta(days=2))
    for session in (before, after):
        make.panel(session)
    clock.instant = ended
    send(coordinator, camera, stations[0], act="end")
    make.session.rollback()
    for session in (before, after):
        recount(session, rulebook())

    def seen(turn) -> int:
        return next(one["have"] for one in turn.factors if one["code"] == "cameras")

    assert (seen(first), seen(second)) == (2, 1)
    assert [len(session_view(one.uid).cameras[0].seen) for one in (before, after)] == [2, 1]


def test_one_mark_of_a_pair_at_a_time(room, make, clock) -> None:
    """The database refuses what code would miss."""
    body, _, camera, (first, _) = room
    twice = CameraCoverage(
        body_id=body.id,
        district=body.district,
        camera_id=camera.id,
        workstation_id=first.id,
        valid=Range(clock.now(), None),
    )
    with pytest.raises(IntegrityError, match="one_mark_at_a_time"):
        make.save(twice)
    make.session.rollback()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"x": "1281", "y": "1"}, "位置在画面之外"),
        ({"x": "5"}, "横向、纵向位置要一起填"),
        ({"x": "-1", "y": "1"}, "须为 0–10000 的整数"),
    ],
)
def test_a_place_outside_of_the_picture_is_refused(room, coordinator, make, form, words) -> None:
    _, _, camera, (first, _) = room
    answer = send(coordinator, camera, first, **form)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert len(marks(make, first)) == 1


def test_workstations_of_another_room_and_cameras_of_another_body_are_not_found(room, coordinator, make) -> None:
    _, _, camera, _ = room
    foreign = make.room(make.site(make.body()), stations=1)
    other = make.camera(foreign)

    assert send(coordinator, camera, make.stations(foreign)[0], x="1", y="1").status_code == 404
    assert send(coordinator, other, make.stations(foreign)[0], x="1", y="1").status_code == 404
    assert coordinator.get(f"/cameras/{other.uid}").status_code == 404
    page = coordinator.get("/cameras/").text
    assert (camera.label in page, other.label in page) == (True, False)


def test_the_page_shows_the_cameras_own_picture_and_writes_the_look_down(room, coordinator, make, clock) -> None:
    body, _, camera, _ = room
    address = f"/cameras/{camera.uid}"
    assert "还没有画面" in coordinator.get(address).text
    make.save(
        CameraState(
            body_id=body.id,
            district=body.district,
            camera_id=camera.id,
            state="recording",
            reported_at=clock.now(),
            snapshot_at=clock.now(),
            last_good_at=clock.now(),
        )
    )
    page = coordinator.get(address).text

    assert f"snapshots/{camera.uid}.good.jpg" in page
    assert "data-still" in page
    looks = select(AuditEntry.subject_uid).where(AuditEntry.tag == "camera:viewed")
    assert list(make.session.execute(looks).scalars()) == [camera.uid]


def test_while_stations_are_marked_the_camera_sends_large_pictures(room, coordinator, make, clock) -> None:
    """In the wall's small picture nobody reads which workstation is which."""
    body, _, camera, _ = room
    told = {"body_id": body.id, "district": body.district, "camera_id": camera.id, "state": "recording"}
    state = make.save(CameraState(**told, reported_at=clock.now(), snapshot_at=clock.now(), last_good_at=clock.now()))
    assert not is_wanted_large(state, clock.now())
    coordinator.get(f"/cameras/{camera.uid}")
    make.session.rollback()
    make.session.refresh(state)
    assert is_wanted_large(state, clock.now())

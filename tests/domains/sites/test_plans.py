"""Plans of rooms: rooms and workstations entered, a picture made anew, places kept by whoever saw the newest plan."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from examops.audit.models import AuditEntry
from examops.core.extensions import store
from examops.core.file_content import declared_size
from examops.sites.models import CameraPlace, Room, RoomPlan, StationPlace, Workstation
from examops.sites.station_codes import read_codes
from tests.factories import ELECTRICIAN, Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def site(make: Factory, body):
    return make.site(body)


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body, name="李小婷"))


@pytest.fixture
def room(make: Factory, site):
    return make.room(site, stations=3)


def picture(width: int, height: int, ending: str = ".png") -> bytes:
    noise = np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(ending, noise)[1].tobytes())


def upload(client, room: Room, data: bytes, version: int = 0):
    """Encoded in memory: the client keeps what is long in a temporary file that nobody closes."""
    form = {"version": str(version), "file": FileStorage(io.BytesIO(data), "平面图.png")}
    boundary, body = encode_multipart(form)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"/sites/rooms/{room.uid}/picture", data=body, content_type=kind)


def place(client, room: Room, version: int, *places: tuple[str, object, float | None]):
    listed = [{"kind": kind, "uid": str(row.uid), "x": at, "y": at} for kind, row, at in places]
    return client.post(f"/sites/rooms/{room.uid}/places", json={"version": version, "places": listed})


def plan(make: Factory, room: Room) -> RoomPlan:
    make.session.rollback()
    found = make.session.execute(select(RoomPlan).where(RoomPlan.room_id == room.id)).scalar_one()
    make.session.refresh(found)
    return found


def test_a_room_with_forty_workstations_is_entered_in_one_act(make, site, coordinator) -> None:
    form = {"name": "电工实训室", "kind": "practical", "codes": "A01-A40", "occupation": ELECTRICIAN}
    assert coordinator.post(f"/sites/{site.uid}/rooms", data=form).status_code == 302

    room = make.session.execute(select(Room).where(Room.site_id == site.id)).scalar_one()
    stations = make.stations(room)
    assert ([one.code for one in stations], room.seats) == ([f"A{n:02d}" for n in range(1, 41)], 40)
    assert {tuple(one.occupations) for one in stations} == {(ELECTRICIAN,)}

    again = coordinator.post(f"/sites/rooms/{room.uid}/stations", data={"codes": "A39–A41"})
    assert again.status_code == 422
    assert "A39、A40" in again.text
    make.session.rollback()
    assert len(make.stations(room)) == 40


def test_codes_are_read_as_people_write_them() -> None:
    assert read_codes("A01–A03") == read_codes("A01-A03") == read_codes("A01~A03") == ("A01", "A02", "A03")
    assert read_codes("A-01、A-03") == ("A-01", "A-03")
    with pytest.raises(ValueError, match="A03"):
        read_codes("A03-A01")


def test_only_exam_rooms_have_places(make, site, coordinator) -> None:
    refused = coordinator.post(f"/sites/{site.uid}/rooms", data={"name": "监控室", "kind": "monitoring", "codes": "A1"})
    assert refused.status_code == 409
    assert "不是考场" in refused.text
    assert (
        coordinator.post(f"/sites/{site.uid}/rooms", data={"name": "监控室", "kind": "monitoring"}).status_code == 302
    )
    make.session.rollback()
    room = make.session.execute(select(Room).where(Room.site_id == site.id)).scalar_one()
    owner = {"body_id": room.body_id, "district": room.district}
    with pytest.raises(IntegrityError, match="not for exams"):  # also where the code would miss it
        make.save(Workstation(**owner, room_id=room.id, code="A1", occupations=[]))
    make.session.rollback()
    room.seats = 4
    with pytest.raises(IntegrityError, match="seats_of_exam_rooms"):
        make.save(room)
    make.session.rollback()


def test_a_room_with_workstations_stays_an_exam_room(make, room) -> None:
    room.kind, room.seats = "archive", 0
    with pytest.raises(IntegrityError, match="has workstations"):
        make.save(room)
    make.session.rollback()


def test_the_picture_that_is_kept_is_made_anew_and_bounded(make, room, coordinator) -> None:
    sent = picture(3000, 1500)
    assert upload(coordinator, room, sent).status_code == 302

    found = plan(make, room)
    kept = store().get("documents", found.picture_key)
    assert (found.version, found.width, found.height, found.picture_by) == (1, 2400, 1200, "李小婷")
    assert declared_size(kept) == (2400, 1200)
    assert kept.startswith(b"\xff\xd8\xff")
    assert found.picture_key in coordinator.get(f"/sites/rooms/{room.uid}").text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        picture(40, 40)[:-20],
        # A small file that says it is 60,000 pixels wide and high.
        picture(40, 40)[:16] + (60_000).to_bytes(4, "big") * 2 + picture(40, 40)[24:],
    ],
    ids=["empty", "svg", "head only", "cut off", "bomb"],
)
def test_what_is_no_picture_is_refused_by_its_content(make, room, coordinator, data) -> None:
    refused = upload(coordinator, room, data)
    assert refused.status_code == 422
    make.session.rollback()
    assert make.session.query(RoomPlan).filter_by(room_id=room.id).count() == 0


def test_places_say_who_put_them_there_and_when(make, room, coordinator, clock) -> None:
    camera, (first, second, _) = make.camera(room), make.stations(room)
    saved = place(coordinator, room, 0, ("station", first, 0.25), ("station", second, 0.5), ("camera", camera, 1))
    assert saved.json == {"version": 1}

    make.session.rollback()
    rows = make.session.query(StationPlace).order_by(StationPlace.x).all()
    assert [(one.workstation_id, one.x, one.placed_by_name, one.placed_at) for one in rows] == [
        (first.id, 0.25, "李小婷", clock.now()),
        (second.id, 0.5, "李小婷", clock.now()),
    ]
    assert make.session.query(CameraPlace).one().camera_id == camera.id
    assert place(coordinator, room, 1, ("station", first, 0.75), ("station", second, None)).json == {"version": 2}
    make.session.rollback()
    assert [one.x for one in make.session.query(StationPlace).populate_existing()] == [0.75]
    document = coordinator.get(f"/sites/rooms/{room.uid}/plan.json").json
    assert [(one["label"], one["x"]) for one in document["things"] if one["kind"] == "station"] == [
        ("A-01", 0.75),
        ("A-02", None),
        ("A-03", None),
    ]
    tags = select(AuditEntry.tag).where(AuditEntry.tag == "room:plan_placed")
    assert len(make.session.execute(tags).all()) == 2


def test_the_second_of_two_is_told_and_nothing_of_the_first_is_lost(make, room, coordinator, sign_in, body) -> None:
    first, second, _ = make.stations(room)
    assert place(coordinator, room, 0, ("station", first, 0.1)).json == {"version": 1}
    other = sign_in(make.user("coordinator", body, name="陈志强"))

    refused = place(other, room, 0, ("station", first, 0.9), ("station", second, 0.9))
    assert (refused.status_code, refused.json["code"]) == (409, "plan.changed")
    assert "李小婷" in refused.json["message"]
    make.session.rollback()
    assert [(one.workstation_id, one.x) for one in make.session.query(StationPlace)] == [(first.id, 0.1)]
    assert upload(other, room, picture(40, 30)).status_code == 409
    assert place(other, room, 1, ("station", second, 0.9)).json == {"version": 2}


def test_all_places_of_a_save_are_kept_or_none(make, site, room, coordinator) -> None:
    stranger = make.stations(make.room(site, stations=1))[0]
    first = make.stations(room)[0]
    assert place(coordinator, room, 0, ("station", first, 0.5), ("station", stranger, 0.5)).status_code == 404
    assert place(coordinator, room, 0, ("station", first, 1.01)).status_code == 422
    make.session.rollback()
    assert make.session.query(StationPlace).count() == 0


def test_offices_look_and_strangers_do_not_find(make, room, body, sign_in) -> None:
    office = sign_in(make.user("district_bureau", district=body.district))
    assert office.get(f"/sites/rooms/{room.uid}").status_code == 200
    assert place(office, room, 0, ("station", make.stations(room)[0], 0.5)).status_code == 403
    stranger = sign_in(make.user("coordinator", make.body()))
    for path in ("", "/plan.json"):
        assert stranger.get(f"/sites/rooms/{room.uid}{path}").status_code == 404
    assert place(stranger, room, 0, ("station", make.stations(room)[0], 0.5)).status_code == 404

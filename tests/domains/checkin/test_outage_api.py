"""Outages over the API: what they break is seen before it is done, once, at the sites of the body alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from config.rulebook import rulebook
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.booking.service import book_one
from examops.sessions.capacity.resources import recount
from examops.sessions.models import SessionBreak
from examops.sites.models import WorkstationOutage
from tests.domains.checkin.test_outages import ACTOR, TOMORROW, faults, fresh
from tests.factories import DAY, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
LIST, ONE = "/api/v1/outages", "/api/v1/outages/{outage_uid}"


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body))


@pytest.fixture
def room(make: Factory, body):
    return make.room(make.site(body), stations=3)


@pytest.fixture
def session(make: Factory, body, room):
    """Tomorrow, with people for three workstations."""
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, capacity=3, starts_at=TOMORROW)
    make.panel(session)
    make.save(make.staff(body, "proctor", telephone="13800000001"))
    make.camera(room)
    with transaction(SYSTEM):
        recount(session, rulebook())
    return session, turns, make.applications(batch, body, 3)


def asked(*stations: Any, **more: Any) -> dict[str, Any]:
    return {"stations": [str(one.uid) for one in stations], "reason": "漏电", **more}


def post(client, given: Any, key: str = "") -> Any:
    return client.post(LIST, json=given, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def test_what_breaks_nothing_is_done_at_once_listed_and_put_back(document, make, room, coordinator) -> None:
    station, camera = make.stations(room)[0], make.camera(room)
    answer = post(coordinator, asked(station, cameras=[str(camera.uid)]))
    fits(document, LIST, "post", answer)
    listed = coordinator.get(LIST)
    fits(document, LIST, "get", listed)
    lines = {one["uid"]: (one["name"], one["kind"], one["until"], one["reason"]) for one in listed.json["outages"]}
    assert list(lines.values()) == [(station.code, "workstation", None, "漏电"), (camera.label, "camera", None, "漏电")]
    assert sorted(lines) == sorted(answer.json["outages"])
    for uid in answer.json["outages"]:
        back = coordinator.delete(f"{LIST}/{uid}")
        fits(document, ONE, "delete", back)
        assert back.status_code == 200
    again = coordinator.delete(f"{LIST}/{answer.json['outages'][0]}")
    assert (again.status_code, again.json["code"]) == (409, "outage.over")
    fits(document, ONE, "delete", again)


def test_nobody_loses_a_place_unseen(document, make, room, session, coordinator, clock) -> None:
    whole, turns, applications = session
    for application in applications:
        with transaction():
            book_one(application.uid, turns[0].uid, actor=ACTOR, clock=clock)
    wish = asked(*make.stations(room)[:2])
    refused = post(coordinator, wish)
    fits(document, LIST, "post", refused)
    assert (refused.status_code, refused.json["code"]) == (409, "outage.breaks")
    (broken,) = refused.json["params"]["breaks"]
    assert (broken["session_uid"], broken["people"]) == (str(whole.uid), 2)
    assert make.session.query(WorkstationOutage).count() == 0
    answer = post(coordinator, wish | {"seen": refused.json["params"]["seen"]})
    fits(document, LIST, "post", answer)
    assert [(one["number"], one["people"]) for one in answer.json["breaks"]] == [(whole.number, 2)]
    assert (fresh(turns[0]).taken, len(answer.json["outages"]), faults()) == (3, 2, [])
    assert [row.people for row in make.session.query(SessionBreak)] == [2]


def test_a_mark_that_is_old_is_refused_again(make, room, coordinator) -> None:
    refused = post(coordinator, asked(make.stations(room)[0], seen="of yesterday"))
    assert (refused.status_code, refused.json["code"]) == (409, "outage.breaks")


def test_the_same_key_takes_out_once(make, room, coordinator) -> None:
    wish = asked(make.stations(room)[0])
    first, again = (post(coordinator, wish, "key-one-1") for _ in range(2))
    assert (first.status_code, first.json) == (200, again.json)
    assert make.session.query(WorkstationOutage).count() == 1
    twice = post(coordinator, wish)
    assert (twice.status_code, twice.json["code"]) == (409, "outage.already_out")


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({}, ["reason", "stations"]),
        ({"stations": ["x"], "reason": ""}, ["reason", "stations.0"]),
        ({"stations": [], "reason": "漏电"}, ["stations"]),
        ({"since": "2026-12-01T08:00", "until": 5}, ["reason", "since", "until"]),
    ],
)
def test_every_fault_is_told_at_once(document, coordinator, given: Any, at_fault: list[str]) -> None:
    answer = post(coordinator, given)
    fits(document, LIST, "post", answer)
    assert answer.status_code == 422
    assert set(at_fault) <= set(answer.json["errors"])


def test_an_end_before_the_beginning_is_refused(make, room, coordinator) -> None:
    times = {"since": TOMORROW.isoformat(), "until": DAY.isoformat()}
    answer = post(coordinator, asked(make.stations(room)[0], **times))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["until"])


def test_nothing_at_another_bodys_site_is_touched_or_listed(make, body, sign_in) -> None:
    other = make.body()
    theirs = make.stations(make.room(make.site(other), stations=1))[0]
    (uid,) = post(sign_in(make.user("coordinator", other)), asked(theirs)).json["outages"]
    coordinator = sign_in(make.user("coordinator", body))
    assert post(coordinator, asked(theirs)).status_code == 404
    assert coordinator.delete(f"{LIST}/{uid}").status_code == 404
    assert coordinator.get(LIST).json["outages"] == []
    office = sign_in(make.user("city_bureau"))
    assert [office.get(LIST).status_code, post(office, asked(theirs)).status_code] == [403, 403]

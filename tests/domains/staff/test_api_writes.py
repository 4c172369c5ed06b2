"""What a body's own system enters of its people over the API: as the forms do it, once, and nothing of others."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from examops.staff.models import Availability, Qualification, StaffMember
from tests.factories import DAY, ELECTRICIAN, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
LIST, ONE = "/api/v1/staff", "/api/v1/staff/{staff_uid}"
CARD = {"kind": "examiner", "number": "GD-7", "occupation": "电工", "levels": ["5", "4"], "valid_from": "2026-01-01"}
TIME = {"how": "busy", "begins": DAY.isoformat(), "ends": (DAY + timedelta(hours=9)).isoformat(), "note": "盘点"}


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body))


@pytest.fixture
def post(coordinator):
    def send(address: str, given: Any, key: str = "") -> Any:
        return coordinator.post(address, json=given, headers={"Idempotency-Key": key or str(uuid.uuid4())})

    return send


def test_a_person_is_entered_with_a_card_and_a_time_and_read_back(document, body, coordinator, post) -> None:
    entered = post(LIST, {"name": "梁志强", "team": "设备部", "teaches": ["电工一班", "电工二班"]})
    fits(document, LIST, "post", entered)
    address = f"{LIST}/{entered.json['uid']}"
    card, time = post(f"{address}/cards", CARD), post(f"{address}/availability", TIME)
    fits(document, f"{ONE}/cards", "post", card)
    fits(document, f"{ONE}/availability", "post", time)
    answer = coordinator.get(address)
    fits(document, ONE, "get", answer)
    told = answer.json
    assert (told["name"], told["team"], told["teaches"]) == ("梁志强", "设备部", ["电工一班", "电工二班"])
    assert [(one["uid"], one["occupation_code"], one["levels"], one["valid_until"]) for one in told["cards"]] == [
        (card.json["uid"], ELECTRICIAN, ["5", "4"], "2028-12-31")
    ]
    assert [(one["uid"], one["how"], one["is_own"]) for one in told["availability"]] == [
        (time.json["uid"], "busy", False)
    ]
    assert time.json["is_planned"] is False
    assert "设备部" in coordinator.get("/staff/").text


def test_the_same_key_enters_once_and_another_wish_by_it_is_refused(make, body, post) -> None:
    first, again = (post(LIST, {"name": "何兰"}, "key-one-1") for _ in range(2))
    assert (first.json, again.status_code) == (again.json, 200)
    other = post(LIST, {"name": "何梅"}, "key-one-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency.other_request")
    assert [one.name for one in make.session.query(StaffMember).filter_by(body_id=body.id)] == ["何兰"]


def test_every_fault_of_a_card_is_told_at_once_in_words(document, make, body, post) -> None:
    member = make.staff(body)
    address = f"{LIST}/{member.uid}/cards"
    wrong = post(address, {**CARD, "number": "", "occupation": "没有的职业", "levels": []})
    fits(document, f"{ONE}/cards", "post", wrong)
    assert (wrong.status_code, sorted(wrong.json["errors"])) == (422, ["levels", "number", "occupation"])
    odd = post(address, {"kind": "pilot", "levels": ["9"], "valid_from": "yesterday"})
    assert (odd.status_code, sorted(odd.json["errors"])) == (422, ["kind", "levels.0", "valid_from"])
    assert make.session.query(Qualification).filter_by(staff_id=member.id).count() == 1, "the one it was made with"


def test_a_person_is_changed_a_card_ends_a_time_is_taken_back(document, make, body, coordinator, post) -> None:
    member = make.staff(body, name="梁志强", team="设备部")
    address, (card,) = f"{LIST}/{member.uid}", make.session.query(Qualification).filter_by(staff_id=member.id)
    changed = coordinator.put(address, json={"name": "梁志强", "team": "质量部", "is_active": False})
    fits(document, ONE, "put", changed)
    assert (changed.json["team"], changed.json["is_active"]) == ("质量部", False)
    last = {"last": (card.valid_until - timedelta(days=9)).isoformat(), "reason": "调离"}
    ended = coordinator.post(f"{address}/cards/{card.uid}/end", json=last)
    fits(document, f"{ONE}/cards/{{qualification_uid}}/end", "post", ended)
    assert ended.json["cards"][0]["valid_until"] == last["last"]
    assert coordinator.post(f"{address}/cards/{card.uid}/end", json=last).status_code == 409
    time = post(f"{address}/availability", TIME).json["uid"]
    for _ in range(2):
        back = coordinator.delete(f"{address}/availability/{time}")
        fits(document, f"{ONE}/availability/{{availability_uid}}", "delete", back)
        assert back.json["availability"] == []


def test_a_change_says_whether_the_person_is_active(make, body, coordinator) -> None:
    member = make.staff(body)
    answer = coordinator.put(f"{LIST}/{member.uid}", json={"name": "梁志强"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["is_active"])
    make.session.expire_all()
    assert make.session.get_one(StaffMember, member.id).is_active


def test_moments_name_their_offset(make, body, post) -> None:
    address = f"{LIST}/{make.staff(body).uid}/availability"
    answer = post(address, TIME | {"begins": "2026-12-24T08:00"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["begins"])


def test_who_is_on_duty_then_is_told_so(make, body, post) -> None:
    member, batch = make.staff(body, "proctor"), make.batch(body)
    session, _turns = make.session_with_turns(batch, make.room(make.site(body)))
    make.duty(session, member, "proctor")
    assert post(f"{LIST}/{member.uid}/availability", TIME).json["is_planned"] is True


def test_nothing_of_another_body_is_read_or_written(make, body, coordinator, post, sign_in) -> None:
    theirs = make.staff(make.body(), name="外单位的")
    address = f"{LIST}/{theirs.uid}"
    answers = [
        coordinator.get(address),
        coordinator.put(address, json={"name": "改名", "is_active": True}),
        post(f"{address}/cards", CARD),
        post(f"{address}/availability", TIME),
    ]
    assert [one.status_code for one in answers] == [404] * 4
    assert post(LIST, {"name": "何兰", "body": str(make.body().uid)}).status_code == 404
    assert make.session.query(Availability).count() == 0
    office = sign_in(make.user("city_bureau"))
    told = office.get(address)
    assert (told.status_code, told.json["name"], told.json["telephone"]) == (200, told.json["name"], "")
    refused = office.post(LIST, json={"name": "何兰"}, headers={"Idempotency-Key": "key-one-1"})
    assert refused.status_code == 403


def test_a_card_is_put_right_and_an_id_number_entered_that_no_answer_shows(document, make, body, coordinator) -> None:
    member = make.staff(body)
    address, (card,) = f"{LIST}/{member.uid}", make.session.query(Qualification).filter_by(staff_id=member.id)
    changed = coordinator.put(f"{address}/cards/{card.uid}", json=CARD | {"number": "GD-8"})
    fits(document, f"{ONE}/cards/{{qualification_uid}}", "put", changed)
    assert [(one["card_number"], one["levels"]) for one in changed.json["cards"]] == [("GD-8", ["5", "4"])]
    wrong = coordinator.put(f"{address}/id-number", json={"number": "440606198001010017"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "staff.id_number")
    entered = coordinator.put(f"{address}/id-number", json={"number": "440606198001010016"})
    fits(document, f"{ONE}/id-number", "put", entered)
    assert (entered.json["is_identified"], "198001010016" in entered.text) == (True, False)
    last = {"last": "2026-12-01", "reason": "调离"}
    assert coordinator.post(f"{address}/cards/{card.uid}/end", json=last).status_code == 200
    late = coordinator.put(f"{address}/cards/{card.uid}", json=CARD)
    assert (late.status_code, late.json["code"]) == (409, "staff.card_has_ended")

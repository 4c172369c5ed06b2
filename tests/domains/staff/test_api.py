"""The API of people on duty: the page's lines, names in full inside the body alone, a page at a time."""

from __future__ import annotations

import pytest

from examops.accounts.models import RoleGrant
from tests.domains.eligibility.people import an_id
from tests.factories import ELECTRICIAN, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
LIST = "/api/v1/staff"


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body))


def test_people_come_with_their_cards_as_they_stand_today(document, make, body, coordinator) -> None:
    member = make.staff(body, name="梁志强", team="设备部")
    answer = coordinator.get(LIST)
    fits(document, LIST, "get", answer)
    (line,) = answer.json["staff"]
    assert (line["uid"], line["name"], line["team"]) == (str(member.uid), "梁志强", "设备部")
    assert (line["is_identified"], line["id_masked"], line["other_bodies"]) == (False, "", 0)
    (card,) = line["cards"]
    assert (card["kind"], card["occupation_code"], card["state"]) == ("examiner", ELECTRICIAN, "standing")


def test_names_are_masked_to_offices_as_on_the_page(document, make, body, sign_in) -> None:
    make.staff(body, name="梁志强")
    officer = sign_in(make.user("city_bureau"))
    answer = officer.get(LIST)
    fits(document, LIST, "get", answer)
    (line,) = answer.json["staff"]
    assert (line["name"], line["body"]) == ("梁*强", body.short_name)
    assert "梁*强" in officer.get("/staff/").text
    assert "梁志强" not in answer.text


def test_an_id_number_is_never_told_in_full(make, body, coordinator) -> None:
    member, number = make.staff(body), an_id(born="19800101")
    saved = coordinator.post(f"/staff/{member.uid}/id-number", data={"number": number})
    assert saved.status_code == 302
    answer = coordinator.get(LIST)
    assert (answer.json["staff"][0]["is_identified"], number in answer.text) == (True, False)


def test_the_list_comes_in_pages_that_lose_nobody(document, make, body, coordinator, monkeypatch) -> None:
    monkeypatch.setattr("examops.staff.listing.PAGE", 2)
    made = {make.staff(body).name for _ in range(5)}
    seen, before = [], ""
    for _ in range(3):
        answer = coordinator.get(LIST, query_string={"before": before})
        fits(document, LIST, "get", answer)
        seen += [one["name"] for one in answer.json["staff"]]
        before = answer.json["next"]
    assert (before, sorted(seen)) == (None, sorted(made))


@pytest.mark.parametrize("before", ["-1", "x", "9" * 30])
def test_odd_values_are_refused_in_words(document, coordinator, before: str) -> None:
    answer = coordinator.get(f"{LIST}?before={before}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    fits(document, LIST, "get", answer)


def test_nobody_of_another_body_or_district_is_listed(make, body, coordinator, sign_in) -> None:
    other = make.body(district="440604")
    mine, theirs = make.staff(body), make.staff(other)
    assert [one["uid"] for one in coordinator.get(LIST).json["staff"]] == [str(mine.uid)]
    office = sign_in(make.user("district_bureau", district="440604"))
    assert [one["uid"] for one in office.get(LIST).json["staff"]] == [str(theirs.uid)]


def test_a_second_role_elsewhere_lists_nobody_of_that_body(make, body, sign_in) -> None:
    other, user = make.body(), make.user("coordinator", body)
    mine, _theirs = make.staff(body), make.staff(other)
    make.save(RoleGrant(user_id=user.id, role="proctor", reach="body", body_id=other.id))
    make.session.refresh(user)
    assert [one["uid"] for one in sign_in(user).get(LIST).json["staff"]] == [str(mine.uid)]


def test_who_has_no_page_of_people_gets_no_data(make, body, sign_in) -> None:
    assert sign_in(make.user("proctor", body)).get(LIST).status_code == 403

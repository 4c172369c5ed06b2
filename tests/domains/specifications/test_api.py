"""The API of specifications and work plans: drafts are the body's own, offices see what was handed in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from examops.accounts.models import RoleGrant
from tests.factories import DAY, ELECTRICIAN, WELDER, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LISTS = {"/api/v1/specifications": "specifications", "/api/v1/work-plans": "work_plans"}


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body))


def both(client) -> dict[str, list[str]]:
    return {name: [one["uid"] for one in client.get(address).json[name]] for address, name in LISTS.items()}


def test_versions_come_with_their_state_and_days(document, make, body, coordinator) -> None:
    row, plan = make.specification(body, since=DAY), make.work_plan(body)
    answer = coordinator.get("/api/v1/specifications")
    fits(document, "/api/v1/specifications", "get", answer)
    (line,) = answer.json["specifications"]
    assert (line["uid"], line["occupation_code"], line["levels"]) == (str(row.uid), ELECTRICIAN, ["4"])
    assert (line["state"], line["hash"], line["body"], line["valid_until"]) == ("filed", row.hash, body.name, None)
    assert line["valid_from"] == DAY.isoformat()
    answer = coordinator.get("/api/v1/work-plans")
    fits(document, "/api/v1/work-plans", "get", answer)
    (line,) = answer.json["work_plans"]
    assert (line["uid"], line["state"], line["line_count"], line["valid_from"]) == (str(plan.uid), "draft", 1, None)


def test_drafts_are_the_bodys_own(make, body, coordinator, sign_in) -> None:
    filed = [make.specification(body, since=DAY), make.work_plan(body, since=DAY)]
    drafts = [make.specification(body, code=WELDER), make.work_plan(body)]
    own = {name: [str(drafts[n].uid), str(filed[n].uid)] for n, name in enumerate(LISTS.values())}
    assert both(coordinator) == own
    office = sign_in(make.user("district_bureau", district=body.district))
    assert both(office) == {name: rows[1:] for name, rows in own.items()}


def test_nothing_of_another_body_or_district_is_listed(make, body, coordinator, sign_in) -> None:
    other = make.body(district="440604")
    make.specification(other, since=DAY), make.work_plan(other, since=DAY)
    empty: dict[str, list[str]] = {name: [] for name in LISTS.values()}
    assert both(coordinator) == both(sign_in(make.user("district_bureau", district=body.district))) == empty
    assert both(sign_in(make.user("coordinator", other))) != empty


def test_a_second_role_elsewhere_lists_nothing_of_that_body(make, body, sign_in) -> None:
    other, user = make.body(), make.user("coordinator", body)
    own, _theirs = make.specification(body), make.specification(other)
    make.save(RoleGrant(user_id=user.id, role="proctor", reach="body", body_id=other.id))
    make.session.refresh(user)
    assert both(sign_in(user)) == {"specifications": [str(own.uid)], "work_plans": []}


@pytest.mark.parametrize("address", LISTS)
def test_lists_come_in_pages_that_lose_nothing(document, make, body, coordinator, monkeypatch, address: str) -> None:
    monkeypatch.setattr("examops.specifications.listing.PAGE", 1)
    made = [make.specification if "spec" in address else make.work_plan][0]
    uids = [str(made(body, since=DAY - timedelta(days=9 - n)).uid) for n in range(3)]
    seen, before = [], ""
    for _ in range(3):
        answer = coordinator.get(address, query_string={"before": before})
        fits(document, address, "get", answer)
        seen += [one["uid"] for one in answer.json[LISTS[address]]]
        before = answer.json["next"]
    assert (before, seen) == (None, uids[::-1])


@pytest.mark.parametrize("address", LISTS)
def test_odd_values_are_refused_in_words_and_others_get_no_data(
    document, make, body, coordinator, sign_in, address: str
) -> None:
    answer = coordinator.get(f"{address}?before=x")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    fits(document, address, "get", answer)
    assert sign_in(make.user("proctor", body)).get(address).status_code == 403


def test_one_version_tells_what_it_says(document, make, body, coordinator) -> None:
    row, plan = make.specification(body, since=DAY), make.work_plan(body)
    answer = coordinator.get(f"/api/v1/specifications/{row.uid}")
    fits(document, "/api/v1/specifications/{specification_uid}", "get", answer)
    (level,) = answer.json["content"]
    assert (level["level"], level["minutes"], level["pass_mark"]) == ("4", {"theory": 90, "skill": 120}, 60)
    assert (level["text"], answer.json["lacking"]) == ("累计从事本职业满2年", [])
    answer = coordinator.get(f"/api/v1/work-plans/{plan.uid}")
    fits(document, "/api/v1/work-plans/{plan_uid}", "get", answer)
    (line,) = answer.json["lines"]
    assert (line["occupation_code"], line["level"], line["examiners"], line["site"]) == (ELECTRICIAN, "4", 3, "")


def test_a_draft_tells_what_it_lacks_and_is_nobody_elses(document, make, body, coordinator, sign_in) -> None:
    draft, plan = make.specification(body, levels={}), make.work_plan(body, lines=[])
    addresses = [f"/api/v1/specifications/{draft.uid}", f"/api/v1/work-plans/{plan.uid}"]
    assert [bool(coordinator.get(address).json["lacking"]) for address in addresses] == [True, True]
    for user in (make.user("district_bureau", district=body.district), make.user("coordinator", make.body())):
        client = sign_in(user)
        assert [client.get(address).status_code for address in addresses] == [404, 404]

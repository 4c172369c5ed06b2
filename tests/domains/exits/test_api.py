"""The API of exit cases: told to whom the page tells them, the whole case, a page at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from examops.accounts.models import RoleGrant
from examops.exits.recheck.models import RecheckFinding
from examops.organisations.models import Body
from tests.factories import DAY, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LIST, ONE = "/api/v1/exits", "/api/v1/exits/{case_uid}"


@pytest.fixture
def body(make: Factory):
    return make.body()


@pytest.fixture
def coordinator(make: Factory, sign_in, body):
    return sign_in(make.user("coordinator", body))


def told(make: Factory, body, ground: str = "condition_lost", state: str = "told"):
    return make.exit_case(body, ground, state)


def uids(client) -> list[str]:
    return [one["uid"] for one in client.get(LIST).json["exits"]]


def test_a_case_comes_with_facts_acts_and_letters(document, make, body, coordinator) -> None:
    case = told(make, body)
    letter = make.exit_letter(case)
    listed, answer = coordinator.get(LIST), coordinator.get(f"{LIST}/{case.uid}")
    fits(document, LIST, "get", listed)
    fits(document, ONE, "get", answer)
    found = answer.json
    assert (found["number"], found["state"], found["group"], found["body"]) == (case.number, "told", "mine", body.name)
    assert [(one["found"], one["outcome"]) for one in found["facts"]] == [("代考", "fail")]
    assert {one["act"] for one in found["acts"]} >= {"opened"}
    assert [(one["uid"], one["number"]) for one in found["letters"]] == [(str(letter.uid), letter.number)]
    assert {name: found[name] for name in listed.json["exits"][0]} == listed.json["exits"][0]


def test_what_offices_still_gather_is_not_told_to_the_body(document, make, body, coordinator, sign_in) -> None:
    drafted, known = make.exit_case(body), told(make, body)
    assert uids(coordinator) == [str(known.uid)]
    assert coordinator.get(f"{LIST}/{known.uid}").status_code == 200
    answer = coordinator.get(f"{LIST}/{drafted.uid}")
    assert answer.status_code == 404
    fits(document, ONE, "get", answer)
    office = sign_in(make.user("district_bureau", district=body.district))
    assert uids(office) == [str(known.uid), str(drafted.uid)]
    assert office.get(f"{LIST}/{drafted.uid}").json["group"] == "mine"


def test_later_sessions_of_a_suspended_body_wait_for_a_decision_each(document, make, body, coordinator) -> None:
    case, site = told(make, body, "idle", "winding_down"), make.site(body)
    starts = DAY + timedelta(days=9)
    session, _ = make.session_with_turns(make.batch(body), make.room(site), starts_at=starts, state="approved")
    answer = coordinator.get(f"{LIST}/{case.uid}")
    fits(document, ONE, "get", answer)
    assert answer.json["decision"] == "suspended"
    assert [(one["uid"], one["choice"]) for one in answer.json["sessions"]] == [(str(session.uid), "")]


def test_cases_of_another_body_or_district_are_404(make, body, coordinator, sign_in) -> None:
    other = make.body(district="440604")
    mine, theirs = told(make, body), told(make, other)
    assert uids(coordinator) == [str(mine.uid)]
    assert coordinator.get(f"{LIST}/{theirs.uid}").status_code == 404
    office = sign_in(make.user("district_centre", district="440604"))
    assert uids(office) == [str(theirs.uid)]
    assert office.get(f"{LIST}/{mine.uid}").status_code == 404


def test_a_second_role_elsewhere_opens_no_case_of_that_body(make, body, sign_in) -> None:
    other, user = make.body(), make.user("coordinator", body)
    mine, theirs = told(make, body), told(make, other)
    make.save(RoleGrant(user_id=user.id, role="proctor", reach="body", body_id=other.id))
    make.session.refresh(user)
    client = sign_in(user)
    assert uids(client) == [str(mine.uid)]
    assert client.get(f"{LIST}/{theirs.uid}").status_code == 404


def test_the_list_comes_in_pages_that_lose_no_case(document, make, body, coordinator, monkeypatch) -> None:
    monkeypatch.setattr("examops.exits.listing.PAGE", 1)
    made = [str(told(make, body, ground).uid) for ground in ("condition_lost", "misconduct", "idle")]
    seen, before = [], ""
    for _ in range(3):
        answer = coordinator.get(LIST, query_string={"before": before})
        fits(document, LIST, "get", answer)
        seen += [one["uid"] for one in answer.json["exits"]]
        before = answer.json["next"]
    assert (before, seen) == (None, made[::-1])


def test_odd_values_are_refused_in_words_and_others_get_no_data(document, make, body, coordinator, sign_in) -> None:
    answer = coordinator.get(f"{LIST}?before=x")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    fits(document, LIST, "get", answer)
    assert sign_in(make.user("proctor", body)).get(LIST).status_code == 403


FINDINGS, RULES = f"{LIST}/findings", f"{LIST}/rules"
IDLE = {"day": "2026-11-20", "since": "2025-01-01", "last_session_on": "", "last_session": ""}


def finding(make: Factory, body) -> RecheckFinding:
    own = {"body_id": body.id, "district": body.district, "kind": "idle", "rule": "exit.idle_months"}
    judged = {"hash": "0" * 64, "inputs": IDLE, "outcome": "fail", "why": "idle", "first_seen_on": DAY.date()}
    return make.save(RecheckFinding(**own, **judged))


def test_findings_of_the_nightly_check_are_told_to_offices(document, make, body, sign_in) -> None:
    finding(make, body), finding(make, make.body(district="440604"))
    office = sign_in(make.user("district_bureau", district=body.district))
    answer = office.get(FINDINGS)
    fits(document, FINDINGS, "get", answer)
    (line,) = answer.json["findings"]
    assert (line["kind"], line["body"], line["outcome"], line["has_case"]) == ("idle", body.name, "fail", False)
    assert office.get(FINDINGS, query_string={"kind": "lost"}).json["findings"] == []
    odd = office.get(FINDINGS, query_string={"kind": "odd", "before": "x"})
    assert (odd.status_code, sorted(odd.json["errors"])) == (422, ["before", "kind"])
    coordinator = sign_in(make.user("coordinator", body))
    assert [coordinator.get(address).status_code for address in (FINDINGS, RULES)] == [403, 403]


def test_findings_come_in_pages_that_lose_none(make, monkeypatch, sign_in) -> None:
    monkeypatch.setattr("examops.exits.listing.PAGE", 2)
    monkeypatch.setattr("examops.exits.recheck_api.PAGE", 2)
    bodies = {str(make.body().uid) for _ in range(3)}
    for body in make.session.query(Body).all():
        finding(make, body)
    office, seen, before = sign_in(make.user("city_bureau")), [], ""
    for _ in range(2):
        answer = office.get(FINDINGS, query_string={"before": before}).json
        seen += [one["body_uid"] for one in answer["findings"]]
        before = answer["next"]
    assert (before, set(seen), len(seen)) == (None, bodies, 3)


def test_rules_of_the_nightly_check_say_which_act(document, make, sign_in) -> None:
    answer = sign_in(make.user("city_bureau")).get(RULES)
    fits(document, RULES, "get", answer)
    assert {one["acts"] for one in answer.json["rules"]} <= {True, False}
    assert all(one["word"] and one["clause"] for one in answer.json["rules"])

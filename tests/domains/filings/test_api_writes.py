"""What a body's system writes over the API is refused as on the pages: every fault, who was first, whose it is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from examops.filings.models import FilingDocument, FilingFact
from examops.specifications.models import FeeSchedule, Specification
from tests.factories import DAY, ELECTRICIAN, Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
KEY = "key-one-1"
LEVEL = {
    **{"seen": 0, "parts": ["theory", "skill"], "minutes": {"theory": 90, "skill": 120}, "pass_mark": 60},
    "text": "取得五级证书后从事本职业两年",
}


@pytest.fixture
def body(make: Factory) -> Any:
    return make.body("social", state="draft")


@pytest.fixture
def coordinator(make: Factory, sign_in: Any, body: Any) -> Any:
    return sign_in(make.user("coordinator", body))


def once(client: Any, address: str, given: Any, key: str = "") -> Any:
    return client.post(f"/api/v1{address}", json=given, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def test_a_filing_is_begun_once_for_its_key_and_once_for_the_body(coordinator) -> None:
    first, again = (once(coordinator, "/filings", {"kind": "new"}, KEY) for _ in range(2))
    assert (first.json, again.status_code) == (again.json, 200)
    second = once(coordinator, "/filings", {"kind": "new"})
    assert (second.status_code, second.json["code"]) == (409, "filing.one_open")


def test_every_fault_of_a_page_is_told_by_its_place_and_nothing_is_written(make, body, coordinator) -> None:
    filing = make.filing(body)
    facts = [
        {"key": "area", "value": "the moon"},
        {"key": "training_years", "value": "many"},
        {"key": "volume_years", "value": [[2025, 3]]},
        {"key": "employees", "value": 3},
        {"key": "merit_base", "value": True, "document": "x"},
    ]
    answer = coordinator.put(
        f"/api/v1/filings/{filing.uid}/steps/experience", json={"version": 0, "as_of": "2026-11-20", "facts": facts[:4]}
    )
    assert (answer.status_code, sorted(answer.json["errors"])) == (
        422,
        ["facts.0.value", "facts.1.value", "facts.2.value", "facts.3.key"],
    )
    english = coordinator.put(
        f"/api/v1/filings/{filing.uid}/steps/experience",
        json={"version": 0, "facts": facts[4:]},
        headers={"Accept-Language": "en"},
    )
    assert (english.status_code, list(english.json["errors"])) == (422, ["facts.0.document"])
    assert make.session.query(FilingFact).filter_by(filing_id=filing.id).count() == 0


def test_a_table_by_year_is_read_and_written_as_one_value_and_the_second_of_two_is_told(
    make, body, coordinator
) -> None:
    filing = make.filing(body)
    address = f"/api/v1/filings/{filing.uid}/steps"
    table = [[2024, 900, 300], [2025, 1000, 400]]
    given = {
        "version": 0,
        "as_of": "2026-11-20",
        "facts": [{"key": "volume_years", "value": table}, {"key": "merit_base", "value": False}],
    }
    saved = coordinator.put(f"{address}/experience", json=given)
    assert saved.status_code == 200, saved.text
    (step,) = (one for one in coordinator.get(address).json["steps"] if one["step"] == "experience")
    told = {one["key"]: one["value"] for one in step["facts"]}
    assert (told["volume_years"], told["merit_base"], step["version"]) == (table, False, 1)
    late = coordinator.put(f"{address}/experience", json=given)
    assert (late.status_code, late.json["code"]) == (409, "filing.step_overtaken")


def test_a_document_is_the_file_itself_and_comes_once(make, body, coordinator) -> None:
    filing = make.filing(body)
    address = f"/api/v1/filings/{filing.uid}/documents"
    asked = {"kind": "promise", "name": "承诺书.pdf"}

    def send(data: bytes, key: str = KEY) -> Any:
        headers = {"Idempotency-Key": key, "Content-Type": "application/pdf"}
        return coordinator.post(address, query_string=asked, data=data, headers=headers)

    first, again = (send(b"%PDF-1.4 %%EOF") for _ in range(2))
    assert (first.status_code, first.json) == (200, again.json)
    assert send(b"%PDF-1.4 other %%EOF").json["code"] == "idempotency.other_request"
    assert send(b"MZ", "key-two-2").json["code"] == "filing.bad_document"
    assert send(b"", "key-two-3").status_code == 422
    assert [one["uid"] for one in coordinator.get(address).json["documents"]] == [first.json["uid"]]
    gone = coordinator.delete(f"{address}/{first.json['uid']}")
    assert (gone.status_code, gone.json["documents"]) == (200, [])
    assert coordinator.delete(f"{address}/{first.json['uid']}").status_code == 409
    assert make.session.query(FilingDocument).filter_by(filing_id=filing.id).count() == 1, "it stays on record"


def test_a_level_is_read_as_it_is_written_and_says_what_the_form_can_say(make, sign_in) -> None:
    enterprise = make.body()
    client = sign_in(make.user("coordinator", enterprise))
    asked = {"occupation": ELECTRICIAN, "kind": "enterprise", "name": "华岭电工评价规范"}
    draft = once(client, "/specifications", asked).json
    address = f"/api/v1/specifications/{draft['uid']}/levels/4"
    schools = ["vocational_higher", "college"]
    conditions = [
        {"needs": [{"need": "certificate", "level": "5"}, {"need": "work", "years": 2, "after": "certificate"}]},
        {"needs": [{"need": "graduation", "schools": schools, "final_year": True}]},
    ]
    saved = client.put(address, json=LEVEL | {"conditions": conditions})
    assert saved.status_code == 200, saved.text
    (level,) = saved.json["content"]
    assert [line["line"] for line in level["conditions"]] == ["a", "b"]
    again = client.put(address, json={**LEVEL, "seen": 1, "conditions": level["conditions"]})
    assert again.json["content"] == saved.json["content"]
    assert client.put(address, json=LEVEL).json["code"] == "version.overtaken"
    page = client.get(f"/specifications/{draft['uid']}?level=4").text
    assert "持有五级证书，且取证后从事满 2 年" in page
    wrong = {**LEVEL, "seen": 2, "minutes": {"theory": 0}, "pass_mark": 101}
    wrong["conditions"] = [{"needs": [{"need": "work"}, {"need": "title", "level": "5"}, {"need": "luck"}]}]
    faults = client.put(address, json=wrong)
    assert (faults.status_code, sorted(faults.json["errors"])) == (
        422,
        [
            *("conditions.0.needs.0.years", "conditions.0.needs.1.level", "conditions.0.needs.2.need"),
            *("minutes.skill", "minutes.theory", "pass_mark"),
        ],
    )
    untimed = client.put(address, json={**LEVEL, "seen": 2, "minutes": {"theory": 90}})
    assert list(untimed.json["errors"]) == ["minutes.skill"]
    twice = {
        **LEVEL,
        "seen": 2,
        "conditions": [{"needs": [{"need": "work", "years": 1}, {"need": "work", "years": 2}]}],
    }
    assert client.put(address, json=twice).json["code"] == "version.bad"
    make.session.expire_all()
    assert make.session.query(Specification.edits).scalar() == 2


def test_fees_are_published_for_what_is_filed_and_named_once(make, sign_in) -> None:
    filed = make.body(filed_on=DAY.date())
    make.body_occupation(filed, ELECTRICIAN, ("4",))
    client, address = sign_in(make.user("coordinator", filed)), f"/bodies/{filed.uid}/fees"
    fee = {"occupation": "电工", "level": "4", "fen": 20_050}
    assert once(client, address, {"amounts": [fee]}).json["version"] == 1
    assert once(client, address, {"amounts": [fee, fee]}).json["code"] == "version.bad"
    assert once(client, address, {"amounts": [fee | {"level": "3"}]}).json["code"] == "version.bad"
    odd = once(client, address, {"amounts": [fee | {"occupation": "没有的", "fen": -1}, {"level": "4"}]})
    assert sorted(odd.json["errors"]) == ["amounts.0.fen", "amounts.1.fen", "amounts.1.occupation"]
    told = client.get(f"/api/v1/bodies/{filed.uid}/published").json
    assert [(one["version"], one["amounts"]) for one in told["fees"]] == [
        (1, [{"occupation": ELECTRICIAN, "level": "4", "part": "whole", "fen": 20_050}])
    ]
    stranger = sign_in(make.user("coordinator", make.body()))
    assert once(stranger, address, {"amounts": [fee]}).status_code == 404
    assert make.session.query(FeeSchedule).count() == 1

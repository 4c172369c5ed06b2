"""The API of filings: the same rights as the pages, each act once, races told, lists a page at a time."""

from __future__ import annotations

import io
from typing import Any

import pytest
import python_calamine

from examops.filings.gathering import dossier
from tests.domains.filings.conftest import Case

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
COMMENT = {"rule": "capacity.insured_local_min", "text": "名册少两页"}


def acted(browser: Any, case: Case, key: str, **body: Any) -> Any:
    address = f"/api/v1/filings/{case.filing.uid}/acts"
    return browser.post(address, json=body, headers={"Idempotency-Key": key})


def test_a_filing_goes_its_whole_way_by_the_api(case: Case, sign_in) -> None:
    case.fill()
    browser = sign_in(case.account("coordinator"))
    done = acted(browser, case, "submit-1", act="submitted", seen="").json
    assert (done["state"], done["clock_owner"], done["due_on"]) == ("submitted", "district_bureau", "2026-11-30")
    case.read_all()
    case.rule_all()
    browser = sign_in(case.account("district_bureau"))
    (line,) = browser.get("/api/v1/inbox").json["filings"]
    assert (line["number"], line["group"], line["working_days_left"]) == (case.filing.number, "later", 5)
    done = acted(browser, case, "review-1", act="reviewed", seen=done["seen"]).json
    assert done["letter"] == "佛技评受理〔2026〕0001号"
    browser = sign_in(case.account("city_bureau"))
    lines = browser.get(f"/api/v1/filings/{case.filing.uid}/lines").json["lines"]
    assert {one["outcome"] for one in lines} == {"met"}
    done = acted(browser, case, "decide-1", act="filed", seen=done["seen"]).json
    assert (done["state"], done["letter"]) == ("filed", "佛技评备案〔2026〕0001号")
    whole = browser.get(f"/api/v1/filings/{case.filing.uid}").json
    assert [one["act"] for one in whole["acts"]] == ["submitted", "reviewed", "filed"]
    assert whole["seen"] == done["seen"]
    assert browser.get("/api/v1/inbox").json["filings"] == []


def test_the_same_key_acts_once_and_another_request_under_it_is_refused(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    browser, seen = sign_in(case.account("district_bureau")), dossier(case.filing).seen
    first = acted(browser, case, "return-1", act="returned", seen=seen, comments=[COMMENT])
    again = acted(browser, case, "return-1", act="returned", seen=seen, comments=[COMMENT])
    assert (first.status_code, again.json) == (200, first.json)
    assert [one.act for one in dossier(case.filing).acts] == ["submitted", "returned"]
    other = acted(browser, case, "return-1", act="reviewed", seen=seen)
    assert (other.status_code, other.json["code"]) == (409, "idempotency.other_request")


# Who asks, what for, and the refusal that the page would give too.
REFUSED = [
    ("city_centre", {"act": "returned", "comments": [COMMENT]}, 403, "not_allowed"),
    ("district_bureau", {"act": "filed"}, 403, "not_allowed"),
    ("district_bureau", {"act": "returned"}, 422, "invalid"),
    ("district_bureau", {"act": "returned", "seen": "x", "comments": [COMMENT]}, 409, "filing.overtaken"),
    ("district_bureau", {"act": "reviewed"}, 409, "filing.not_met"),
    ("coordinator", {"act": "submitted"}, 409, "state.illegal_move"),
    ("district_bureau", {"act": "returned", "comments": [{"rule": "no.rule", "text": "x"}]}, 422, "invalid"),
    ("district_bureau", {"act": "vanished"}, 422, "invalid"),
]


def test_refusals_are_those_of_the_page(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    seen = dossier(case.filing).seen
    for number, (role, body, status, code) in enumerate(REFUSED):
        answer = acted(sign_in(case.account(role)), case, f"refused-{number}", **{"seen": seen, **body})
        assert (answer.status_code, answer.json["code"]) == (status, code), (role, body)
        assert answer.json["message"]


def test_lists_show_what_the_pages_show_a_page_at_a_time(case: Case, sign_in, make, monkeypatch) -> None:
    monkeypatch.setattr("examops.filings.api.PAGE", 1)
    case.fill()
    case.act("submitted", "coordinator")
    case.act("withdrawn", "coordinator")
    newer = make.filing(case.body)
    browser = sign_in(case.account("coordinator"))
    first = browser.get("/api/v1/filings").json
    assert [one["number"] for one in first["filings"]] == [newer.number]
    second = browser.get(f"/api/v1/filings?before={first['next']}").json
    assert ([one["number"] for one in second["filings"]], second["next"]) == ([case.filing.number], None)
    office = sign_in(case.account("district_bureau"))
    assert [one["number"] for one in office.get("/api/v1/filings").json["filings"]] == [case.filing.number]
    assert office.get(f"/api/v1/filings/{newer.uid}").status_code == 404  # a draft is the body's alone
    far = sign_in(make.user("district_bureau", district="440604"))
    assert far.get("/api/v1/filings").json["filings"] == []
    assert far.get(f"/api/v1/filings/{case.filing.uid}").status_code == 404
    assert far.get("/api/v1/filings?before=x").status_code == 422


def sheet(browser: Any, address: str) -> list[list[Any]]:
    content = browser.get(address).data
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_lists_are_saved_as_workbooks_and_nothing_in_them_is_a_formula(case: Case, sign_in, make) -> None:
    case.make.run_as_owner("UPDATE body SET name = '=1+1' WHERE id = :id", id=case.body.id)
    case.to_city()
    browser = sign_in(case.account("city_bureau"))
    head, row = sheet(browser, "/filings/inbox.xlsx")
    assert head[:3] == ["剩余工作日", "编号", "机构"]
    assert row[1:3] == [case.filing.number, "=1+1"]
    assert sheet(browser, "/filings/all.xlsx?state=filed") == [head[1:]]
    assert sheet(browser, "/filings/all.xlsx")[1][0] == case.filing.number
    letters = sheet(browser, "/filings/letters.xlsx")
    assert [one[0] for one in letters] == ["文号", "佛技评受理〔2026〕0001号"]
    assert case.filing.number in browser.get("/filings/all").text
    far = sign_in(make.user("district_bureau", district="440604"))
    assert len(sheet(far, "/filings/all.xlsx")) == len(sheet(far, "/filings/letters.xlsx")) == 1

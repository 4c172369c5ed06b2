"""The API of the catalogue: the same readers, values and filters as the pages, a page at a time."""

import pytest

from tests.domains.catalogue.test_pages import mark
from tests.factories import ELECTRICIAN
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
LIST, ONE = "/api/v1/catalogue", f"/api/v1/catalogue/{ELECTRICIAN}"
GROUNDS = {"document_number": "佛人社〔2026〕12号", "reason": "已对照标准原文", "valid_from": "2026-11-23"}


@pytest.fixture
def officer(make, sign_in):
    return sign_in(make.user("city_bureau"))


def test_an_occupation_comes_with_what_counts_today_its_source_and_how_sure_that_is(document, officer) -> None:
    answer = officer.get(ONE)
    fits(document, "/api/v1/catalogue/{occupation_code}", "get", answer)
    values = {one["key"]: one for one in answer.json["values"]}
    assert answer.json["code"] == ELECTRICIAN
    assert values["standard"]["value"] == answer.json["standard"] != ""
    assert {"4", "5"} <= {one["level"] for one in answer.json["levels"]}
    assert values["skill_minutes.4"]["decision"] is None
    page = officer.get(f"/occupations/{ELECTRICIAN}").text
    assert all(one["words"] in page for one in answer.json["values"])


def test_what_the_city_decides_on_the_page_counts_in_the_api_at_once(document, officer, app) -> None:
    form = {"seen": mark(app), "act": "changed", "value": "151", **GROUNDS}
    assert officer.post(f"/occupations/{ELECTRICIAN}/skill_minutes.4", data=form).status_code == 302
    answer = officer.get(ONE)
    fits(document, "/api/v1/catalogue/{occupation_code}", "get", answer)
    value = next(one for one in answer.json["values"] if one["key"] == "skill_minutes.4")
    assert (value["value"], value["standing"]) == (151, "changed")
    assert value["decision"] == {
        "document_number": GROUNDS["document_number"],
        "reason": GROUNDS["reason"],
        "valid_from": "2026-11-23",
        "valid_until": None,
    }


def test_the_list_comes_in_pages_that_lose_no_occupation(document, officer, monkeypatch) -> None:
    whole = officer.get(LIST).json["total"]
    monkeypatch.setattr("examops.catalogue.listing.PAGE", 25)
    codes, before = [], ""
    while before is not None:
        answer = officer.get(LIST, query_string={"before": before})
        fits(document, LIST, "get", answer)
        codes += [one["code"] for one in answer.json["occupations"]]
        before = answer.json["next"]
    assert (len(codes), codes) == (whole, sorted(set(codes)))


def test_filters_are_those_of_the_page(officer) -> None:
    found = officer.get(LIST, query_string={"q": "维修电工"}).json
    assert [one["code"] for one in found["occupations"]] == [ELECTRICIAN]
    waiting = officer.get(LIST, query_string={"standing": "illustrative"}).json["occupations"]
    assert all(one["waiting"] for one in waiting)


@pytest.mark.parametrize("query", ["sector=magic", "standing=magic", "q=" + "长" * 41, "before=" + "9" * 21])
def test_odd_values_are_refused_in_words(document, officer, query: str) -> None:
    answer = officer.get(f"{LIST}?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["message"]
    fits(document, LIST, "get", answer)


def test_an_unknown_code_is_404(document, officer) -> None:
    answer = officer.get(f"{LIST}/9-99-99-99")
    assert (answer.status_code, answer.json["message"]) == (404, "目录里没有这个职业")
    fits(document, "/api/v1/catalogue/{occupation_code}", "get", answer)


def test_who_may_not_see_the_page_gets_no_data(make, sign_in) -> None:
    coordinator = sign_in(make.user("coordinator", make.body()))
    assert coordinator.get(LIST).status_code == coordinator.get(ONE).status_code == 403
    district = sign_in(make.user("district_centre", district="440606"))
    assert district.get(ONE).json["code"] == ELECTRICIAN

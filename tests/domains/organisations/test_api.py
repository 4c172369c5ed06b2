"""The API of legal entities: searched and paged as the page is, with the bodies that the office may see."""

from __future__ import annotations

from datetime import date

import pytest

from examops.organisations.models import FormerName, LegalEntity
from tests.factories import Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
LIST = "/api/v1/entities"


@pytest.fixture
def officer(make: Factory, sign_in):
    return sign_in(make.user("city_bureau"))


def test_an_entity_comes_with_its_bodies(document, make, officer) -> None:
    body = make.body(name="容声集团", credit_code="91440606MA4UKE3L1A")
    answer = officer.get(LIST, query_string={"q": "容声"})
    fits(document, LIST, "get", answer)
    (entity,) = answer.json["entities"]
    assert (entity["credit_code"], entity["name"]) == ("91440606MA4UKE3L1A", "容声集团")
    assert [(one["uid"], one["kind"], one["state"]) for one in entity["bodies"]] == [
        (str(body.uid), "enterprise", body.state)
    ]


def test_the_list_comes_in_pages_that_lose_no_entity(document, make, officer, monkeypatch) -> None:
    monkeypatch.setattr("examops.organisations.listing.PAGE", 2)
    for _ in range(5):
        make.body()
    seen, before = [], ""
    for _ in range(3):
        answer = officer.get(LIST, query_string={"before": before})
        fits(document, LIST, "get", answer)
        seen += [one["credit_code"] for one in answer.json["entities"]]
        before = answer.json["next"]
    assert (before, len(seen), seen) == (None, 5, sorted(set(seen)))


def test_a_district_sees_what_its_page_shows(make, sign_in) -> None:
    make.body(name="顺德的", district="440606")
    make.body(name="南海的", district="440605")
    office = sign_in(make.user("district_bureau", district="440605"))
    names = [one["name"] for one in office.get(LIST).json["entities"]]
    page = office.get("/entities").text
    assert names == [name for name in ("顺德的", "南海的") if name in page] == ["南海的"]


def test_odd_values_are_refused_in_words_and_bodies_get_no_data(document, make, officer, sign_in) -> None:
    answer = officer.get(LIST, query_string={"q": "长" * 61})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    fits(document, LIST, "get", answer)
    assert sign_in(make.user("coordinator", make.body())).get(LIST).status_code == 403


def test_one_entity_tells_its_former_names_and_what_stands_above_it(document, make, officer) -> None:
    above, below = make.body(name="容声集团"), make.body(name="容声电器")
    entities = [make.session.get_one(LegalEntity, body.legal_entity_id) for body in (above, below)]
    entities[1].parent_id, entities[1].relation = entities[0].id, "subsidiary"
    told = {
        "name": "容声厂",
        "until_on": date(2020, 1, 1),
        "document_number": "核准〔2020〕1号",
        "changed_by_name": "李婷",
    }
    make.save(FormerName(legal_entity_id=entities[1].id, **told))
    answer = officer.get(f"{LIST}/{entities[1].uid}")
    fits(document, f"{LIST}/{{entity_uid}}", "get", answer)
    assert (answer.json["parent"]["name"], answer.json["relation"], answer.json["bar_until"]) == (
        "容声集团",
        "subsidiary",
        None,
    )
    assert [one["name"] for one in answer.json["former_names"]] == ["容声厂"]
    assert [one["uid"] for one in answer.json["bodies"]] == [str(below.uid)]


def test_an_entity_of_another_district_is_not_found(document, make, sign_in) -> None:
    entity = make.session.get_one(LegalEntity, make.body(district="440606").legal_entity_id)
    answer = sign_in(make.user("district_bureau", district="440605")).get(f"{LIST}/{entity.uid}")
    assert answer.status_code == 404
    fits(document, f"{LIST}/{{entity_uid}}", "get", answer)

"""The city renames a legal entity; others read."""

from __future__ import annotations

from datetime import date

import pytest

from examops.core.database import db
from examops.organisations.entities import former_names
from examops.organisations.models import LegalEntity
from examops.registration.models import EmployerName
from tests.factories import Factory

pytestmark = pytest.mark.postgres
FORM = {"name": "佛山市新名有限公司", "last_day": "2026-11-20", "document_number": "佛市监〔2026〕1号"}


@pytest.fixture
def entity(make: Factory) -> LegalEntity:
    body = make.body(name="佛山市旧名有限公司")
    return db.session.get_one(LegalEntity, body.legal_entity_id)


@pytest.fixture
def city(make: Factory, sign_in):
    return sign_in(make.user("city_bureau"))


def test_the_city_renames_and_finds_the_entity_by_its_former_name(city, entity: LegalEntity) -> None:
    address = f"/entities/{entity.uid}"
    assert city.post(f"{address}/name", data=FORM).status_code == 302

    page = city.get(address).text
    assert "佛山市新名有限公司" in page
    assert "佛山市旧名有限公司" in page
    assert "佛市监〔2026〕1号" in page
    assert "佛山市新名有限公司" in city.get("/entities?q=旧名").text
    assert entity.credit_code in city.get(f"/entities?q={entity.credit_code}").text
    assert "没有符合筛选的单位" in city.get("/entities?q=查无此名").text


def test_what_is_wrong_stands_on_the_page_and_what_was_typed_stays(city, entity: LegalEntity) -> None:
    address = f"/entities/{entity.uid}/name"
    missing = city.post(address, data={"name": "佛山市新名有限公司"})
    assert missing.status_code == 422
    assert "选原名称的最后一天" in missing.text
    assert "佛山市新名有限公司" in missing.text

    future = city.post(address, data={**FORM, "last_day": "2100-01-01"})
    assert future.status_code == 422
    assert "原名称的最后一天要在今天之前" in future.text
    assert "填核准日的前一天" in future.text
    assert former_names(entity.id) == []


def test_a_district_reads_its_entities_and_renames_none(make: Factory, sign_in, entity: LegalEntity) -> None:
    office = sign_in(make.user("district_bureau", district=entity.district))

    page = office.get(f"/entities/{entity.uid}")
    assert page.status_code == 200
    assert 'name="last_day"' not in page.text
    assert office.post(f"/entities/{entity.uid}/name", data=FORM).status_code == 403


def test_the_city_says_what_an_entity_is_to_another(make: Factory, city, entity: LegalEntity) -> None:
    above = db.session.get_one(LegalEntity, make.body().legal_entity_id)
    address, seen = f"/entities/{entity.uid}/standing", f"{entity.district}|||"
    told = {"district": "440605", "industry": "catering", "parent": above.credit_code, "relation": "subsidiary"}

    alone = city.post(address, data={**told, "relation": "", "seen": seen})
    assert (alone.status_code, "上级单位和关系要一起写" in alone.text) == (422, True)
    unknown = city.post(address, data={**told, "parent": "91440606NOBODY0000", "seen": seen})
    assert (unknown.status_code, "系统里没有信用代码" in unknown.text) == (422, True)
    assert city.post(address, data={**told, "seen": seen}).status_code == 302
    page = city.get(f"/entities/{entity.uid}").text
    assert all(words in page for words in (f"{above.name}（子公司）", "餐饮业", "南海"))
    late = city.post(address, data={**told, "industry": "retail", "seen": seen})
    assert (late.status_code, "别人刚改过这个单位" in late.text) == (409, True)
    circle = {"district": "440606", "parent": entity.credit_code, "relation": "branch", "seen": f"{above.district}|||"}
    refused = city.post(f"/entities/{above.uid}/standing", data=circle)
    assert (refused.status_code, "上级单位是它自己或它的下级" in refused.text) == (422, True)


def test_a_district_changes_no_standing(make: Factory, sign_in, entity: LegalEntity) -> None:
    office = sign_in(make.user("district_bureau", district=entity.district))
    answer = office.post(f"/entities/{entity.uid}/standing", data={"district": "440605"})
    assert answer.status_code == 403


def test_the_office_reads_which_other_names_a_body_counts_as_itself(make: Factory, city, sign_in) -> None:
    body = make.body()
    owner = {"body_id": body.id, "district": body.district, "decided_by": "李婷", "decided_on": date(2026, 11, 20)}
    for name, is_own in (("佛山市华岭电器有限公司", True), ("广东美好家居制造有限公司", False)):
        make.save(EmployerName(**owner, plain=name, written=name, is_own=is_own))
    uid = make.session.get_one(LegalEntity, body.legal_entity_id).uid
    said = city.get(f"/entities/{uid}").text.split('id="employer-names"')[1].split("</table>")[0].split("<tbody>")[1]

    assert said.index("佛山市华岭电器有限公司") < said.index("算本单位") < said.index("广东美好家居制造有限公司")
    assert "李婷" in said
    other = make.session.get_one(LegalEntity, make.body().legal_entity_id).uid
    assert "华岭" not in city.get(f"/entities/{other}").text

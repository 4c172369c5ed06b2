"""A body enters its first site itself, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.sites.models import Site
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def test_a_body_without_a_site_enters_one_and_its_rooms_come_next(make: Factory, sign_in) -> None:
    body, other = make.body(state="draft"), make.body(name="别家")
    browser = sign_in(make.user("coordinator", body))
    assert "先登记一个，再登记考场" in browser.get("/sites/").text
    plan = browser.get("/sessions/new").text
    assert all(words in plan for words in ("还没有可以排的批次", "还没有考场"))
    form = {"name": "龙江考点", "address": "龙江镇测试路 1 号", "district": "440605", "contact": "何工"}
    answer = browser.post("/sites/", data=form)
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert all(words in page for words in ("龙江考点", "登记场所"))
    made = make.session.execute(select(Site)).scalar_one()
    assert (made.body_id, made.district, made.contact) == (body.id, "440605", "何工")
    assert "site:added" in make.session.execute(select(AuditEntry.tag)).scalars().all()
    again = browser.post("/sites/", data=form)
    assert (again.status_code, "已有同名的考点" in again.text) == (409, True)
    assert 'value="龙江镇测试路 1 号"' in again.text
    assert browser.post("/sites/", data={**form, "name": "二", "body": str(other.uid)}).status_code == 404
    assert browser.post("/sites/", data={**form, "name": "二", "district": "110101"}).status_code == 422

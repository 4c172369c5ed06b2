"""An office registers a social organisation; its person follows the link, signs in, accepts the notice and files."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from examops.accounts.models import PrivacyNotice
from examops.core.database import db
from examops.filings.models import Filing
from examops.organisations.models import Body
from tests.domains.organisations.test_registering import CODE
from tests.e2e.waiting import next_page, sign_in
from tests.factories import DAY, PASSWORD, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
NAME = "佛山市智造职业培训学校"
FIELDS = {
    **{"code": CODE[:-1] + "?", "name": NAME, "representative": "梁国强", "short_name": "智造培训"},
    **{"address": "容桂街道 1 号", "telephone": "0757-28380000"},
    **{"person": "何敏仪", "login": "zhizao", "mobile": "13800000021"},
}


def press(page: Any, name: str) -> None:
    with next_page(page):
        page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def office(serve, app, open_page, make: Factory):
    make.body(name="佛山市顺德区华岭电器有限公司", short_name="华岭电器")
    address = serve(app)
    page = open_page(f"{address}/sign-in?next=/entities", 1366, 768)
    sign_in(page, make.user("district_bureau", district="440606").login)
    return page, address


def test_from_the_office_to_the_first_filing(office, open_page, make: Factory, faults, shoot) -> None:
    page, address = office
    with next_page(page):
        page.get_by_role("link", name="登记一家机构").click()
    for name, value in FIELDS.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=kind]").select_option("social")
    shoot(page, "register-body")
    press(page, "登记并发出邀请")
    assert "有不该出现的字符" in page.locator(".errors").inner_text()
    assert page.locator("[name=representative]").input_value() == "梁国强"
    shoot(page, "register-body-refused")
    page.locator("[name=code]").fill(CODE)
    press(page, "登记并发出邀请")
    link = page.locator("#invitation-link").inner_text()
    shoot(page, "register-body-invited")
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    page.goto(f"{address}/entities?language=en")
    page.get_by_role("link", name="Register a body").wait_for()
    page.goto(f"{address}/entities/new")
    page.get_by_role("heading", name="Register a body").wait_for()
    shoot(page, "register-body-english")

    make.save(PrivacyNotice(version=1, title="隐私告知", body_text="看这里", published_at=DAY))
    theirs = open_page(link, 1280, 800)
    theirs.locator("#new").fill(PASSWORD)
    theirs.locator("#again").fill(PASSWORD)
    press(theirs, "设密码")
    sign_in(theirs, "zhizao")
    press(theirs, "已读，同意")
    theirs.goto(f"{address}/filings")
    press(theirs, "开始")
    shoot(theirs, "register-body-filing")
    body = db.session.execute(select(Body).where(Body.name == NAME)).scalar_one()
    filing = db.session.execute(select(Filing).where(Filing.body_id == body.id)).scalar_one()
    assert (body.state, body.kind, filing.kind, filing.state) == ("draft", "social", "new", "draft")
    assert [one for one in faults if "422" not in one] == []  # the form that was refused

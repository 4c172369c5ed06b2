"""The city renames a legal entity in a real browser, and reads it in English."""

from __future__ import annotations

import pytest

from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def page(serve, app, open_page, make: Factory):
    make.body(name="佛山市顺德区华岭电器有限公司", short_name="华岭电器")
    make.body(name="佛山市南海区技师学院", short_name="南海技师", kind="college", district="440605")
    page = open_page(f"{serve(app)}/sign-in?next=/entities", 1366, 768)
    sign_in(page, make.user("city_bureau").login)
    page.get_by_role("link", name="佛山市顺德区华岭电器有限公司").wait_for()
    return page


def test_a_name_is_changed_and_the_former_one_stays(page, faults, shoot) -> None:
    shoot(page, "entities")
    with next_page(page):
        page.get_by_role("link", name="佛山市顺德区华岭电器有限公司").click()
    shoot(page, "entity")
    page.locator("input[name=name]").fill("佛山市华岭智能电器有限公司")
    page.locator("input[name=document_number]").fill("佛市监变字〔2026〕第1号")
    with next_page(page):
        page.get_by_role("button", name="更名").click()
    page.get_by_role("heading", name="佛山市华岭智能电器有限公司").wait_for()
    shoot(page, "entity-renamed")
    assert page.get_by_role("cell", name="佛山市顺德区华岭电器有限公司").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 1366

    page.goto(f"{page.url}?language=en")
    page.get_by_role("heading", name="Former names").wait_for()
    shoot(page, "entity-english")
    assert faults == []

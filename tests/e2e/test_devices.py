"""Pairing a desk tablet and taking it out of use, in real browsers."""

from __future__ import annotations

import pytest

from examops.accounts.pairing import create_pairing_code, pair
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def signed_in(serve, app, open_page, make: Factory, clock):
    """Opens a page as the coordinator of a site with one recorder, in a browser of its own."""
    body = make.body(short_name="华岭电器")
    site = make.site(body, name="容桂考点")
    with transaction(SYSTEM):
        pair(create_pairing_code(site, "recorder", clock=clock), "一号录像盒", "recorder", "A" * 43 + "=", clock=clock)
    login, address = make.user("coordinator", body, name="李小婷").login, serve(app)

    def go(path: str, width: int, height: int):
        page = open_page(f"{address}/sign-in?next={path}", width, height)
        sign_in(page, login)
        page.wait_for_url(f"**{path}")
        return page

    return go


def test_a_tablet_is_paired_with_a_code_and_later_taken_out_of_use(signed_in, faults, shoot):
    desk = signed_in("/devices/", 1366, 768)
    desk.locator("select[name=kind]").select_option("desk")
    with next_page(desk):
        desk.get_by_role("button", name="生成配对码").click()
    code = desk.locator(".new-code .code").inner_text()
    shoot(desk, "devices-code")

    tablet = signed_in("/tablet", 800, 1280)
    tablet.get_by_label("配对码").fill(code.lower())
    tablet.get_by_label("平板的名字").fill("东门 1 号")
    shoot(tablet, "devices-tablet-pairing")
    with next_page(tablet):
        tablet.get_by_role("button", name="配对").click()
    tablet.get_by_role("heading", name="今天的签到台").wait_for()
    assert faults == []

    desk.goto(desk.url.replace("/codes", "/"))
    row = desk.locator("tr", has_text="东门 1 号")
    assert "在线" in row.inner_text()
    assert desk.locator(".new-code").count() == 0
    shoot(desk, "devices-list")
    row.get_by_role("button", name="停用").click()
    desk.locator(".notice", has_text="东门 1 号 已停用").wait_for()
    assert tablet.reload().status == 401
    assert "停用" in tablet.locator("body").inner_text()

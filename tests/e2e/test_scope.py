"""The scope switch in the top bar, in a real browser, with and without scripts."""

from __future__ import annotations

import pytest

from examops.accounts.models import RoleGrant
from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def at_work(serve, app, open_page, make: Factory):
    """Signed in as the coordinator of two bodies, each with a batch; answers the page of batches."""

    def go(scripts: bool):
        bodies = [make.body(short_name="华岭电器"), make.body(short_name="容桂技校")]
        user = make.user("coordinator", bodies[0], name="李小婷")
        make.save(RoleGrant(user_id=user.id, role="coordinator", reach="body", body_id=bodies[1].id))
        for body in bodies:
            make.batch(body, name=f"{body.short_name} 第 4 批")
        page = open_page(f"{serve(app)}/sign-in?next=/sessions/batches", 1280, 800, scripts)
        sign_in(page, user.login)
        page.get_by_text("华岭电器 第 4 批").wait_for()
        return page

    return go


@pytest.mark.parametrize("scripts", [True, False])
def test_a_coordinator_of_two_bodies_works_for_one_of_them(at_work, faults, shoot, scripts: bool):
    page = at_work(scripts)
    assert page.locator(".scope summary").inner_text().split() == ["范围", "全部", "2", "项任职"]

    page.locator(".scope summary").click()
    shoot(page, f"scope-open-{scripts}")
    with next_page(page):
        page.get_by_role("button", name="机构 容桂技校 · 考务").click()
    page.locator(".scope summary", has_text="容桂技校").wait_for()
    with next_page(page):
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="批次").click()
    page.get_by_text("容桂技校 第 4 批").wait_for()
    shoot(page, f"scope-chosen-{scripts}")
    assert page.get_by_text("华岭电器 第 4 批").count() == 0
    assert faults == []

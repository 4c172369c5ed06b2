"""The person's menu on a narrow screen: every entry inside it, and the way to one's password among them."""

from __future__ import annotations

import pytest

from tests.e2e.waiting import next_page, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser
NEW = "Tn9-quiet-river"


def _type(page, old: str, new: str) -> None:
    for name, value in {"old": old, "new": new, "again": new}.items():
        page.fill(f"#{name}", value)
    with next_page(page):
        page.click(".lone button.btn-act")


def test_a_handed_out_password_is_changed_and_later_once_more_from_the_menu(app, make, serve, open_page, shoot) -> None:
    user = make.user("coordinator", make.body(), must_change_password=True)
    page = open_page(f"{serve(app)}/sign-in", 1000, 700)
    sign_in(page, user.login)
    page.wait_for_url("**/password?next=**")
    shoot(page, "password")
    _type(page, PASSWORD, NEW)

    page.wait_for_selector(".me summary")
    page.click(".me summary")
    page.locator(".me .menu > div").wait_for()
    shoot(page, "menu")
    menu = page.locator(".me .menu > div").bounding_box()
    for entry in page.locator(".me .menu > div :is(a, button)").all():
        box = entry.bounding_box()
        assert menu["x"] <= box["x"]
        assert box["x"] + box["width"] <= menu["x"] + menu["width"]
    with next_page(page):
        page.click(".me .menu a[href='/password']")
    _type(page, NEW, NEW + "-two")
    page.wait_for_selector(".me summary")
    assert "密码已改" in page.locator(".notice").inner_text()

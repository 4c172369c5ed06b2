"""The frame and the components, in a real browser under the real content policy."""

from __future__ import annotations

import pytest

from tests.e2e.static_pages import make_static_app
from tests.fixtures.components import FINISHED, GALLERY

pytestmark = pytest.mark.browser
PAGES = {
    "/gallery": ("components/gallery.html", GALLERY),
    "/sign-in": ("sign_in.html", {"error": None, "login": "", "me": None, "nav": ()}),
    "/gone": (
        "error.html",
        {"status": 404, "title": "没有这个页面", "advice": "检查网址，或从左边的菜单重新进入", "clause": ""},
    ),
}


@pytest.fixture
def address(serve) -> str:
    return serve(make_static_app(PAGES, {"/progress": FINISHED}))


def test_the_frame_stands_in_its_measures_and_breaks_no_policy(address, open_page, faults, shoot):
    page = open_page(f"{address}/gallery", 1366, 768)

    shoot(page, "gallery")
    measures = {name: page.locator(name).bounding_box() for name in (".top", ".rail", ".next")}
    assert (measures[".top"]["height"], measures[".rail"]["width"], measures[".next"]["height"]) == (48, 168, 64)
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    assert faults == []


def test_failing_clauses_stand_first_and_only_they_say_what_to_do(address, open_page):
    page = open_page(f"{address}/gallery", 1366, 768)

    assert page.locator(".vl:not(.hd) .v").all_text_contents() == ["✗", "?", "✓"]
    assert page.locator(".vl.ok .do").inner_text() == ""
    assert "转入 12 月批次" in page.locator(".vl.no .do").inner_text()


def test_the_tray_follows_long_work_to_its_end(address, open_page):
    page = open_page(f"{address}/gallery", 1366, 768)

    page.get_by_text("100 %").wait_for()

    assert page.locator("[data-say=done]").inner_text() == "60,000"
    page.locator(".tray .bar rect[width='100%']").wait_for(state="attached")
    page.locator("[data-cancel]").wait_for(state="hidden")


def test_slash_goes_to_the_search_field(address, open_page):
    page = open_page(f"{address}/gallery", 1366, 768)

    page.keyboard.press("/")

    page.wait_for_function("() => document.activeElement.name === 'q'")


def test_pages_read_without_scripts(address, open_page, shoot):
    page = open_page(f"{address}/gallery", 1366, 768, scripts=False)

    page.locator(".me summary").click()
    page.get_by_text("退出登录").wait_for()
    assert page.locator("[data-say=percent]").inner_text() == "62 %"


@pytest.mark.parametrize("name", ["sign-in", "gone"])
def test_lone_pages_have_one_filled_button(address, open_page, faults, shoot, name):
    page = open_page(f"{address}/{name}", 1366, 768)

    shoot(page, name)
    assert page.locator(".btn-act").count() == 1
    assert faults == []

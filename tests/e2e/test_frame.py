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
        {"status": 404, "title": "没有这个页面", "advice": "检查网址，或从下面重新进入", "clause": ""},
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


LETTER = """() => { document.querySelector("main").innerHTML = `<section class="panel"><div class="form"><p>letter</p>
  <table class="list"><tbody>${"<tr><td>paper</td><td>before → after</td></tr>".repeat(60)}</tbody></table>
  <dl class="facts"><dt>office</dt><dd>bureau</dd></dl></div></section>`; }"""
INBOX = """() => { document.querySelector("main").innerHTML = `<section class="panel"><table class="list stack">
  <thead><tr>${"<th>a head</th>".repeat(8)}</tr></thead><tbody><tr><td class="num nowrap">3 working days</td>
  <td class="nowrap">Thu 3 Dec</td><td class="nowrap">BA2026-0004</td>
  <td class="name">佛山市顺德区容威精密模具有限公司</td>
  <td class="nowrap">First filing</td><td>Metal extrusion worker</td><td class="nowrap">City decision</td><td>–</td>
  </tr></tbody></table></section>`; }"""
CUT = "() => { const main = document.querySelector('main'); return main.scrollWidth > main.clientWidth; }"


def test_on_a_phone_the_top_bar_has_two_lines_and_an_inbox_is_read_downwards(address, open_page, shoot):
    page = open_page(f"{address}/gallery", 390, 844)

    scope, find = (page.locator(f".top {name}").bounding_box() for name in (".scope", ".find"))
    assert scope["x"] + scope["width"] <= find["x"]
    assert find["width"] >= 150
    page.evaluate(INBOX)
    shoot(page, "inbox-phone")
    assert page.locator(".name").bounding_box()["height"] <= 40
    assert page.evaluate(CUT) is False


def test_on_paper_what_follows_a_list_stands_below_it_and_states_keep_their_shapes(address, open_page):
    page = open_page(f"{address}/gallery", 1366, 768)
    page.emulate_media(media="print")

    shape = "getComputedStyle(document.querySelector('.state'), '::before').printColorAdjust"
    assert page.evaluate(shape) == "exact"
    page.evaluate(LETTER)
    # A grid that is cut by the end of a page writes what follows over the list.
    assert page.evaluate("getComputedStyle(document.querySelector('main .form')).display") == "block"


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

"""The candidate's one link, on a phone without scripts."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.e2e.static_pages import make_static_app
from tests.fixtures.ticket_pages import ticket

pytestmark = pytest.mark.browser


@pytest.fixture
def address(serve) -> str:
    pages = {"/ok": ("sessions/ticket.html", ticket()), "/no": ("sessions/ticket.html", ticket("no"))}
    return serve(make_static_app(pages, {}))


def test_it_answers_may_i_when_and_where_on_the_first_screen(address, open_page, faults, shoot):
    page = open_page(f"{address}/ok", 390, 844, scripts=False, device_scale_factor=2)

    shoot(page, "ticket")
    page.set_viewport_size({"width": 390, "height": 1900})
    shoot(page, "ticket-full")
    for words in ("符合条件，可以考", "10:00", "A 栋实训室"):
        assert page.locator("main").get_by_text(words).first.bounding_box()["y"] < 844
    assert page.locator(".pass").bounding_box()["width"] <= 390
    assert faults == []


def test_the_code_on_the_screen_can_be_read(address, open_page):
    page = open_page(f"{address}/ok", 390, 844, scripts=False, device_scale_factor=2)
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["EXAMPLECODE234567ABCDEFGHI"]


def test_on_paper_it_is_one_page_with_everything_on_it(address, open_page, shoot):
    page = open_page(f"{address}/ok", 1366, 768, scripts=False)
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="print")

    shoot(page, "ticket-paper")
    assert len(pages) == 1
    assert not page.locator("main").is_visible()
    for words in (
        "陈小明",
        "佛山市顺德区华岭电器有限公司",
        "2026 年度",
        "2026-11-23",
        "A 栋实训室",
        "4406**********0018",
    ):
        assert page.locator(".sheet").get_by_text(words).first.is_visible()
    assert page.locator(".sheet img").bounding_box()["width"] > 100


def test_the_code_fills_the_screen_without_scripts(address, open_page):
    page = open_page(f"{address}/ok", 390, 844, scripts=False)
    page.get_by_text("放大").click()
    page.locator("#big svg").wait_for()

    assert page.locator("#big svg").bounding_box()["width"] > 350


def test_who_may_not_come_is_told_first_why_and_from_when(address, open_page, shoot):
    page = open_page(f"{address}/no", 390, 844, scripts=False, device_scale_factor=2)

    shoot(page, "ticket-no")
    assert page.locator(".lines b").all_inner_texts()[:2] == ["五级证书满 3 年", "或者：做电工满 5 年"]
    assert page.get_by_text("2027-07-12 起满 3 年，可以再报").is_visible()
    assert page.locator(".pass").count() == 0

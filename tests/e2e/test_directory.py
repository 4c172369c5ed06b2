"""The public directory on a phone, a desk and a wide screen: read without scripts, in both languages, on paper."""

from __future__ import annotations

from datetime import date

import pytest

from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.organisations.directory import publish
from tests.e2e.waiting import next_page
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
WELDER, LATHE, CARE, COOK = "6-18-02-04", "6-18-01-01", "4-10-01-05", "4-03-02-01"
# kind, name, address, since, offers; as in the design's picture
BODIES = (
    (
        "social",
        "佛山市顺德区众联智造培训中心",
        "大良街道兴业中路 38 号 2 座 3 层",
        2021,
        {ELECTRICIAN: ("5", "4", "3"), LATHE: ("4", "3")},
    ),
    (
        "social",
        "佛山市顺德区凤厨职业培训学校",
        "容桂街道桂新东路 112 号",
        2022,
        {ELECTRICIAN: ("5", "4"), COOK: ("5", "4", "3")},
    ),
    ("social", "佛山市顺德区碧江职业培训学校", "北滘镇碧江大道 9 号 A 座", 2023, {ELECTRICIAN: ("5", "4")}),
    ("college", "佛山市顺德区南兴技工学校", "勒流街道新城东路 60 号", 2021, {ELECTRICIAN: ("5", "4", "3")}),
    (
        "enterprise",
        "佛山市顺德区华岭电器有限公司",
        "北滘镇工业大道 21 号",
        2020,
        {ELECTRICIAN: ("5", "4", "3", "2"), WELDER: ("5", "4")},
    ),
    (
        "enterprise",
        "佛山市顺德区永锐模具有限公司",
        "伦教街道熹涌路 77 号",
        2024,
        {ELECTRICIAN: ("4", "3"), LATHE: ("4", "3", "2")},
    ),
)
SIZES = ((1366, 768), (1920, 1080), (390, 844))


@pytest.fixture
def address(make, app, serve) -> str:
    for number, (kind, name, street, year, offers) in enumerate(BODIES):
        more = {"address": street, "telephone": f"0757-0000 {2618 + number}", "filed_on": date(year, 6, 18)}
        body = make.body(kind, name=name, **more)
        for code, levels in offers.items():
            make.body_occupation(body, code, levels)
        if "碧江" in name:
            with transaction(SYSTEM):
                body.state = "suspended"
                publish(body, date(2026, 10, 12))
    return serve(app)


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda size: str(size))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_and_a_body_fit_the_screen(address, open_page, shoot, faults, width, height, language) -> None:
    page = open_page(f"{address}/directory?language={language.replace('zh', 'zh_CN')}", width, height, scripts=False)
    page.goto(f"{address}/directory?q=电工&district=440606")
    shoot(page, f"directory-{width}-{language}")
    assert page.locator(".card").count() == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    call = page.locator("[href^='tel:']").first.bounding_box()
    assert call["height"] >= 40 or width > 390
    with next_page(page):
        page.locator("h2 a").nth(2).click()
    shoot(page, f"directory-body-{width}-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "2026-10-12" in page.locator("main").inner_text()
    assert faults == []


def test_on_paper_the_form_goes_and_the_rows_stay(address, open_page, shoot) -> None:
    page = open_page(f"{address}/directory", 1366, 768, scripts=False)
    page.emulate_media(media="print")
    shoot(page, "directory-paper")
    assert not page.locator("form").is_visible()
    assert page.get_by_text("0757-0000 2618").is_visible()

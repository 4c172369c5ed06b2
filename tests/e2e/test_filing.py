"""An enterprise is filed in real browsers: begun, handed in, returned, answered, reviewed, decided, published."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.filings.models import Filing
from tests.domains.filings import conftest as filings
from tests.domains.filings.conftest import PDF, Case, people_of
from tests.e2e.waiting import next_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
settled = filings.settled
NAME = "佛山市顺德区铭锐机电有限公司"
COMMENT = "承诺书没有盖章，请盖章后重传"
ANSWER = {"name": "承诺书（已盖章）.pdf", "mimeType": "application/pdf", "buffer": PDF}
TABLET = (1280, 800)


@pytest.fixture
def desks(serve, app, open_page, make, settled: None):
    """The body, its people and those of the offices by role, and how one of them opens a page at their desk."""
    body = make.body(name=NAME, short_name="铭锐", state="draft")
    people = people_of(make, body)
    address = serve(app)

    def sit_down(role: str, path: str, size: tuple[int, int] = (1366, 768)) -> Any:
        page = open_page(f"{address}/sign-in?next={path}", *size)
        sign_in(page, people[role][0].login)
        return page

    return body, people, sit_down


def press(page: Any, name: str) -> None:
    with next_page(page):
        page.get_by_role("button", name=name, exact=True).click()


def condition(page: Any, word: str) -> Any:
    return page.locator("tr", has=page.get_by_text(word, exact=True))


def test_a_body_is_filed_after_a_return_and_stands_in_the_directory(desks, make, clock, faults, shoot) -> None:
    body, people, sit_down = desks
    desk = sit_down("coordinator", "/filings", TABLET)
    press(desk, "开始")
    _begin(desk)
    case = Case(body, db.session.execute(select(Filing)).scalar_one(), people, make, clock)
    db.session.rollback()
    case.fill()
    at = f"/filings/{case.filing.uid}"

    desk.reload()
    assert desk.get_by_text("缺或不符合 0").is_visible()
    press(desk, "提交")
    assert desk.get_by_role("link", name="收件回执").is_visible()

    district = sit_down("district_bureau", at)
    _return(district)
    _answer(desk, shoot)

    case.read_all()
    case.rule_all()
    district.reload()
    assert in_sight(district, "初审通过，报市局")
    press(district, "初审通过，报市局")
    city = sit_down("city_bureau", at)
    press(city, "准予备案")
    shoot(city, "filing-decided")

    _letter_and_directory(desk, shoot)
    assert faults == []


def in_sight(page: Any, words: str) -> bool:
    """Nobody has to scroll for the button, however long the page is."""
    box = page.get_by_role("button", name=words).bounding_box()
    is_long = page.locator("main").evaluate("main => main.scrollHeight > main.clientHeight")
    return bool(is_long and box["y"] + box["height"] <= page.viewport_size["height"])


def _begin(desk: Any) -> None:
    """One page by hand."""
    assert desk.get_by_text("还没有选职业").is_visible()
    with next_page(desk):
        desk.get_by_role("link", name="主体 0 / 4").click()
    for name, value in (("is_registered", "yes"), ("is_legal_person", "yes"), ("has_good_credit", "yes")):
        desk.locator(f"select[name={name}]").select_option(value)
    desk.locator("select[name=does_training]").select_option("no")
    desk.locator("input[name=as_of]").fill("2026-11-20")
    press(desk, "保存这一页")
    assert desk.get_by_role("link", name="主体 4 / 4").is_visible()


def _return(district: Any) -> None:
    row = condition(district, "接受监督的承诺")
    row.get_by_text("写退回意见").click()
    row.get_by_role("textbox").fill(COMMENT)
    district.reload()  # as after another form of the page: what was typed is there, and open
    assert row.get_by_role("textbox").input_value() == COMMENT
    press(district, "退回，附条件下写的意见")
    assert district.get_by_text("补正通知书").is_visible()


def _answer(desk: Any, shoot: Any) -> None:
    """What is asked for stands first, at its condition; a new document is put there and all of it handed in again."""
    desk.reload()
    assert condition(desk, "接受监督的承诺").get_by_text(f"退回意见：{COMMENT}").is_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") == TABLET[0]
    shoot(desk, "filing-returned")
    desk.locator("#documents select[name=kind]").select_option("promise")
    desk.locator("#documents input[type=file]").set_input_files(ANSWER)
    press(desk, "上传")
    assert desk.get_by_role("link", name="承诺书（已盖章）.pdf").is_visible()
    press(desk, "重新提交")
    assert desk.get_by_role("link", name="收件回执").count() == 2


def _letter_and_directory(desk: Any, shoot: Any) -> None:
    desk.reload()
    with next_page(desk):
        desk.get_by_role("link", name="佛技评备案〔2026〕0001号").click()
    assert desk.get_by_text(NAME).first.is_visible()
    shoot(desk, "filing-letter")
    desk.goto(f"{desk.url.partition('/filings')[0]}/directory")
    assert desk.get_by_text(NAME).first.is_visible()

"""A coordinator places many people at once and reads, without scrolling, who was left over and why."""

from __future__ import annotations

import pytest

from config.rulebook import rulebook
from examops.sessions.capacity.limits import TurnResources, factors
from tests.e2e.waiting import next_page, sign_in
from tests.factories import DAY, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
SURNAMES = "陈何黎邓梁黄李张罗谢苏郑冯区"
TEAMS = ("总装线一班", "总装线二班", "注塑车间")


@pytest.fixture
def exam(make: Factory):
    """Three turns of four places; 14 people of three teams wait for one."""
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    batch, room = make.batch(body), make.room(make.site(body), name="A栋实训室", stations=4)
    make.camera(room)
    session, turns = make.session_with_turns(batch, room, turns=3, capacity=4, starts_at=DAY.replace(day=25))
    for name, role in (("邓志辉", "leader"), ("邓国辉", "examiner"), ("何晓敏", "examiner")):
        make.duty(session, make.staff(body, name=name), role)
    resources = TurnResources(stations=4, covered=4, examiners=3, proctors=0)
    for turn in turns:
        turn.factors = [one.to_json() for one in factors("skill", resources, rulebook(), DAY.date())]
    make.save(*turns)
    for n, surname in enumerate(SURNAMES):
        make.application(batch, make.candidate(body, name=f"{surname}小明", team=TEAMS[n % 3]))
    return body, session


def test_who_was_not_placed_is_read_without_scrolling(serve, app, open_page, make, exam, faults, shoot):
    body, session = exam
    page = open_page(f"{serve(app)}/sign-in?next=/sessions/{session.uid}", 1366, 768)
    sign_in(page, make.user("coordinator", body).login)
    fill = page.get_by_role("button", name="14 人依次排满各轮")
    fill.wait_for()
    shoot(page, "booking-before")
    assert fill.bounding_box()["y"] + 20 < 768, "one step is in sight"

    with next_page(page):
        fill.click()
    result = page.locator("#filling")
    result.wait_for()
    shoot(page, "booking-after")
    for words in ("已排入 12 / 14 人", "2 人没有排上", "各轮都满了：12 / 12"):
        box = result.get_by_text(words).bounding_box()
        assert box["y"] + box["height"] < 768
    assert page.get_by_text("陈小明").first.is_visible()
    assert faults == []


def test_a_team_is_chosen_and_placed_into_one_turn(serve, app, open_page, make, exam, faults, shoot):
    body, session = exam
    page = open_page(f"{serve(app)}/sign-in?next=/sessions/{session.uid}", 1366, 768)
    sign_in(page, make.user("coordinator", body).login)
    page.locator("#placing select[name=team]").select_option("注塑车间")
    with next_page(page):
        page.get_by_role("button", name="筛选").click()
    page.locator("#placing h2", has_text="等着排的人 4").wait_for()
    page.locator("#placing").scroll_into_view_if_needed()
    shoot(page, "booking-team")
    page.locator("select[name=turn]").select_option(label="第 2 轮（余 4）")
    with next_page(page):
        page.get_by_role("button", name="全部 4 人").click()
    page.get_by_text("已排入 4 / 4 人").wait_for()
    assert page.locator(".turns-box tr", has_text="第 2 轮").locator(".cap b").inner_text() == "4"
    assert faults == []


def test_a_candidates_page_and_the_days_of_a_copy_fit_the_window(serve, app, open_page, make, exam, faults, shoot):
    body, session = exam
    page = open_page(f"{serve(app)}/sign-in?next=/sessions/{session.uid}/copy", 1366, 768)
    sign_in(page, make.user("coordinator", body).login)
    page.locator("input[name=until]").wait_for()
    page.locator("input[name=until]").fill("2026-12-08")
    with next_page(page):
        page.get_by_role("button", name="试算这些天").click()
    page.get_by_text("2026-12-08 周二").wait_for()
    shoot(page, "copy-days")
    save = page.get_by_role("button", name="保存勾选的各天")
    assert save.bounding_box()["y"] < 768
    with next_page(page):
        save.click()
    page.get_by_text("已排 5 个场次").wait_for()

    page.locator(".find input[name=q]").fill("陈小明")
    with next_page(page):
        page.keyboard.press("Enter")
    with next_page(page):
        page.get_by_role("link", name="陈小明").click()
    page.get_by_role("heading", name="陈小明").wait_for()
    shoot(page, "candidate")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert faults == []

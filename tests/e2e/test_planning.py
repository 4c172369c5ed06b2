"""Planning a session of two groups in a real browser: judged while typing, explained, saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e.waiting import next_page, sign_in, until_judged, until_loaded
from tests.factories import DAY, ELECTRICIAN, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def ground(make: Factory):
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    site = make.site(body, name="顺德容桂考点")
    room = make.room(site, stations=24, name="A栋实训室")
    make.room(site, name="B栋实训室")
    make.camera(room)
    batch = make.batch(body, parts=("skill", "theory"))
    for name in ("邓志辉", "罗晓敏", "苏国强"):
        make.staff(body, name=name, team="实训部")
    for name in ("何文静", "周萍"):
        make.staff(body, "proctor", name=name)
    return body, room, batch


@pytest.fixture
def planning(serve, app, open_page, make, ground):
    def go(width: int = 1366, height: int = 768, scripts: bool = True):
        page = open_page(f"{serve(app)}/sign-in?next=/sessions/new", width, height, scripts)
        sign_in(page, make.user("coordinator", ground[0]).login)
        page.locator("#plan").wait_for()
        until_loaded(page)
        return page

    return go


def fill_group(page, n: int, part: str, start: str, stations: str = "") -> None:
    page.locator(f"#g{n}-target").select_option(f"{ELECTRICIAN}/4")
    page.locator(f"#g{n}-part").select_option(part)
    page.locator(f"#g{n}-room").select_option(label="A栋实训室（24 个工位） · 顺德容桂考点")
    page.locator(f"#g{n}-starts_at").fill(start)
    page.locator(f"#g{n}-turns").fill("2")
    page.locator(f"#g{n}-stations").fill(stations)


def put_on_duty(page) -> None:
    people = page.locator(".person")
    for n in range(people.count()):
        roles = people.nth(n).locator("select").first
        is_examiner = "考评员" in people.nth(n).locator("small").inner_text()
        roles.select_option("examiner" if is_examiner else "proctor")
        if people.nth(n).locator("select").count() > 1:
            people.nth(n).locator("select").nth(1).select_option("0" if is_examiner else "1")


def test_two_groups_are_judged_while_typing_and_saved(planning, faults, shoot):
    page = planning()
    page.get_by_role("button", name="再加一组").click()
    page.locator("#g1-target").wait_for()
    until_loaded(page)
    fill_group(page, 0, "skill", "2026-12-10T08:30", "12")
    fill_group(page, 1, "theory", "2026-12-10T08:30")
    page.locator("#g1-minutes").fill("90")  # a theory paper takes no less: shorter would be a caution
    put_on_duty(page)

    until_judged(page)
    assert page.locator(".judged .fine").is_visible()
    shoot(page, "plan-two-groups")
    assert "共可排 48 人，没有冲突" in page.locator("#plan-sum").inner_text()
    groups = page.locator(".judged .grp").all_inner_texts()
    assert all("依据：" in words for words in groups)
    assert [words.splitlines()[0] for words in groups] == [
        "第 1 组 电工 四级 实操 工位 12：A-01–A-12",
        "第 2 组 电工 四级 理论 工位 12：A-13–A-24",
    ]
    with next_page(page):
        page.get_by_role("button", name="保存场次").click()
    page.locator("main.session").wait_for()
    shoot(page, "session-two-groups")
    assert page.locator(".turns-box tbody tr").count() == 4
    assert faults == []


def test_a_clash_is_told_while_typing_with_what_is_free(planning, ground, make, faults, shoot):
    session, _ = make.session_with_turns(ground[2], ground[1], turns=3, starts_at=DAY + timedelta(days=3))
    page = planning(800, 1280)
    fill_group(page, 0, "skill", "2026-11-26T09:00")

    until_judged(page)
    shoot(page, "plan-clash-tablet")
    told = page.locator(".wrongs").inner_text()
    assert f"A栋实训室 已有场次 {session.number}" in told
    assert "B栋实训室（12 个工位）" in told
    assert "有 1 处要改" in page.locator("#plan-sum").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 800
    assert faults == []


def test_without_scripts_everything_wrong_is_said_at_once(planning, shoot):
    page = planning(scripts=False)
    page.locator("#g0-turns").fill("0")
    with next_page(page):
        page.get_by_role("button", name="保存场次").click()
    page.locator(".wrongs").wait_for()
    shoot(page, "plan-faults")
    told = page.locator(".wrongs li a").all_inner_texts()
    assert told == ["请选职业和等级", "开始时间没填或填错", "轮次须为 1–20"]
    assert page.locator("#g0-turns").input_value() == "0"

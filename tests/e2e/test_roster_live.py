"""A roster from file to verdicts in a real browser: upload, columns, the row that fails and why."""

from __future__ import annotations

import uuid

import pytest

from examops.core.extensions import keyring, store
from examops.registration.rosters.examining import examine_roster
from tests.domains.registration.roster_files import ACTOR, HEAD, PEOPLE, person, workbook
from tests.e2e.waiting import next_page, sign_in, until_loaded
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def page(serve, app, open_page, make: Factory):
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    make.batch(body)
    page = open_page(f"{serve(app)}/sign-in?next=/rosters/", 1366, 768)
    sign_in(page, make.user("coordinator", body).login)
    page.locator("#file").wait_for()
    return page


def until_reloaded(page) -> None:
    """The page reloads itself when the work has ended; an address asked for before that page stands is given up."""
    page.locator("[data-reload]").wait_for(state="detached")
    until_loaded(page)


def judged(page, job_app, clock, rows) -> str:
    """The address of the preview of these rows, every original vouched for."""
    page.locator("#file").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": workbook([HEAD, *rows])}
    )
    for box in page.locator("input[name=vouched]").all():
        box.check()
    with next_page(page):
        page.get_by_text("下一步：认列").click()
    with next_page(page):
        page.get_by_text("下一步：核对").click()
    page.locator(".tray, .tabs").first.wait_for()
    with job_app.app_context():
        uid = uuid.UUID(page.url.split("/rosters/")[1][:36])
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    until_reloaded(page)
    return page.url.split("?")[0]


def test_a_coordinator_sees_who_cannot_and_why(page, job_app, clock, faults, shoot) -> None:
    page.locator("#file").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": workbook([HEAD, *PEOPLE])}
    )
    for box in page.locator("input[name=vouched]").all():
        box.check()
    shoot(page, "roster-upload-live")
    with next_page(page):
        page.get_by_text("下一步：认列").click()
    page.get_by_text("下一步：核对").wait_for()
    shoot(page, "roster-columns-live")
    assert "4406**********0018" in page.locator(".samples").all_inner_texts()[1]
    assert "440604199001010018" not in page.content()
    with next_page(page):
        page.get_by_text("下一步：核对").click()
    page.locator(".tray, .tabs").first.wait_for()
    uid = uuid.UUID(page.url.split("/rosters/")[1][:36])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    until_reloaded(page)
    page.goto(page.url.split("?")[0] + "?tab=no&open=3")
    shoot(page, "roster-preview-live")

    assert page.locator(".tabs b").all_inner_texts() == ["1", "2", "0"]
    assert page.locator(".det .vl.no").count() >= 1
    assert "差 10 天" in page.locator(".det").inner_text()
    assert faults == []


def test_cells_rows_and_many_rows_are_changed_on_the_page(page, job_app, clock, faults, shoot) -> None:
    numbers = ("440604199001010018", "440604199001010034", "440604199001010050")
    away = [person(name, number, "劳务派遣", insured="广州") for name, number in zip("甲乙丙", numbers, strict=True)]
    for row in away:
        row[HEAD.index("工作地")] = "广州"
    address = judged(page, job_app, clock, away)
    page.goto(f"{address}?tab=no")
    assert page.locator(".many").is_hidden()

    for box in page.locator("tbody [name=row]").all()[:2]:
        box.check()
    shoot(page, "roster-many")
    page.locator(".many .some").wait_for()
    assert page.locator(".many .every").is_hidden()
    page.locator(".many select").select_option(label="工作地")
    page.locator(".many [name=value]").fill("佛山")
    with next_page(page):
        page.keyboard.press("Enter")
    page.get_by_text("改了 2 人的“工作地”").wait_for()
    assert page.locator(".tabs b").all_inner_texts() == ["2", "1", "0"]

    page.goto(f"{address}?tab=ok&open=2")
    with next_page(page):
        page.locator(".sheet").get_by_text("总装线").click()
    assert page.locator("#fix").input_value() == "总装线"
    shoot(page, "roster-cells")
    page.locator("#fix").fill("注塑")
    with next_page(page):
        page.get_by_text("重判这一行").click()
    page.get_by_text("撤销：第 2 行改班组").wait_for()
    with next_page(page):
        page.get_by_text("不报这个人").click()
    page.get_by_text("1 人定为不报").wait_for()
    assert page.locator(".tabs b").all_inner_texts() == ["1", "1", "0", "1"]
    with next_page(page):
        page.get_by_text("撤销：第 2 行不报").click()
    page.get_by_text("撤销了").wait_for()
    assert page.locator(".tabs b").all_inner_texts() == ["2", "1", "0"]

    page.goto(f"{address}?tab=no")
    page.locator("thead [name=all]").check()
    page.locator(".many", has_text="这一类全部 1 人").wait_for()
    with next_page(page):
        page.get_by_text("不报这些人").click()
    page.get_by_text("1 人定为不报").wait_for()
    assert page.locator(".tabs b").all_inner_texts() == ["2", "0", "0", "1"]
    assert faults == []

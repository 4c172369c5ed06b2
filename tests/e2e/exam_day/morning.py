"""The coordinator's morning: a batch, its roster and photos, a session planned, approved and filled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from examops.core.clock import SHANGHAI
from tests.e2e.exam_day import papers
from tests.e2e.exam_day.town import ROOM, Town
from tests.e2e.waiting import next_page, until_judged, until_loaded

BATCH = "2026 第 4 批"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def open_batch(town: Town, page: Any) -> None:
    with next_page(page):
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="批次").click()
    with next_page(page):
        page.get_by_role("link", name="新批次").click()
    day = town.cut_off - timedelta(days=2)
    page.get_by_label("名称").fill(BATCH)
    page.locator(".occupation", has_text="电工").get_by_label("四级").check()
    page.get_by_role("checkbox", name="理论").uncheck()
    for name, value in (
        ("cut_off_on", town.cut_off),
        ("applies_from", f"{day - timedelta(days=40)}T09:00"),
        ("applies_until", f"{town.cut_off}T18:00"),
        ("held_from", day - timedelta(days=2)),
        ("held_until", day + timedelta(days=60)),
    ):
        page.locator(f"#{name}").fill(str(value))
    with next_page(page):
        page.get_by_role("button", name="保存批次").click()
    assert BATCH in page.locator("table.list").inner_text()


def read_roster(town: Town, page: Any) -> str:
    """Upload, guessed columns, verdicts; answers the address of the preview."""
    with next_page(page):
        page.get_by_role("link", name="名单").click()
    page.locator("#file").set_input_files(
        {"name": "一线员工.xlsx", "mimeType": XLSX, "buffer": papers.roster(town.cut_off)}
    )
    page.get_by_label("职业", exact=True).select_option(label="电工")
    page.get_by_label("等级", exact=True).select_option(label="四级")
    for box in page.locator("input[name=vouched]").all():
        box.check()
    with next_page(page):
        page.get_by_text("下一步：认列").click()
    page.get_by_role("heading", name="每一列是什么").wait_for()
    assert page.locator("#c-B").input_value() == "id_number"
    assert page.locator("#c-F").input_value() == "started_on"
    assert page.locator("table.list").get_by_text("按列名认出").count() == len(papers.HEAD)
    with next_page(page):
        page.get_by_text("下一步：核对").click()
    page.locator(".tabs b").first.wait_for()
    return str(page.url).split("?")[0]


def see_verdicts(page: Any, preview: str) -> None:
    """The worker has judged: who cannot and why, with clause, limit and source, and the cell that is wrong."""
    page.get_by_role("button", name="下一步：保存 4 人").wait_for()
    assert page.locator(".tabs b").all_inner_texts() == ["4", "2", "0"]
    row = 2 + papers.EVERYBODY.index(papers.TOO_SHORT)
    page.goto(f"{preview}?tab=no&open={row}")
    failing = page.locator(".det .vl.no").first
    assert "劳务派遣" in failing.locator(".c").inner_text()
    assert "差 10 天" in failing.inner_text()
    assert "1 年" in failing.inner_text()
    source = failing.locator("details.clause")
    source.locator("summary").click()
    source.locator("p", has_text="劳务派遣").first.wait_for()
    row = 2 + papers.EVERYBODY.index(papers.MISTYPED)
    page.goto(f"{preview}?tab=no&open={row}")
    assert page.locator(".sheet th.on").all_inner_texts() == ["B 身份证号"]


def correct_and_save(page: Any) -> None:
    page.locator("#fix").fill(papers.MISTYPED.id_number)
    with next_page(page):
        page.get_by_role("button", name="重判这一行").click()
    with next_page(page):
        page.get_by_role("button", name="下一步：保存 5 人").click()
    page.get_by_text("已报名 5 人").wait_for()


def bring_photos(page: Any) -> None:
    with next_page(page):
        page.get_by_role("link", name="一次上传整个压缩包").click()
    page.locator("#file").set_input_files(
        {"name": "照片.zip", "mimeType": "application/zip", "buffer": papers.photos()}
    )
    with next_page(page):
        page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("3 张合格").wait_for()
    assert "照片模糊" in page.locator("table.list").first.inner_text()
    assert page.get_by_text("还缺 2 人").is_visible()


def plan_session(town: Town, page: Any) -> UUID:
    """Judged while it is filled in; an overlapping second one is refused with what is free."""
    with next_page(page):
        page.get_by_role("link", name="本周").click()
    with next_page(page):
        page.get_by_role("link", name="排场次").click()
    _fill_plan(town, page)
    assert page.locator("#judged .fine").is_visible()
    judged = page.locator("#judged").inner_text()
    assert "第 2 轮" in judged
    assert "考评员（每人看 5 人） 3" in judged
    assert "共可排 30 人" in judged
    with next_page(page):
        page.get_by_role("button", name="保存场次").click()
    page.locator("main.session").wait_for()
    uid = UUID(page.url.rsplit("/", 1)[1])
    with next_page(page):
        page.get_by_role("link", name="本周").click()
    with next_page(page):
        page.get_by_role("link", name="排场次").click()
    _fill_plan(town, page)
    assert "已有场次" in page.locator("#judged .wrongs").inner_text()
    with next_page(page):  # the page of the refusal; the judgement above looks the same
        page.get_by_role("button", name="保存场次").click()
    assert f"{ROOM} 已有场次" in page.locator(".wrongs").inner_text()
    assert "邓*辉" in page.locator(".wrongs").inner_text() or "邓志辉" in page.locator(".wrongs").inner_text()
    return uid


def _fill_plan(town: Town, page: Any) -> None:
    page.locator("#plan").wait_for()
    until_loaded(page)
    page.get_by_label("职业和等级").select_option(label="电工 四级")
    page.locator("#g0-starts_at").fill(f"{town.starts_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}")
    page.locator("#g0-turns").fill("2")
    page.locator("#g0-minutes").fill("60")
    for n, person in enumerate(page.locator(".person").all()):
        is_examiner = "考评员" in person.locator("small").inner_text()
        person.locator("select").select_option(("leader" if n == 0 else "examiner") if is_examiner else "proctor")
    until_judged(page)


def state_recusals(page: Any, session: str) -> None:
    """Each person on duty has signed on paper that they know nobody on the list; the coordinator writes it down."""
    page.goto(session)
    people = page.locator(".staff tbody tr").count()
    assert page.locator(".staff .v-un").count() == people == 4
    with next_page(page):
        page.get_by_role("link", name="回避声明和到岗签到").click()
    for n in range(people):
        with next_page(page):
            page.get_by_role("link", name="登记纸面声明").nth(n).click()
        page.get_by_label("已逐一看过名单，以上属实").check()
        with next_page(page):
            page.get_by_role("button", name="提交声明").click()
        page.get_by_role("heading", name="当值到岗").wait_for()
    assert page.get_by_text("已声明，无须回避").count() == people


def have_it_approved(town: Town, page: Any, session: str) -> None:
    """Declared by the body with its people, approved by the district; then the list is final."""
    page.goto(session)
    with next_page(page):
        page.get_by_role("button", name="报送考前申报").click()
    page.locator(".head .state", has_text="待审批").wait_for()
    office = town.enter("district", 1366, 768)
    assert office.get_by_text("1 个场次待您审批").is_visible()
    with next_page(office):
        office.get_by_role("link", name="去审批").click()
    with next_page(office):
        office.get_by_role("link", name="电工 四级 实操").click()
    with next_page(office):
        office.get_by_role("button", name="批准").click()
    office.locator(".head .state", has_text="已批准").wait_for()
    page.reload()
    assert page.locator(".pick-people").count() == 0
    assert page.get_by_text("名单已随申报锁定").is_visible()
    with next_page(page):
        page.get_by_role("button", name="名单定稿").click()
    page.locator(".head .state", has_text="名单已定").wait_for()


def book_people(page: Any) -> None:
    """Four into the first turn, one into the second, before the declaration: the list is part of it."""
    assert page.locator(".pick-people label:has(input)").count() == 5
    boxes = page.locator(".pick-people input[name=application]")
    page.locator("select[name=turn]").select_option(index=1)  # the first choice is all turns
    for n in range(4):
        boxes.nth(n).check()
    with next_page(page):
        page.get_by_role("button", name="只排勾选的人").click()
    page.get_by_text("已排入 4 / 4 人").wait_for()
    page.locator("select[name=turn]").select_option(index=2)
    page.locator(".pick-people input[name=application]").check()
    with next_page(page):
        page.get_by_role("button", name="只排勾选的人").click()
    page.get_by_text("已排入 1 / 1 人").wait_for()
    assert [cell.inner_text() for cell in page.locator(".book td:nth-child(6)").all()].count("合格") == 3

"""A roster from file to verdicts in a real browser: upload, columns, the row that fails and why."""

from __future__ import annotations

import uuid

import pytest

from examops.core.extensions import keyring, store
from examops.registration.rosters.examining import examine_roster
from tests.domains.registration.test_rosters import ACTOR, HEAD, PEOPLE, workbook
from tests.factories import PASSWORD, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def page(serve, app, open_page, make: Factory):
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    make.batch(body)
    page = open_page(f"{serve(app)}/sign-in?next=/rosters/", 1366, 768)
    page.locator("input[name=login]").fill(make.user("coordinator", body).login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#file").wait_for()
    return page


def test_a_coordinator_sees_who_cannot_and_why(page, job_app, clock, faults, shoot) -> None:
    page.locator("#file").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": workbook([HEAD, *PEOPLE])}
    )
    for box in page.locator("input[name=vouched]").all():
        box.check()
    shoot(page, "roster-upload-live")
    page.get_by_text("下一步：认列").click()
    page.get_by_text("下一步：核对").wait_for()
    shoot(page, "roster-columns-live")
    assert "4406**********0018" in page.locator(".samples").all_inner_texts()[1]
    assert "440604199001010018" not in page.content()
    page.get_by_text("下一步：核对").click()
    page.locator(".tray, .tabs").first.wait_for()
    uid = uuid.UUID(page.url.split("/rosters/")[1][:36])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    page.goto(page.url.split("?")[0] + "?tab=no&open=3")
    shoot(page, "roster-preview-live")

    assert page.locator(".tabs b").all_inner_texts() == ["1", "2", "0"]
    assert page.locator(".det .vl.no").count() >= 1
    assert "差 10 天" in page.locator(".det").inner_text()
    assert faults == []

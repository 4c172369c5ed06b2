"""A saved session is opened again on the page of its plan, judged while it is edited, and saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.transaction import transaction
from examops.sessions.booking.service import book_one
from examops.sessions.models import Turn
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.saving import create_session
from tests.e2e.waiting import next_page, sign_in, until_judged
from tests.factories import DAY, ELECTRICIAN, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
ACTOR = Actor("user", None, "李婷", "coordinator")


@pytest.fixture
def page(serve, app, open_page, make: Factory, clock):
    """A coordinator at a draft session of two turns; two people are booked into the second."""
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    room = make.room(make.site(body), stations=12, name="A栋实训室")
    make.camera(room)
    batch = make.batch(body)
    duties = [Duty(make.staff(body, name=name).uid, "examiner") for name in ("邓志辉", "罗晓敏", "苏国强")]
    group = GroupPlan(ELECTRICIAN, "4", "skill", DAY + timedelta(days=3), 2, 60, 10)
    with transaction():
        plan = SessionPlan(batch.uid, room.uid, (group,), duties)
        uid = create_session(plan, actor=ACTOR, clock=clock, rules=rulebook()).uid
    second = make.session.query(Turn).filter_by(number=2).one()
    for application in make.applications(batch, body, 2):
        with transaction():
            book_one(application.uid, second.uid, actor=ACTOR, clock=clock)
    page = open_page(f"{serve(app)}/sign-in?next=/sessions/{uid}", 1366, 768)
    sign_in(page, make.user("coordinator", body).login)
    page.locator("main.session").wait_for()
    return page


def test_a_draft_is_opened_changed_and_saved(page, faults, shoot) -> None:
    with next_page(page):
        page.get_by_role("link", name="修改").click()
    assert page.locator("#g0-turns").input_value() == "2"
    assert page.locator("#g0-stations").input_value() == "A-01–A-12"
    page.locator("#g0-turns").fill("1")
    until_judged(page)
    assert "第 2 轮已排 陈明" in page.locator("#judged .wrongs").inner_text()
    shoot(page, "change-refused")
    page.locator("#g0-turns").fill("3")
    page.locator("#g0-starts_at").fill("2026-11-26T13:00")
    until_judged(page)
    assert page.locator("#judged .fine").is_visible()
    assert "第 3 轮" in page.locator("#judged").inner_text()
    shoot(page, "change-fine")
    with next_page(page):
        page.get_by_role("button", name="保存改动").click()
    page.locator(".notice", has_text="改动已保存").wait_for()
    rows = page.locator(".turns-box tbody tr")
    assert rows.count() == 3
    assert "13:00–14:00" in rows.nth(0).inner_text()
    assert "2 / 12" in rows.nth(1).inner_text()
    assert faults == []

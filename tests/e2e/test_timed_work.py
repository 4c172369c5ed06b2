"""The operator tries a failed job again, in a real browser."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from examops.core.database import db
from examops.core.jobs import defer
from examops.core.transaction import transaction
from scheduler.failures import record_failure
from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory
from tests.fixtures.application import NOON

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def operator_at(serve, app, open_page, make: Factory):
    """Two failed jobs of the queue; the operator's page of timed work."""
    with transaction():
        for uid in ("6f1c2a4e", "77ab01c9"):
            defer("footage.sample", queue_name="media", segment_uid=uid)
        db.session.execute(text("UPDATE procrastinate_jobs SET status = 'failed', attempts = 3"))
        numbers = list(db.session.execute(text("SELECT id FROM procrastinate_jobs ORDER BY id")).scalars())
        record_failure(numbers[0], "MaxRetryError: 对象存储 127.0.0.1:9000 没有应答（连接被拒绝）", NOON)
        record_failure(numbers[1], "footage.no_keyframe: 这一段里没有能解码的关键帧", NOON)
    page = open_page(f"{serve(app)}/sign-in?next=/timed-work/", 1366, 768)
    sign_in(page, make.user("operator", name="周国栋").login)
    page.get_by_role("heading", name="失败的任务").wait_for()
    return page


def test_the_operator_reads_the_reason_and_tries_again(operator_at, faults, shoot):
    page = operator_at
    shoot(page, "timed-work-failed")
    row = page.locator("tr", has_text="对象存储 127.0.0.1:9000 没有应答")
    with next_page(page):
        row.get_by_role("button", name="再试").click()
    page.locator(".notice", has_text="已重新排入队列").wait_for()
    assert page.get_by_role("button", name="再试").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert faults == []

# ruff: noqa: F401, F811  fixtures are imported, and named again by the tests that ask for them
"""Outage, reload, expired session, tablet out of use: the desk with the real server, database and service worker.

Nothing that was scanned is lost, and each counts at its own moment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from examops.accounts.devices import revoke
from examops.accounts.models import Device
from examops.accounts.pairing import create_pairing_code
from examops.checkin.models import Scan, Sitting
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.transaction import transaction
from examops.sites.models import Site
from tests.domains.checkin.conftest import ID_NUMBER, codes, exam
from tests.e2e.test_desk import scan, until_stored
from tests.e2e.waiting import next_page, sign_in
from tests.factories import DAY, Factory
from tests.patience import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
MINUTE = timedelta(minutes=1)
KEPT = """async () => {
    const urls = async name => (await (await caches.open(name)).keys()).map(one => one.url);
    const files = await urls("desk-files-1");
    return (await urls("desk-pages-1")).length > 0 && [/desk-.*js/, /tablet-.*css/].every(
        name => files.some(url => name.test(url)));
}"""


class Server:
    """The application on one port, which can go away and come back as a cable does."""

    def __init__(self, app: Any) -> None:
        self.app, self.port, self.running = app, 0, None
        self.up()

    def up(self) -> None:
        self.running = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.running.server_port
        self.thread = threading.Thread(target=self.running.serve_forever, daemon=True)
        self.thread.start()

    def down(self) -> None:
        if self.running:
            self.running.shutdown()
            self.thread.join()
            self.running.server_close()
            self.running = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def server(app) -> Iterator[Server]:
    made = Server(app)
    yield made
    made.down()


@pytest.fixture
def proctor(exam, make: Factory):
    return make.on_duty(make.user("proctor", exam[0]), exam[1])


@pytest.fixture
def at_desk(server, exam, proctor, open_page, clock):
    """The desk, open on a tablet whose clock is ten minutes fast, kept by its service worker."""

    def go() -> Any:
        page = open_page(f"{server.address}/sign-in", 800, 1280)
        page.clock.set_fixed_time(clock.now() + 10 * MINUTE)
        page.goto(f"{server.address}/sign-in?next=/desk/{exam[1].uid}")
        sign_in(page, proctor.login)
        page.locator("#s-scan").wait_for()
        until_kept(page)
        page.get_by_text("平板时钟快 10 分钟").wait_for()
        return page

    return go


def until_kept(page: Any) -> None:
    """``wait_for_function`` takes the promise of an answer for the answer."""
    wait_for(lambda: page.evaluate(KEPT), "the worker keeps the page and its files")


def pass_time(page: Any, clock: Any, by: timedelta) -> None:
    """The server's clock and the tablet's."""
    clock.instant += by
    page.clock.set_fixed_time(clock.now() + 10 * MINUTE)


def waiting(page: Any, count: int) -> None:
    page.wait_for_function(f"() => document.querySelector('[data-say=queued]').textContent === '{count}'")


def entered() -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(select(Sitting.entered_at).order_by(Sitting.entered_at)).scalars())


def test_an_outage_with_reloads_loses_nobody_and_each_counts_at_the_scan(
    at_desk,
    server,
    codes,
    clock,
    shoot,
) -> None:
    page = at_desk()
    pass_time(page, clock, DAY + 5.5 * MINUTE - clock.now())
    server.down()
    scan(page, codes[0])
    waiting(page, 1)
    page.get_by_text("离线 · 1 条待上传").wait_for()
    assert "自 09:05" in page.locator("#net-words").inner_text()
    until_stored(page, "waiting", 1)
    page.reload()
    page.locator("#s-scan").wait_for()
    waiting(page, 1)
    shoot(page, "desk-offline-reloaded")
    scan(page, codes[1])
    page.locator("#s-waiting").wait_for()
    page.locator("#s-waiting .verdict").click()
    page.locator("#type").click()
    page.locator("#id-number").fill(ID_NUMBER)
    page.keyboard.press("Enter")
    waiting(page, 3)
    until_stored(page, "waiting", 3)
    page.reload()
    waiting(page, 3)
    pass_time(page, clock, 40 * MINUTE)
    server.up()
    waiting(page, 0)
    page.locator("#results li").nth(2).wait_for()
    shoot(page, "desk-offline-results")
    rows = page.locator("#results li")
    assert [rows.nth(n).locator(".seat-no").inner_text()[:2] for n in range(3)] == ["A-", "A-", "A-"]
    moments = entered()
    assert len(moments) == 3
    assert all(abs(at - (DAY + 5 * MINUTE)) < MINUTE for at in moments), "not 09:45, when they arrived"
    until_stored(page, "results", 3)
    page.reload()
    page.locator("#results li").nth(2).wait_for()
    for _ in range(3):
        rows.nth(0).get_by_role("button", name="是本人", exact=True).click()
    page.locator("#s-scan").wait_for()


def test_an_expired_session_keeps_what_waits_until_somebody_signs_in(
    at_desk,
    server,
    exam,
    codes,
    proctor,
    clock,
    shoot,
) -> None:
    page = at_desk()
    page.context.clear_cookies()
    scan(page, codes[0])
    page.get_by_text("1 条没有上传").wait_for()
    shoot(page, "desk-signed-out")
    until_stored(page, "waiting", 1)
    with next_page(page):
        page.get_by_role("link", name="登录").click()
    sign_in(page, proctor.login)
    page.locator("#results li", has_text="A-").wait_for()
    assert len(entered()) == 1


def test_what_waits_on_a_tablet_out_of_use_is_handed_over_by_the_coordinator(
    at_desk,
    server,
    exam,
    codes,
    make,
    clock,
    shoot,
) -> None:
    page = at_desk()
    site = make.session.get_one(Site, exam[1].site_id)
    code = create_pairing_code(site, "desk", clock=clock)
    make.session.commit()
    page.goto(f"{server.address}/tablet")
    page.get_by_label("配对码").fill(code)
    page.get_by_label("平板的名字").fill("东门 1 号")
    with next_page(page):
        page.get_by_role("button", name="配对").click()
    page.goto(f"{server.address}/desk/{exam[1].uid}")
    assert page.locator("#s-scan .ctx b").inner_text() == "东门 1 号"
    server.down()
    pass_time(page, clock, DAY + 5 * MINUTE - clock.now())
    scan(page, codes[0])
    waiting(page, 1)
    with transaction():
        device = db.session.execute(select(Device).where(Device.name == "东门 1 号")).scalar_one()
        revoke(device, actor=Actor.system("test"), clock=clock)
    pass_time(page, clock, 40 * MINUTE)
    server.up()
    page.get_by_text("1 条没有上传").wait_for()
    until_stored(page, "waiting", 1, refused=True)
    page.context.clear_cookies(name="examops")
    office = make.user("coordinator", exam[0])
    page.goto(f"{server.address}/sign-in?next=/desk/handover/")
    sign_in(page, office.login)
    page.locator("#waiting tr", has_text="设备未配对").wait_for()
    shoot(page, "desk-handover")
    page.get_by_role("button", name="以我的名义上传").click()
    page.locator("#answers li", has_text="等考务决定").wait_for()
    page.get_by_text("没有待上传的签到").wait_for()
    db.session.rollback()
    kept = db.session.execute(select(Scan)).scalar_one()
    assert (kept.outcome, kept.moment_doubt) == ("unsettled", "handed_over")


def test_the_desk_can_be_installed_and_its_worker_reaches_nothing_else(at_desk, server, faults) -> None:
    page = at_desk()
    scope = page.evaluate("async () => (await navigator.serviceWorker.ready).scope")
    assert scope == f"{server.address}/desk/"
    manifest = page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == ("/desk/", "/desk/", "standalone")
    assert page.evaluate("async url => (await fetch(url)).status", manifest["icons"][0]["src"]) == 200
    assert faults == []

"""Every page of the product, opened by somebody who may, judged by axe-core against WCAG 2.0 and 2.1, A and AA."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered

from examops.core.clock import FixedClock
from tests.e2e.conftest import FRONTEND
from tests.factories import Factory
from tests.guards import walk
from tests.guards.place import Place
from tests.guards.rights import EVERYBODY, LINK, MAY, OFFICES, RECORDER
from tests.guards.stock import make_stocked_place
from tests.guards.test_routes import HERE, holder
from tests.guards.walk import Browser, Call
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
ROOT = Path(__file__).parents[2]
AXE = FRONTEND / "node_modules/axe-core/axe.min.js"
# Endpoints that answer GET with something else than a page. A new endpoint that is not here is opened as a page.
NO_PAGE = {
    "data for scripts and devices, beside /api/": """
        checkin.state desk_app.manifest desk_app.worker directory_data.json_file filings.accept_progress
        filings.list_progress footage.playlist footage.review_data footage.wall_data health.healthz rosters.progress
        sites.plan_json""",
    "a file or a picture, beside workbooks": """
        checkin.photo checkin.scan_frame directory.rule_file directory.specification_file directory_data.csv_file
        filings.document opening_queue.certificate sites.tenure_file static tickets.photo""",
    "leads on to another page": "accounts.home accounts.new_password accounts.notice",
    "the template and macros of another page here": "batches.copy batches.new sessions.edit tickets.staff_ticket",
}
# Templates of pages that no address of the stocked place renders, each with where it is seen.
NOT_OPENED = {
    "accounts/new_password.html": "asks for a link that works once; its fields are those of password.html",
    "checkin/outage_preview.html": "answers a form; its parts are those of the pages of an outage and of who is in",
    "error.html": "every refusal; one heading and a link",
    "openings/own.html": "asks for a request of this browser; judged in test_openings.py",
    "privacy_notice.html": "asks for a notice that nobody has read yet",
}
AS_OFFICE_TOO = {"filings.index", "filings.show", "exits.show", "sessions.home", "sessions.show", "sites.show"}
JUDGE = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
  const found = await axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 300)} | ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""


def is_data(call: Call) -> bool:
    """A workbook, or JSON of the API."""
    return call.rule.rule.endswith(".xlsx") or call.rule.rule.startswith("/api/")


def pages(app: Flask) -> Iterator[tuple[str, Call]]:
    """Whom to ask as, and what: the first role that may; pages that an office sees otherwise once more as an office."""
    other = {name for names in NO_PAGE.values() for name in names.split()}
    for call in walk.calls(app):
        roles = MAY[call.endpoint]
        if call.method != "GET" or call.endpoint in other or roles == RECORDER or is_data(call):
            continue
        yield "nobody" if roles in (EVERYBODY, LINK) else roles[0], call
        if call.endpoint in AS_OFFICE_TOO:
            yield next(role for role in roles if role in OFFICES), call


def templates_of_pages() -> set[str]:
    found = set()
    for folder in (ROOT / "examops", ROOT / "scheduler"):
        for file in folder.rglob("templates/**/*.html"):
            name = file.relative_to(next(one for one in file.parents if one.name == "templates")).as_posix()
            if "node_modules" not in file.parts and not file.name.startswith(("_", "base")):
                found.add(name)
    return {name for name in found if not name.startswith("components/")}


def who(make: Factory, role: str, own: Place) -> Any:
    """Somebody of this role; of the city offices with the whole city."""
    if role == "nobody":
        return None
    return make.user(role) if role.startswith("city_") else holder(make, role, own)


def in_another_state(own: Place) -> dict[str, str]:
    """Pages of the coordinator that show something else when their object has moved on."""
    return {"rosters.show, saved": f"/rosters/{own.instead['roster_photos.upload']['roster_uid']}"}


class Judge:
    """One window; who looks is changed by the cookie. axe comes by the browser's protocol, not with our pages."""

    def __init__(self, browser: Any, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        self.context.add_init_script(AXE.read_text("utf-8"))
        self.context.set_default_timeout(PATIENCE_S * 1000)
        self.window, self.address = self.context.new_page(), address

    def look_as(self, somebody: Browser | None) -> None:
        self.context.clear_cookies()
        if somebody:
            cookie = somebody.client.get_cookie("examops")
            self.context.add_cookies([{"name": "examops", "value": cookie.value, "url": self.address}])

    def faults(self, path: str) -> list[str]:
        """Also whatever is not answered with 200: nothing was judged then."""
        answer = self.window.goto(self.address + path)
        return list(self.window.evaluate(JUDGE)) if answer.status == 200 else [f"{path}: {answer.status}"]


@pytest.fixture
def own(make: Factory, clock: FixedClock, app: Flask) -> Place:
    return make_stocked_place(make, clock, district=HERE)


def test_every_page_is_clean(app: Flask, own: Place, make: Factory, serve: Any, browser: Any) -> None:
    judge, seen, faults = Judge(browser, serve(app)), set(), defaultdict(list)

    def rendered(_sender: Flask, template: Any, **_context: Any) -> None:
        seen.add(template.name)

    judge.window.set_content("<html lang='zh'><title>x</title><main><h1>x</h1><input></main>")
    assert [fault.split(":")[0] for fault in judge.window.evaluate(JUDGE)] == ["label"], "a hole is not seen"
    by_role = defaultdict(list)
    for role, call in pages(app):
        by_role[role].append(call)
    with template_rendered.connected_to(rendered, app):
        for role, calls in by_role.items():
            somebody = Browser(app, who(make, role, own))
            judge.look_as(somebody if role != "nobody" else None)
            paths = {call.endpoint: somebody.path(call, own) for call in calls}
            for name, path in (paths | (in_another_state(own) if role == "coordinator" else {})).items():
                for fault in judge.faults(path):
                    faults[fault].append(f"{name} as {role}")
    judge.context.close()
    assert not faults, "\n".join(f"{', '.join(where[:3])}: {fault}" for fault, where in faults.items())
    assert sum(map(len, by_role.values())) > 80
    assert templates_of_pages() - seen - NOT_OPENED.keys() == set(), "pages nobody opened here: say why in NOT_OPENED"


def test_what_is_no_page_is_still_there(app: Flask) -> None:
    there = {call.endpoint for call in walk.calls(app) if call.method == "GET"}
    assert {name for names in NO_PAGE.values() for name in names.split()} - there == set()
    assert NOT_OPENED.keys() - templates_of_pages() == set()

"""Somebody chooses English at the door and meets no Chinese but names: home, session, desk, wall, review room."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from config.rulebook import rulebook
from examops.catalogue import occupations
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.arming import arm_due, plan_armings
from examops.sessions.capacity.limits import TurnResources, factors
from examops.sessions.models import ExamSession
from tests.e2e.waiting import next_page, sign_in, until_judged
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")
# every text of the page and of its attributes, seen or hidden; data of scripts left out
TEXTS = """() => {
  const found = [document.title], seen = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walk = document.createTreeWalker(document.documentElement, seen);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) found.push(node.textContent);
    }
    else for (const name of ["title", "aria-label", "placeholder", "alt"]) found.push(node.getAttribute(name) ?? "");
  }
  return found;
}"""
# Left in Chinese: names of occupations, the law as it is quoted, and the name of the other language.
NAMES = [one.name for one in occupations().values()] + ["中文"]
LAW = ["考评人员管理办法 回避", "考评人员管理办法", "系统规则"] + [
    words for entry in rulebook().values() for rule in entry.rules for words in (rule.text, rule.clause)
]
DATA = re.compile("|".join(re.escape(words) for words in sorted({*NAMES, *LAW} - {""}, key=len, reverse=True)))
COORDINATOR = {
    "home": "/sessions/week",
    "session": "/sessions/{session}",
    "sessions": "/sessions/",
    "planning": "/sessions/new",
    "batches": "/sessions/batches",
    "new batch": "/sessions/batches/new",
    "roster": "/rosters/",
    "doors": "/desk/",
    "people": "/desk/{session}/people",
    "devices": "/devices/",
    "log": "/audit/",
}
SUPERVISOR = {
    "flags": "/footage/flags",
    "quarantine": "/quarantine/",
    "conclusion": "/footage/review/{session}/conclusion",
}


@pytest.fixture
def held(make: Factory, clock) -> tuple[Any, ExamSession]:
    """A running session with panel, cameras and candidates, all of it with Latin names."""
    body = make.body(name="Hualing Appliances", short_name="Hualing")
    site = make.site(body, name="Ronggui works", address="18 Qiaodong Road")
    room = make.room(site, stations=4, name="Hall A")
    for label in ("front left", "rear"):
        make.camera(room, label=label)
    batch = make.batch(body, name="2026 batch 4")
    session, turns = make.session_with_turns(batch, room, turns=2, capacity=4, state="running", title="Electrician 4")
    for role, name in (("leader", "Deng Hui"), ("examiner", "Mai Xin"), ("examiner", "Tan Yong")):
        make.duty(session, make.staff(body, "senior_examiner", name=name), role)
    means = TurnResources(stations=4, covered=4, examiners=3, proctors=0)
    for turn in turns:
        turn.factors = [one.to_json() for one in factors("skill", means, rulebook(), session.starts_at.date())]
    for name in ("Chen Ming", "He Lan"):
        application = make.application(batch, make.candidate(body, name=name, team="Line 2"))
        make.booking(turns[0], application)
    make.save(*turns)
    with transaction(SYSTEM):
        plan_armings(session, rulebook(), clock)
        arm_due(clock)
    return body, session


@pytest.fixture
def visit(app, serve, open_page, shoot) -> Callable[..., Any]:
    """Opens addresses in one browser; keeps what Chinese is met there that is no data."""
    return Visit(serve(app), open_page, shoot)


class Visit:
    def __init__(self, address: str, open_page: Callable[..., Any], shoot: Callable[[Any, str], None]) -> None:
        self.address, self.shoot = address, shoot
        self.page = open_page(f"{address}/sign-in", 1366, 768)
        self.met: dict[str, set[str]] = {}

    def go(self, path: str, width: int = 1366, height: int = 768) -> None:
        self.page.set_viewport_size({"width": width, "height": height})
        assert self.page.goto(self.address + path).ok, path

    def look(self, name: str) -> None:
        self.shoot(self.page, f"english-{name}")
        texts = [DATA.sub("", text).strip() for text in self.page.evaluate(TEXTS)]
        if chinese := {text for text in texts if CHINESE.search(text)}:
            self.met[name] = chinese

    def sign_in(self, user: Any) -> None:
        sign_in(self.page, user.login)

    def sign_out(self) -> None:
        self.page.locator(".me summary").click()
        with next_page(self.page):
            self.page.get_by_role("button", name="Sign out", exact=True).click()
        self.page.wait_for_url("**/sign-in")

    def tick_job(self, paths: dict[str, str], session: ExamSession) -> None:
        for name, path in paths.items():
            self.go(path.format(session=session.uid))
            self.look(name)


def test_who_chooses_english_at_the_door_meets_no_chinese(held, make, visit, faults):
    body, session = held
    html = visit.page.locator("html")
    assert html.get_attribute("lang") == "zh-CN"
    with next_page(visit.page):
        visit.page.get_by_role("link", name="English").click()
    visit.page.get_by_role("button", name="Sign in").wait_for()
    assert html.get_attribute("lang") == "en"
    visit.look("door")

    visit.sign_in(make.user("coordinator", body, name="Li Ting"))
    visit.tick_job(COORDINATOR, session)
    visit.go("/sessions/new")
    visit.page.get_by_label("Occupation and level").select_option(index=1)
    visit.page.get_by_label("First turn starts").fill("2026-11-24T09:00")
    until_judged(visit.page)
    visit.page.locator("#judged h3").wait_for()
    visit.look("judged plan")
    visit.go(f"/desk/{session.uid}", 800, 1280)
    visit.page.locator("#turns li.cur").wait_for()  # the script has written its words
    visit.look("desk")

    visit.go("/sessions/")
    visit.sign_out()
    visit.sign_in(make.user("supervisor", name="He Min"))
    visit.tick_job(SUPERVISOR, session)
    visit.go("/footage/wall")
    visit.page.locator("#risk-list .sum").wait_for()
    visit.look("wall")
    visit.go(f"/footage/review/{session.uid}")
    visit.page.get_by_text("No more ahead").wait_for()
    visit.look("room")

    visit.go("/quarantine/")
    visit.sign_out()
    visit.sign_in(make.user("operator", name="Tan Yong"))
    visit.tick_job({"jobs": "/timed-work/"}, session)
    assert visit.met == {}
    assert faults == []

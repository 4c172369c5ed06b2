"""The coordinator's week and one session with the real application, a real database and a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.rulebook import rulebook
from examops.sessions.capacity.limits import TurnResources, factors
from tests.e2e.waiting import sign_in
from tests.factories import DAY, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]
WEEK = (
    (
        "A栋实训室",
        "skill",
        ((0, 8.7, 3.5, "running"), (1, 10, 2, "approved"), (3, 8.5, 7.5, "draft"), (4, 8.5, 2, "approved")),
    ),
    ("B栋焊接车间", "skill", ((0, 13.5, 2, "approved"), (2, 8.5, 2, "approved"), (4, 8.5, 2, "draft"))),
    ("数控车间考区", "skill", ((1, 10, 4, "approved"), (4, 13, 3, "returned"))),
)


@pytest.fixture
def week(make: Factory):
    """Eight sessions in three rooms; one of them with panel, cameras and people."""
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    site, batch = make.site(body), make.batch(body)
    staff = [make.staff(body, "senior_examiner"), make.staff(body), make.staff(body)]
    shown = None
    for name, _, entries in WEEK:
        room = make.room(site, name=name)
        for label in ("前左", "前右", "后左"):
            make.camera(room, label=label)
        for day, hour, hours, state in entries:
            start = DAY + timedelta(days=day, hours=hour - 9)
            session, turns = make.session_with_turns(
                batch, room, capacity=12, turns=round(hours * 1.5), starts_at=start, state=state
            )
            if name == "A栋实训室" and day == 3:
                shown = session, turns
    session, turns = shown
    means = TurnResources(stations=12, covered=12, examiners=3, proctors=0)
    for turn in turns:
        turn.factors = [factor.to_json() for factor in factors("skill", means, rulebook(), session.starts_at.date())]
    make.save(*turns)
    for member, role in zip(staff, ("leader", "examiner", "examiner"), strict=True):
        make.duty(session, member, role)
    for application in make.applications(batch, body, 9):
        make.booking(turns[0], application)
    return body, session


@pytest.fixture
def at(serve, app, open_page, make, week):
    def go(path: str):
        address = serve(app)
        page = open_page(f"{address}/sign-in?next={path}", 1366, 768)
        sign_in(page, make.user("coordinator", week[0]).login)
        page.locator(".rail a").first.wait_for()
        return page

    return go


def test_the_week_stands_in_one_screen(at, faults, shoot):
    page = at("/sessions/week")

    shoot(page, "home-live")
    assert page.locator(".block").count() == 9
    page.wait_for_function("() => document.querySelector('main').scrollHeight <= 768")
    assert page.locator(".now span").inner_text() == "09:12"
    page.get_by_title("电工 四级 实操").nth(2).hover()
    shoot(page, "home-pop")
    assert page.locator(".pop:visible h3").inner_text() == "可用工位：12，每轮可排 12 人"
    assert faults == []


# How far each state's word stands from the edge of its block, and whether it is cut off without saying so.
EDGES = """() => [...document.querySelectorAll('.block .state')].map(one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const room = one.closest('.block').getBoundingClientRect().right - words.getBoundingClientRect().right;
  return [one.textContent, room >= 1 || getComputedStyle(one).textOverflow === 'ellipsis'];
})"""


@pytest.mark.parametrize("width", [1366, 1280])
def test_in_english_no_word_of_the_week_runs_into_the_edge_of_its_block(serve, app, open_page, make, week, width):
    page = open_page(f"{serve(app)}/sign-in?next=/sessions/week", width, 800)
    page.get_by_text("English").first.click()
    sign_in(page, make.user("coordinator", week[0]).login)
    page.locator(".block").first.wait_for()
    found = page.evaluate(EDGES)
    assert {words for words, _fits in found} >= {"Approved", "Running"}
    assert [words for words, fits in found if not fits] == []
    assert page.locator(".block").nth(1).get_attribute("title").endswith(" · Approved")


def test_a_session_shows_what_limits_it_and_who_comes(at, week, faults, shoot):
    page = at(f"/sessions/{week[1].uid}")

    shoot(page, "session-live")
    assert page.locator(".next").bounding_box()["y"] + 64 <= 768
    assert faults == []

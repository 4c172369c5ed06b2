"""Forty workstations and six cameras placed on a plan in a real browser: by mouse, and by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from examops.sites.models import Camera, CameraPlace, Room, StationPlace, Workstation
from tests.e2e.waiting import sign_in
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
ROWS, IN_A_ROW, CAMERAS = 4, 10, 6


@pytest.fixture
def room(make: Factory) -> Room:
    body = make.body(short_name="华岭电器")
    room = make.room(make.site(body, name="容桂考点"), stations=ROWS * IN_A_ROW, name="电工实训室")
    for n in range(CAMERAS):
        make.camera(room, label=f"摄像机{n + 1}", covers_all=False)
    make.user("coordinator", body, name="李小婷", login="xiaoting")
    make.user("coordinator", body, name="陈志强", login="zhiqiang")
    return room


@pytest.fixture
def editor(serve, app, open_page, room: Room):
    """Opens the plan of the room as one of the two coordinators, in a browser of its own."""
    address = serve(app)

    def go(login: str = "xiaoting"):
        path = f"/sites/rooms/{room.uid}"
        page = open_page(f"{address}/sign-in?next={path}", 1366, 768)
        sign_in(page, login)
        page.wait_for_url(f"**{path}")
        page.locator("svg [data-uid], svg path").first.wait_for(state="attached")
        return page

    return go


class Hand:
    """A person's acts, counted: a click, a drag, a key, a text typed into a field."""

    def __init__(self, page: Any) -> None:
        self.page, self.acts = page, 0
        self.plan = page.locator("[data-plan] svg")

    def click(self, x: float, y: float) -> None:
        box = self.plan.bounding_box()
        self.page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        self.acts += 1

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        box = self.plan.bounding_box()
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        self.page.mouse.move(*at[1], steps=4)
        self.page.mouse.up()
        self.acts += 1

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.acts += times

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.acts += 1

    def choose(self, label: str) -> None:
        self.page.locator("[data-plan] select").select_option(label=label)
        self.acts += 1

    def saved(self) -> None:
        self.page.locator("[data-state]", has_text="已保存").wait_for()


def placed(make: Factory, room: Room) -> dict[str, tuple[float, float]]:
    """What the database holds, by label."""
    make.session.rollback()
    stations = select(Workstation.code, StationPlace.x, StationPlace.y).join(StationPlace)
    cameras = select(Camera.label, CameraPlace.x, CameraPlace.y).join(CameraPlace)
    rows = [*make.session.execute(stations), *make.session.execute(cameras)]
    return {label: (x, y) for label, x, y in rows}


def near(place: tuple[float, float], x: float, y: float) -> bool:
    return abs(place[0] - x) < 0.01 and abs(place[1] - y) < 0.01


def test_forty_workstations_and_six_cameras_by_mouse(editor, room, make, faults, shoot) -> None:
    hand = Hand(editor())
    shoot(hand.page, "site-plan-empty")
    hand.button("排一排")
    for row in range(ROWS):
        hand.click(0.1, 0.2 + row * 0.2)
        hand.click(0.9, 0.2 + row * 0.2)
    hand.button("排一排")
    hand.choose("摄像机1 · 没有放")
    for n in range(CAMERAS):
        hand.click(0.1 + n * 0.15, 0.06)
    hand.saved()
    print(f"by mouse: {hand.acts} acts")
    assert hand.acts <= 20

    found = placed(make, room)
    assert len(found) == ROWS * IN_A_ROW + CAMERAS
    assert near(found["A-01"], 0.1, 0.2)
    assert near(found["A-40"], 0.9, 0.8)
    assert near(found["摄像机6"], 0.85, 0.06)
    hand.drag((0.1, 0.2), (0.05, 0.3))
    hand.saved()
    assert near(placed(make, room)["A-01"], 0.05, 0.3)
    hand.button("撤销")
    hand.saved()
    hand.page.reload()
    hand.page.locator(f"option:has-text('A-01 · 横 {found['A-01'][0] * 100:.1f} %')").wait_for(state="attached")
    assert placed(make, room) == found
    shoot(hand.page, "site-plan-placed")
    assert faults == []


def test_the_same_by_keyboard_alone_while_a_second_person_is_told(editor, room, make, shoot) -> None:
    hand, other = Hand(editor()), Hand(editor("zhiqiang"))
    hand.page.locator("[data-plan] select").focus()
    hand.press("Enter")  # from the list onto the plan, whose cross stands at a tenth
    for _row in range(ROWS):
        hand.press("r")
        hand.press("Enter")
        hand.press("Shift+ArrowRight", 16)
        hand.press("Enter")
        hand.press("r")
        hand.press("Shift+ArrowLeft", 16)
        hand.press("Shift+ArrowDown", 4)
    hand.press("PageDown")
    for _camera in range(CAMERAS):
        hand.press("Enter")
        hand.press("Shift+ArrowRight", 3)
    hand.saved()
    print(f"by keyboard: {hand.acts} acts")
    found = placed(make, room)
    assert len(found) == ROWS * IN_A_ROW + CAMERAS
    assert near(found["A-10"], 0.9, 0.1)
    hand.page.locator("[data-plan] [role=status]:not(:empty)").wait_for()

    other.click(0.5, 0.9)
    state = other.page.locator("[data-state].state-look")
    state.wait_for()
    assert re.search(r"李小婷 .*您的 1 处还在；两人都动过 A-01", state.inner_text())
    assert placed(make, room) == found
    shoot(other.page, "site-plan-conflict")
    other.button("保存")
    other.saved()
    assert near(placed(make, room)["A-01"], 0.5, 0.9)
    assert {label: at for label, at in placed(make, room).items() if label != "A-01"} == {
        label: at for label, at in found.items() if label != "A-01"
    }

"""The wall: wrong ones first, ages that tick, one request a refresh, and a network that goes away."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta

import pytest
from flask import Response

from tests.e2e.static_pages import make_static_app
from tests.fixtures.footage_pages import make_clip, make_strip
from tests.fixtures.wall_pages import wall_data
from tests.patience import PATIENCE_S, wait_for

pytestmark = pytest.mark.browser


class Server:
    """Answers refreshes as the server would, and can be away."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.data = wall_data()
        self.away = False

        self.lost: set[str] = set()  # cameras whose pictures the store does not give
        self.gives_first = threading.Event()  # clear: answers about the first page are late
        self.gives_first.set()

    def picture(self, request, still):
        if request.args.get("camera") in self.lost:
            return Response("", 403)
        return Response(still, content_type="image/jpeg")

    def refresh(self, request):
        self.asked.append(request.args["page"])
        if request.args["page"] == "1":
            self.gives_first.wait(PATIENCE_S)
        if self.lost:  # the boxes go on sending: only this page cannot read what they send
            self.data["now"] = (datetime.fromisoformat(self.data["now"]) + timedelta(seconds=2)).isoformat()
            for tile in self.data["tiles"]:
                camera = tile["camera_uid"].removeprefix("c")
                picture = f"/still.jpg?camera={camera}&at={len(self.asked)}"
                tile |= {"taken_at": self.data["now"], "age_s": 0, "image_url": picture}
        return Response("", 503) if self.away else {**self.data, "page": int(request.args["page"])}


@pytest.fixture(scope="session")
def still(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("still")
    images, places = make_strip(folder, make_clip(folder))
    return images[: places[0][1]]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def wall(serve, server, still) -> str:
    context = {
        "data": server.data,
        "data_url": "/wall.json",
        "filters": [],
        "densities": [(count, f"?density={count}") for count in (4, 9, 16, 25, 64)],
        "density": 16,
        "role_word": "督导员",
        "scope_label": "佛山市",
    }
    answers = {"/wall.json": server.refresh, "/still.jpg": lambda request: server.picture(request, still)}
    return serve(make_static_app({"/wall": ("footage/wall.html", context)}, answers)) + "/wall"


def test_wrong_tiles_stand_first_and_say_what_is_wrong(wall, open_page, faults, shoot):
    page = open_page(wall, 1920, 1080)
    page.locator(".sum b").first.wait_for()
    page.wait_for_function("() => [...document.querySelectorAll('.pic > img')].every((image) => image.naturalWidth)")
    page.locator(".tile .badge-w:visible").nth(1).wait_for()
    shoot(page, "wall")

    assert page.locator(".tile .badge-w:visible").all_inner_texts() == ["黑屏 18 s", "画面移动 1 分 20 秒"]
    assert [box.get_attribute("class") for box in page.locator(".tile").all()[:3]] == [
        "tile bad stop",
        "tile bad stop",
        "tile",
    ]
    assert page.locator(".sum b").all_inner_texts() == ["2", "2", "2", "1"]
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    assert faults == []


def test_a_repaired_camera_goes_back_to_its_place(wall, server, open_page):
    page = open_page(wall, 1920, 1080)
    page.locator(".tile.bad").first.wait_for()
    server.data["tiles"][-1] |= {"state": "ok", "words": "正常"}

    page.wait_for_function("() => document.querySelectorAll('.tile.bad').length === 1")
    page.wait_for_function("() => document.querySelectorAll('.tile').length === 16")


def test_without_network_the_ages_go_on_and_the_wall_says_so(wall, server, open_page):
    page = open_page(wall, 1920, 1080)
    page.wait_for_function("() => document.querySelector('.tile .a').textContent === '2 s'")
    server.away = True
    page.get_by_text("网络断开，画面没有更新").wait_for()

    page.wait_for_function("() => parseInt(document.querySelector('.tile .a').textContent) >= 4")


def test_the_age_is_that_of_the_picture_on_the_tile(wall, server, open_page, shoot):
    """Newer pictures exist and cannot be read: the tile says how long its own stands still, the others go on."""
    page = open_page(wall, 1920, 1080)
    tile, other = page.locator(".tile[href$='camera=5']"), page.locator(".tile[href$='camera=6']")
    page.wait_for_function("() => [...document.querySelectorAll('.pic > img')].every((image) => image.naturalWidth)")
    server.lost = {"5"}
    tile.get_by_text(re.compile(r"停在 (1[2-9]|[2-9]\d) s 前|停在 \d+ 分前")).wait_for()
    shoot(page, "wall-frozen")

    other.locator(".a", has_text=re.compile("^[0-4] s$")).wait_for()  # a picture of its own came meanwhile
    server.lost = {"none"}
    tile.get_by_text("停在").wait_for(state="detached")


def test_paging_asks_for_the_page_and_f_leaves_only_tiles(wall, server, open_page):
    page = open_page(wall, 1920, 1080)
    page.locator("#paging").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_text("第 2 / 3 屏").wait_for()
    page.keyboard.press("f")
    page.locator(".topbar").wait_for(state="hidden")

    assert "2" in server.asked
    assert page.locator(".tile").first.is_visible()


def test_a_late_answer_about_the_page_before_turns_no_page_back(wall, server, open_page):
    page = open_page(wall, 1920, 1080)
    page.locator("#paging").wait_for()
    server.gives_first.clear()
    asked = len(server.asked)
    wait_for(lambda: len(server.asked) > asked, "the wall asks again")
    page.keyboard.press("ArrowRight")
    page.get_by_text("第 2 / 3 屏").wait_for()
    with page.expect_request("**/wall.json*") as after:
        server.gives_first.set()
    assert "page=2" in after.value.url


@pytest.mark.parametrize(("density", "side"), [(4, 2), (64, 8)])
def test_the_grid_follows_the_density(serve, server, still, open_page, density, side):
    context = {"data": server.data, "data_url": "/wall.json", "filters": [], "densities": [], "density": density}
    answers = {"/wall.json": server.refresh, "/still.jpg": lambda _: Response(still, content_type="image/jpeg")}
    address = serve(make_static_app({"/wall": ("footage/wall.html", context)}, answers))
    page = open_page(f"{address}/wall", 1920, 1080)

    columns = page.evaluate("getComputedStyle(document.querySelector('#wall')).gridTemplateColumns.split(' ').length")
    assert columns == side


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160)])
def test_the_way_to_the_other_language_is_on_the_screen(wall, open_page, shoot, width, height):
    page = open_page("about:blank", width, height)
    page.context.add_cookies([{"name": "examops_language", "value": "en", "url": wall}])
    page.goto(wall)
    assert page.locator("html").get_attribute("lang") == "en"
    shoot(page, f"wall-en-{width}")
    for seen in (page.get_by_role("link", name="中文"), page.locator(".topbar .seg").last):
        box = seen.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert 0 <= box["y"] <= box["y"] + box["height"] <= height

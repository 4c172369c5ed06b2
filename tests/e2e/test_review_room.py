"""The review room with real pictures: two cameras on one clock, the axis, flags, and looks that are kept."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from tests.e2e.static_pages import make_static_app
from tests.fixtures.footage_pages import at, make_clip, make_strip, playlist, ranged, review_data

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def recording(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    clip = make_clip(folder)
    return clip.read_bytes(), *make_strip(folder, clip)


@pytest.fixture
def room(serve, recording):
    """The address, and what the page posted: flags and looks."""
    clip, images, places = recording
    posted: dict[str, list] = {"flags": [], "looks": []}

    def list_of(request):
        return ranged(
            playlist(clip, datetime.fromisoformat(request.args["from"])).encode(),
            request,
            "application/vnd.apple.mpegurl",
        )

    def index(request):
        first = datetime.fromisoformat(request.args["start"])
        frames = [
            {"t_ms": round((first + timedelta(seconds=10 * n)).timestamp() * 1000), "offset": o, "length": length}
            for n, (o, length) in enumerate(places)
        ]
        return {"every_s": 10, "frames": frames}

    def flag(request):
        posted["flags"].append(request.get_json())
        return {**request.get_json(), "uid": "new", "author": "督导 何*敏", "state": "open", "still_url": None}

    def looks(request):
        posted["looks"] += request.get_json()["looks"]
        return "", 204

    answers = {
        "/playlist.m3u8": list_of,
        "/clip.mp4": lambda r: ranged(clip, r, "video/mp4"),
        "/strip.json": index,
        "/strip.jpgs": lambda r: ranged(images, r, "application/octet-stream"),
        "/still.jpg": lambda r: ranged(images[: places[0][1]], r, "image/jpeg"),
        "/flags": flag,
        "/looks": looks,
        "/review.json": review_data(),
    }
    return serve(make_static_app({"/review": ("footage/room.html", {"data": review_data()})}, answers)), posted


def _seconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _playing(page) -> list[float]:
    return page.evaluate("[...document.querySelectorAll('video:not([hidden])')].map((video) => video.currentTime)")


def test_both_cameras_play_on_one_clock(room, open_page, faults, shoot):
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    page.wait_for_function(
        "() => [...document.querySelectorAll('video:not([hidden])')].every((video) => video.readyState >= 2)"
    )
    assert page.locator("#time").inner_text() == "10:02:14"
    page.locator("#axis canvas").hover(position={"x": 530, "y": 50})
    page.locator("#lane[aria-busy=false] .here img").wait_for(state="visible")
    shoot(page, "review")

    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#time').textContent >= '10:02:17'")
    one, other = _playing(page)
    assert abs(one - other) < 0.25
    assert faults == []


def test_a_click_on_the_axis_moves_every_camera(room, open_page):
    page = open_page(f"{room[0]}/review", 1600, 900)
    canvas = page.locator("#axis canvas")
    box = canvas.bounding_box()
    page.locator("#time", has_text="09:00:00").wait_for()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_function("() => document.querySelector('#time').textContent !== '09:00:00'")

    assert abs(_seconds(page.locator("#time").inner_text()) - _seconds("10:05:00")) <= 20


def test_the_wheel_zooms_at_the_pointer(room, open_page):
    page = open_page(f"{room[0]}/review", 1600, 900)
    box = page.locator("#axis canvas").bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + 60
    before = _pointed(page, x, y)
    span = _pointed(page, x + 100, y) - _pointed(page, x, y)
    for _ in range(6):
        page.mouse.wheel(0, -100)
    # 0.8⁶ = 0.26; wheels are handled later than the call returns
    deadline = time.monotonic() + 20
    while _pointed(page, x + 100, y) - _pointed(page, x, y) > span * 0.3:
        assert time.monotonic() < deadline, "the axis is not nearer"

    assert abs(_pointed(page, x, y) - before) <= 3


def _pointed(page, x: float, y: float) -> int:
    """The moment under the pointer, as the page writes it."""
    page.mouse.move(x, y)
    return _seconds(page.locator("#lane .when b").first.inner_text())


def test_a_gap_says_why_nothing_is_shown(room, open_page, shoot):
    page = open_page(f"{room[0]}/review?at={at('10:24:30')}", 1600, 900)

    page.get_by_text("缺口 42 秒：连接超时").wait_for()
    shoot(page, "review-gap")
    assert page.locator(".gapcard:visible").count() == 1


def test_the_next_thing_is_the_first_unseen_one(room, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    page.locator("#next-when", has_text="10:24:16").wait_for()
    assert "改看 A-前" in page.locator("#next-words").inner_text()

    page.keyboard.press("]")

    page.locator("#time", has_text="10:24:14").wait_for()


def test_a_flag_is_kept_with_camera_span_and_seat(room, open_page, shoot):
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    page.keyboard.press("f")
    page.locator("#flag-text").fill("离场时把工具带在身上")
    shoot(page, "review-flag")
    page.get_by_text("保存标记").click()
    page.locator("#lens-body").get_by_text("离场时把工具带在身上").wait_for()

    assert room[1]["flags"] == [
        {
            "camera_uid": "front",
            "start": at("10:02:04"),
            "end": at("10:02:14"),
            "seat": "A-07",
            "severity": "doubt",
            "text": "离场时把工具带在身上",
            "still_at": at("10:02:14"),
        }
    ]


def test_what_was_played_is_reported_as_a_span(room, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:30:00')}", 1600, 900)
    page.keyboard.press("1")
    page.get_by_role("button", name="8x").click()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#time').textContent >= '10:30:20'")
    page.keyboard.press("Space")
    with page.expect_response("**/looks"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")

    looks = room[1]["looks"]
    assert [look["camera_uid"] for look in looks] == ["front"]
    assert at("10:30:00") <= looks[0]["from"] < at("10:30:02")
    assert looks[0]["to"] >= at("10:30:19")

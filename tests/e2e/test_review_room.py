"""The review room with real pictures: two cameras on one clock, the axis, flags, and looks that are kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Response

from tests.e2e.static_pages import make_static_app
from tests.fixtures.footage_pages import at, make_clip, make_strip, playlist, ranged, review_data
from tests.patience import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def recording(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    clip = make_clip(folder)
    return clip.read_bytes(), *make_strip(folder, clip)


class Store:
    """Lists up to ``expired`` have addresses that have run out; ``away``: it answers no piece of footage."""

    expired, away = 0, False


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def room(serve, recording, store):
    """The address, and what the page posted: flags and looks."""
    clip, images, places = recording
    posted: dict[str, list] = {"flags": [], "looks": [], "lists": [], "opened": []}

    def list_of(request):
        """Addresses name the list they came with: the store refuses those that have run out."""
        posted["lists"].append(request.args["from"])
        written = playlist(clip, datetime.fromisoformat(request.args["from"]))
        written = written.replace("/clip.mp4", f"/clip.mp4?list={len(posted['lists'])}")
        return ranged(written.encode(), request, "application/vnd.apple.mpegurl")

    def piece(request):
        if int(request.args.get("list", "0")) <= store.expired:
            return "", 403
        return Response("", 503) if store.away else ranged(clip, request, "video/mp4")

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
        posted["opened"].append(request.get_json()["opened"])
        return "", 204

    answers = {
        "/playlist.m3u8": list_of,
        "/clip.mp4": piece,
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


PLAYING = "[...document.querySelectorAll('video:not([hidden])')].map((video) => video.currentTime)"


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
    # who fell behind on a busy machine is brought back into step
    page.wait_for_function(f"() => {{ const [one, other] = {PLAYING}; return Math.abs(one - other) < 0.25 }}")
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
    wait_for(lambda: _pointed(page, x + 100, y) - _pointed(page, x, y) <= span * 0.3, "the axis is nearer")

    assert abs(_pointed(page, x, y) - before) <= 3


def _pointed(page, x: float, y: float) -> int:
    """The moment under the pointer, as the page writes it."""
    page.mouse.move(x, y)
    return _seconds(page.locator("#lane .when b").first.inner_text())


def test_a_gap_says_why_nothing_is_shown(room, open_page, shoot):
    page = open_page(f"{room[0]}/review?at={at('10:24:30')}", 1600, 900)

    page.get_by_text("缺口 42 秒：连接超时").wait_for()
    shoot(page, "review-gap")
    # the other camera recorded: its card, if any, only says that its picture is on its way
    assert page.locator(".gapcard:not(.plain):visible").count() == 1


def test_the_next_thing_is_the_first_unseen_one(room, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    page.locator("#next-when", has_text="10:24:16").wait_for()
    page.locator("#next-words", has_text="改看 A-前").wait_for()

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


def flag_from_09_30_to_09_40(page) -> None:
    """A stretch drawn on the row of flags with the mouse, and saved. The axis shows 190 minutes from 08:30 on."""
    canvas = page.locator("#axis canvas").bounding_box()
    row = page.locator("#axis .label", has_text="标记").bounding_box()
    y = row["y"] + row["height"] / 2
    first, last = (canvas["x"] + canvas["width"] * minutes / 190 for minutes in (60, 70))
    page.mouse.move(first, y)
    page.mouse.down()
    page.mouse.move((first + last) / 2, y)
    page.mouse.move(last, y)
    page.mouse.up()
    page.locator("#flag-text").fill("两人交谈")
    page.get_by_text("保存标记").click()
    page.locator("#flag").wait_for(state="hidden")


def test_a_stretch_drawn_on_the_row_of_flags_is_the_flags(room, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    flag_from_09_30_to_09_40(page)

    (flag,) = room[1]["flags"]
    start, end = (datetime.fromisoformat(flag[name]) for name in ("start", "end"))
    assert abs(start - datetime.fromisoformat(at("09:30:00"))) < timedelta(seconds=20)
    assert abs(end - datetime.fromisoformat(at("09:40:00"))) < timedelta(seconds=20)
    assert flag["still_at"] == flag["start"]


def test_two_fingers_zoom_and_a_finger_draws_a_flag(room, open_page):
    """Four times nearer, and then a stretch of 100 pixels: the axis shows 190 minutes at first."""
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 1600, 900)
    canvas = page.locator("#axis canvas").bounding_box()
    row = page.locator("#axis .label", has_text="标记").bounding_box()
    left, upper, lower = canvas["x"], canvas["y"] + 60, row["y"] + row["height"] / 2
    apart = [[(left + 500 - half, upper), (left + 500 + half, upper)] for half in (40, 80, 160)]
    touch(page, [("touchStart", apart[0]), ("touchMove", apart[1]), ("touchMove", apart[2]), ("touchEnd", [])])
    drawn = [[(left + x, lower)] for x in (500, 550, 600)]
    touch(page, [("touchStart", drawn[0]), ("touchMove", drawn[1]), ("touchMove", drawn[2]), ("touchEnd", [])])
    page.locator("#flag-text").fill("两人交谈")
    page.get_by_text("保存标记").click()
    page.locator("#flag").wait_for(state="hidden")

    (flag,) = room[1]["flags"]
    start, end = (datetime.fromisoformat(flag[name]) for name in ("start", "end"))
    expected = timedelta(minutes=190 * 100 / canvas["width"] / 4)
    assert expected * 0.8 < end - start < expected * 1.2


def touch(page, steps) -> None:
    """Fingers as the browser gets them from a screen."""
    session = page.context.new_cdp_session(page)
    for kind, places in steps:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


READY = (
    "() => { const all = [...document.querySelectorAll('video:not([hidden])')];"
    " return all.length === 2 && all.every((video) => video.readyState >= 2) }"
)


def _leave(page) -> None:
    page.evaluate("dispatchEvent(new Event('pagehide'))")


def test_what_stood_on_the_screen_is_reported_with_its_speed_and_clock(room, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:30:00')}", 1600, 900)
    page.wait_for_function(READY)
    page.keyboard.press("1")
    page.get_by_role("button", name="4x").click()
    page.locator("#duty-left", has_text="4x 不计入已看").wait_for()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#time').textContent >= '10:30:20'")
    # on a busy machine the picture does not follow at once, and what did not follow was not seen
    wait_for(lambda: [_leave(page)] and room[1]["looks"], "something is seen", pause_s=1)
    page.keyboard.press("Space")
    _leave(page)
    page.wait_for_load_state("networkidle")
    stopped = _seconds(page.locator("#time").inner_text())  # far behind 10:30:20 on a busy machine

    looks = room[1]["looks"]
    assert {(look["camera_uid"], look["speed"]) for look in looks} == {("front", 4)}
    assert room[1]["opened"][0] == "code"
    assert at("10:30:00") <= looks[0]["from"] <= looks[-1]["to"]
    assert datetime.fromisoformat(looks[-1]["to"]).timestamp() % 86400 + 8 * 3600 < stopped + 2
    for look in looks:
        shown = (look["shown_to_ms"] - look["shown_from_ms"]) / 1000
        assert datetime.fromisoformat(look["to"]) - datetime.fromisoformat(look["from"]) == timedelta(seconds=4 * shown)


def test_a_page_without_pictures_reports_nothing(room, store, open_page):
    store.away = True
    page = open_page(f"{room[0]}/review?at={at('10:30:00')}", 1600, 900)
    page.keyboard.press("Space")
    # the clock goes on after eight seconds in which no picture came
    page.wait_for_function("() => document.querySelector('#time').textContent >= '10:30:05'")
    page.keyboard.press("Space")
    with page.expect_response("**/looks"):  # behind what leaving would have sent
        _leave(page)
        page.evaluate(
            "fetch('/looks', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({opened: 'last', looks: []})})"
        )
    page.wait_for_load_state("networkidle")

    assert room[1]["looks"] == []
    assert "同步" not in page.locator("#cams").inner_text()


def test_pictures_on_their_way_and_pictures_that_fail_are_no_black_picture_in_step(room, store, open_page, shoot):
    store.away = True
    page = open_page(f"{room[0]}/review?at={at('10:30:00')}", 1600, 900)
    page.locator(".gapcard", has_text="正在加载 10:30:00 的画面").first.wait_for()
    shoot(page, "review-loading")
    page.locator(".gapcard", has_text="取不到录像，正在重试").first.wait_for()
    shoot(page, "review-failed")
    assert "同步" not in page.locator("#cams").inner_text()

    store.away = False
    page.locator(".cam", has_text="同步 ±0.1 s").nth(1).wait_for()
    page.wait_for_function("() => ![...document.querySelectorAll('.gapcard')].some((one) => one.checkVisibility())")


def test_addresses_that_have_run_out_are_asked_for_again_at_the_same_moment(room, store, open_page):
    page = open_page(f"{room[0]}/review?at={at('10:30:00')}", 1600, 900)
    page.wait_for_function(READY)
    asked = len(room[1]["lists"])
    store.expired = asked  # the room was paused longer than its addresses live
    box = page.locator("#axis canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 122 / 190, box["y"] + 60)  # about 10:32, in the same list
    page.locator("#time", has_text="10:3").wait_for()
    page.wait_for_function("() => document.querySelector('#time').textContent > '10:31:00'")
    page.locator(".cam", has_text="同步 ±0.1 s").nth(1).wait_for()

    fresh = room[1]["lists"][asked:]
    shown = _seconds(page.locator("#time").inner_text())
    # The store may have refused what was loaded ahead before the click: then that list was asked for once more, too.
    assert 2 <= len(fresh) <= 4, "a new list for each camera"
    asked_from = {round(datetime.fromisoformat(moment).timestamp() + 8 * 3600) % 86400 for moment in fresh}
    assert asked_from <= {_seconds("10:30:00"), shown, shown + 1}


def _running(data: dict, until: str, people: int) -> dict:
    """The example as it is at this hour: footage, gaps, flags and people so far; it is asked for every second."""

    def so_far(rows):
        return [row for row in rows if row.get("start", row.get("at", "")) < until]

    session = {**data["session"], "now": until, "refresh_s": 1, "present": people}
    cameras = [
        {name: so_far(value) if name in ("segments", "gaps", "strips") else value for name, value in camera.items()}
        for camera in data["cameras"]
    ]
    shown = {"flags": so_far(data["flags"]), "alarms": so_far(data["alarms"]), "people": data["people"][:people]}
    return {**data, **shown, "session": session, "cameras": cameras}


@pytest.fixture
def running(serve, recording):
    """A running session: what the page is answered stands in ``now``; ``away``: the server is."""
    clip, images, places = recording
    state = {"now": _running(review_data(), at("10:20:00"), 6), "away": False}

    def answer(_request):
        return Response("", 503) if state["away"] else state["now"]

    answers = {
        "/playlist.m3u8": lambda r: ranged(
            playlist(clip, datetime.fromisoformat(r.args["from"])).encode(), r, "application/vnd.apple.mpegurl"
        ),
        "/clip.mp4": lambda r: ranged(clip, r, "video/mp4"),
        "/strip.json": {"every_s": 10, "frames": []},
        "/still.jpg": lambda r: ranged(images[: places[0][1]], r, "image/jpeg"),
        "/looks": lambda r: ("", 204),
        "/review.json": answer,
    }
    pages = {"/review": ("footage/room.html", {"data": state["now"]})}
    return f"{serve(make_static_app(pages, answers))}/review", state


def test_the_review_of_a_running_session_grows_without_a_reload(running, open_page, shoot):
    address, state = running
    page = open_page(f"{address}?at={at('10:18:00')}", 1366, 768)
    page.evaluate("document.body.dataset.same = 'page'")
    page.locator("#growth", has_text="10:20 更新").wait_for()
    labels = page.locator("#axis .label")
    labels.filter(has_text="6 入 · 0 离").wait_for()
    page.locator("#present", has_text=re.compile("^6$")).wait_for()
    shoot(page, "review-running")

    state["now"] = _running(review_data(), at("10:26:00"), 38)
    labels.filter(has_text="38 入 · 3 离").wait_for()
    labels.filter(has_text="1 / 3 待看").wait_for()
    page.locator("#growth", has_text="10:26 更新").wait_for()
    page.locator("#next-when", has_text="10:24:16").wait_for()
    page.locator("#lens-body h2", has_text="王*").wait_for()
    page.locator("#present", has_text=re.compile("^38$")).wait_for()
    assert page.locator("#time").inner_text() == "10:18:00"
    # strips that the page has are not asked for again
    page.wait_for_event("request", lambda request: "known_at=2026-11-23T02%3A26" in request.url)
    shoot(page, "review-grown")

    box = page.locator("#axis canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 115.4 / 190, box["y"] + 60)  # footage that was not there before
    page.locator("#time", has_text=re.compile("10:2[5-9]:")).wait_for()
    page.locator(".cam", has_text="同步 ±0.1 s").first.wait_for()
    assert page.evaluate("document.body.dataset.same") == "page"


def test_what_is_not_recorded_yet_is_no_missing_footage(running, open_page):
    page = open_page(f"{running[0]}?at={at('10:40:00')}", 1366, 768)
    page.locator(".gapcard", has_text="还没有录到这一刻").first.wait_for()
    assert page.locator(".gapcard:visible", has_text="没有录像").count() == 0


def test_a_review_that_no_longer_grows_says_since_when(running, open_page):
    page = open_page(f"{running[0]}?at={at('10:18:00')}", 1366, 768)
    running[1]["away"] = True
    page.locator("#growth.state-look", has_text="10:20 后没有更新").wait_for()
    running[1]["away"] = False
    page.locator("#growth", has_text="10:20 更新").wait_for()


def test_on_a_4k_screen_text_is_read_and_the_axis_is_met_where_it_is_seen(room, open_page, shoot):
    """Half as large again from 2800 px on, as on the wall. A click on the axis goes where it was made."""
    page = open_page(f"{room[0]}/review?at={at('10:02:14')}", 3840, 2160)
    page.locator("#axis .label").first.wait_for()
    page.wait_for_function("() => document.querySelector('#axis canvas').getBoundingClientRect().width > 1000")
    shoot(page, "review-3840")
    smallest = """() => Math.min(...[...document.querySelectorAll('.review-page *')]
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
          && one.checkVisibility() && one.getBoundingClientRect().width)
        .map((one) => parseFloat(getComputedStyle(one).fontSize) * (one.currentCSSZoom ?? 1)))"""
    assert page.evaluate(smallest) >= 18
    canvas = page.locator("#axis canvas")
    sharp = "(canvas) => canvas.width / canvas.getBoundingClientRect().width"
    assert canvas.evaluate(sharp) == pytest.approx(1, abs=0.01), "drawn for the pixels of the screen"
    box, screen = canvas.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] <= screen["width"]
    assert box["y"] + box["height"] <= screen["height"]
    flag_from_09_30_to_09_40(page)
    (flag,) = room[1]["flags"]
    assert abs(datetime.fromisoformat(flag["start"]) - datetime.fromisoformat(at("09:30:00"))) < timedelta(seconds=20)

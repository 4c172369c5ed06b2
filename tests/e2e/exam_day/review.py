"""The box is paired and records; the supervisor looks, plays and flags."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import Arming, Segment, Strip
from tests.e2e.exam_day.door import pairing_code
from tests.e2e.exam_day.town import Town
from tests.e2e.waiting import next_page
from tests.patience import wait_for

NOTE = "两人在工位之间递东西"


def pair_recorder(town: Town, coordinator: Any) -> None:
    town.processes.start_recorder(town.address, pairing_code(coordinator, "recorder"), town.camera_uids)


def _rows(table: Any, *where: Any) -> list[Any]:
    with transaction(SYSTEM):
        query = select(table).where(*where).order_by(table.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def wait_until_armed(town: Town) -> None:
    """By the scheduler's own tick, on the worker."""
    town.wait_for(
        lambda: [arming.state for arming in _rows(Arming)] == ["armed", "armed"], "both cameras are armed by the clock"
    )


def wait_until_archived(town: Town, least: int = 3) -> None:
    """``least`` verified segments of each camera, with frames."""

    def archived() -> bool:
        verified = [
            segment
            for segment in _rows(Segment, Segment.state == "verified")
            if _rows(Strip, Strip.segment_id == segment.id)
        ]
        counts = [
            sum(segment.camera_id == camera for segment in verified) for camera in {s.camera_id for s in verified}
        ]
        return len(counts) == 2 and min(counts) >= least

    town.wait_for(archived, "footage of both cameras is verified and has frames")


def open_room(town: Town, session: UUID) -> Any:
    """From the wall's picture of the camera to the room."""
    page = town.enter("supervisor", 1600, 900)
    page.locator(".tile img:visible").first.wait_for()
    with next_page(page):
        page.locator(".tile").first.click()
    page.wait_for_url(f"**/footage/review/{session}*")
    page.locator("#time").wait_for()
    return page


# The middle of the longest time of which both cameras have archived pictures and its end, as seconds of the day in
# Foshan, and where the middle lies on the whole axis, in pixels from its left.
BOTH = """() => {
    const data = JSON.parse(document.querySelector("#review-data").textContent), ms = Date.parse;
    const drawn = (camera) => new Set(camera.strips.map((strip) => strip.segment_uid));
    const shown = (camera) => camera.segments.filter((one) => drawn(camera).has(one.uid));
    const runs = data.cameras.map((camera) => shown(camera).reduce((found, one) => {
        const last = found.at(-1);
        if (last && last.run === one.run_uid) last.end = ms(one.end);
        else found.push({run: one.run_uid, start: ms(one.start), end: ms(one.end)});
        return found }, []));
    const overlap = (one, other) => [Math.max(one.start, other.start), Math.min(one.end, other.end)];
    const both = runs[0].flatMap((one) => runs[1].map((other) => overlap(one, other)));
    const [start, end] = both.sort((one, other) => (other[1] - other[0]) - (one[1] - one[0]))[0];
    const open = ms(data.session.open_at), close = ms(data.session.close_at), at = (start + end) / 2;
    const x = (at - open) / (close - open) * document.querySelector("#axis canvas").clientWidth;
    return [at / 1000 + 8 * 3600, end / 1000 + 8 * 3600, Math.round(x)] }"""
ROWS = {"前": 52, "后": 96}  # the middle of each camera's row
DAY_S = 24 * 3600


def see_frames(town: Town, page: Any) -> tuple[tuple[float, float], float]:
    """Closer with the wheel; each camera's row shows its own picture under the pointer. Answers where a click goes to
    that moment, and when the footage behind it ends, as seconds of the day."""
    box = page.locator("#axis canvas").bounding_box()
    wanted, end, x = page.evaluate(BOTH)

    def pointed(at: float, row: str = "前") -> int:
        """The moment under the pointer, as the page says it."""
        page.mouse.move(box["x"] + at, box["y"] + ROWS[row])
        hours, minutes, seconds = page.locator("#lane .when b").first.inner_text().split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)

    pointed(x)
    for _ in range(20):
        page.mouse.wheel(0, -100)
    town.wait_for(lambda: 0 < (pointed(x + 100) - pointed(x)) % DAY_S < 20, "the axis is near enough")
    seconds_per_pixel = (pointed(x + 400) - pointed(x)) % DAY_S / 400
    off = (wanted - pointed(x) + DAY_S / 2) % DAY_S - DAY_S / 2
    there = x + round(off / seconds_per_pixel)
    for label in ROWS:
        pointed(there, label)
        page.locator("#lane .lanefacts .when", has_text=label).wait_for()
        page.locator("#lane[aria-busy=false] .here img").wait_for(state="visible")
        page.wait_for_function("() => document.querySelector('#lane .here img').naturalWidth === 640")
    return (box["x"] + there, box["y"] + ROWS["后"]), end % DAY_S


def play(page: Any, there: tuple[float, float], end: float) -> None:
    """Both pictures advance together. The clock waits for no picture for ever: a machine that was too busy to show
    them before the footage ends is sent back."""

    def advance() -> bool:
        page.mouse.click(*there)
        page.wait_for_function(READY)
        before = page.evaluate(TIMES)
        page.keyboard.press("Space")
        how = page.wait_for_function(ADVANCED, arg=[before, end]).json_value()
        page.keyboard.press("Space")
        return bool(how == "advanced")

    wait_for(advance, "both pictures advance")


TIMES = "[...document.querySelectorAll('video:not([hidden])')].map((video) => video.currentTime)"
READY = """() => { const all = [...document.querySelectorAll('video:not([hidden])')];
    return all.length === 2 && all.every((video) => video.readyState >= 2) }"""
ADVANCED = f"""([before, end]) => {{
    if (({TIMES}).every((time, place) => time > before[place] + 1)) return "advanced";
    const [hours, minutes, seconds] = document.querySelector("#time").textContent.split(":").map(Number);
    const past = (hours * 3600 + minutes * 60 + seconds - end + {DAY_S}) % {DAY_S};
    return past < {DAY_S} / 2 ? "past" : false }}"""


def flag(page: Any) -> None:
    page.keyboard.press("f")
    page.locator("#flag-text").fill(NOTE)
    with page.expect_response("**/flags"):
        page.get_by_role("button", name="保存标记").click()


def see_flag(town: Town, page: Any) -> None:
    """In the list, with the picture that a worker cut from the original."""
    page.goto(f"{town.address}/footage/flags")

    def shown() -> bool:
        page.reload()
        return bool(page.locator(".flag-row", has_text=NOTE).locator("img").count())

    town.wait_for(shown, "the flag has its still")
    page.wait_for_function("() => document.querySelector('.flag-row img').naturalWidth === 1280")


def see_log(town: Town, page: Any) -> None:
    """What everybody did stands in the log that a supervisor reads, and is sealed."""

    def sealed() -> bool:
        """The page says how it stands when it is asked for; the clock's job may be a minute late on a busy machine."""
        page.goto(f"{town.address}/audit/")
        return bool(page.locator(".bar-head", has_text="已链封").count())

    town.wait_for(sealed, "the log is sealed")
    told = page.locator("table.list").inner_text()
    while page.locator(".pager a").count():
        with next_page(page):
            page.locator(".pager a").click()
        told += page.locator("table.list").inner_text()
    for words in ("标记", "查看录像", "签到入场", "签到被拒", "抽签排工位", "设备配对", "截取静帧", "摄像机布防"):
        assert words in told, words

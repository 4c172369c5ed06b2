"""What a supervisor waits for, in a real Chromium: the first picture of a review, a jump, the frames under the pointer;
and what a wall of 64 cameras costs the servers.

Footage of four cameras is recorded, archived and sampled first as the product does it. The peer of the first picture
is a bare page with one ``<video>`` of the same archived file. Browser and servers share this machine: on two cores the
browser's own decoding is most of what is waited for.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import cv2
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select, update

from bench.cpu import cpu_of_servers
from bench.installation import installation
from bench.recorded_site import drain, record, rows, site_with_cameras
from bench.signed_in import headers_of
from config.rulebook import rulebook
from config.settings import Settings
from examops.accounts.models import UserAccount
from examops.app.factory import create_app
from examops.core.clock import SystemClock, local
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import jobs
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.cameras.states import note_snapshot, snapshot_key
from examops.footage.models import CameraState, Segment
from examops.footage.review.playback import URL_LIVES
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room
from tests.factories import Factory
from tests.programs import need
from video.identity import pair
from video.recorder.spool import Spool
from video.server import Server

CAMERAS, MINUTES, ROUNDS, WALL, WALL_SECONDS, EVERY = 4, 4, 5, 64, 30, 10
OF_THE_BROWSER = ("node", "chromium")
# Every picture that is put on the screen, with its time on the page's clock.
SEEN = """
window.seen = [];
const attach = () => document.querySelectorAll("video").forEach((video) => {
  if (video.watched) return;
  video.watched = true;
  const next = (now) => { window.seen.push(now); video.requestVideoFrameCallback(next); };
  video.requestVideoFrameCallback(next);
});
setInterval(attach, 5);
"""
# Where on the axis the pointer stands over which second, read from what the page says there.
PLACES = """
() => {
  const canvas = document.querySelector("#axis canvas"), box = canvas.getBoundingClientRect(), found = [];
  for (let x = box.left + 1; x < box.right; x += 1) {
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: box.top + 60, bubbles: true }));
    const said = /[0-9]{2}:[0-9]{2}:[0-9]{2}/.exec(document.querySelector("#lane .when")?.textContent ?? "");
    if (said) found.push([said[0], x, box.top + 60]);
  }
  return found;
}
"""
HOVER = """
([x, y]) => new Promise((done) => {
  const image = document.querySelector("#lane .here img"), before = image.src, began = performance.now();
  const look = () => (image.src !== before && image.complete && !image.hidden
    ? done(performance.now() - began) : requestAnimationFrame(look));
  const canvas = document.querySelector("#axis canvas");
  canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true }));
  look();
})
"""


def run() -> list[dict[str, Any]]:
    """About three minutes."""
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as (settings, address):
        code, armings = site_with_cameras(settings, CAMERAS)
        spool, server = Spool(Path(folder) / "spool"), Server(address)
        identity = pair(spool.root, server, code, "bench")
        server.token = identity.token
        record(spool, identity.signer, armings, MINUTES)
        drain(spool, server)
        review, cookie, file, begun = _sampled(settings)
        with _browser() as browser:
            found = _review(browser, address, review, cookie, file, begun)
            return [*found, _wall(browser, settings, address, cookie)]


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=need("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def _sampled(settings: Settings) -> tuple[str, str, str, datetime]:
    """Frames of every segment drawn. What is looked at: the review's path, a supervisor's cookie, the address of one
    archived file, and when the footage begins."""
    with rows(settings) as make:
        user = make.user("supervisor", district="440606")
        with transaction(SYSTEM):
            segments = list(db.session.execute(select(Segment).order_by(Segment.started_at)).scalars())
            session_uid = db.session.execute(select(ExamSession.uid)).scalar_one()
        for segment in segments:
            jobs.sample(str(segment.uid))
        begun = segments[0].started_at
        file = store().read_url("footage", segments[0].object_key, URL_LIVES)
        cookie = _cookie(settings, user)
    first = urlencode({"at": (begun + timedelta(seconds=30)).isoformat()})
    return f"/footage/review/{session_uid}?{first}", cookie, file, begun


def _cookie(settings: Settings, user: UserAccount) -> str:
    app = create_app(settings)
    with app.app_context():
        return headers_of(app, user)["Cookie"]


def _review(browser: Browser, address: str, path: str, cookie: str, file: str, begun: datetime) -> list[dict[str, Any]]:
    first, jump, hover, bare = [], [], [], []
    for _ in range(ROUNDS):
        with _page(browser, address, cookie) as page:
            page.goto(address + path)
            first.append(_first_picture(page))
            page.locator(".cam", has_text="同步").nth(CAMERAS - 1).wait_for()
            places = page.evaluate(PLACES)
            jump.append(_jump(page, _place(places, begun, 150)))
            hover += [_hover(page, _place(places, begun, seconds)) for seconds in (60, 90, 200)]
        with _page(browser, address, "") as page:
            page.goto(f"{address}/healthz")  # an origin; the page of the peer holds nothing but the file
            page.evaluate("performance.mark('begun')")
            page.evaluate(
                "(file) => { document.body.innerHTML = ''; const video = document.createElement('video');"
                " video.muted = true; video.src = file; document.body.append(video); }",
                file,
            )
            bare.append(
                _first_picture(page) - page.evaluate("performance.getEntriesByName('begun')[0].startTime") / 1000
            )
    return [
        _row("browser.first_picture", first, bare, "a bare page with one <video> of the same file", "ours <= 1"),
        _row("browser.jump", jump, None, None, "ours <= 1"),
        _row("browser.hover", hover, None, None, "ours <= 0.1"),
    ]


@contextmanager
def _page(browser: Browser, address: str, cookie: str) -> Iterator[Page]:
    """A fresh browser: nothing is cached. 1920 by 1080, as on a supervisor's desk."""
    context: BrowserContext = browser.new_context(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
    if cookie:
        name, value = cookie.split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": address}])
    context.add_init_script(SEEN)
    yield context.new_page()
    context.close()


def _first_picture(page: Page) -> float:
    """Seconds from the start of the page to the first picture on the screen."""
    page.wait_for_function("window.seen.length > 0", timeout=60_000)
    return float(page.evaluate("window.seen[0]")) / 1000


def _place(places: list[tuple[str, float, float]], begun: datetime, seconds: float) -> tuple[float, float]:
    """Where on the axis the footage of this second after its beginning lies."""
    wanted = f"{local(begun + timedelta(seconds=seconds)):%H:%M:%S}"
    return next((x, y) for said, x, y in places if said >= wanted)


def _jump(page: Page, place: tuple[float, float]) -> float:
    """Seconds from a click on the time axis, two minutes away, to the first picture from there."""
    began = page.evaluate("window.seen.length = 0, performance.now()")
    page.mouse.click(*place)
    return _first_picture(page) - float(began) / 1000


def _hover(page: Page, place: tuple[float, float]) -> float:
    """Seconds until the frame of a place that nobody looked at before stands under the pointer."""
    return float(page.evaluate(HOVER, place)) / 1000


def _wall(browser: Browser, settings: Settings, address: str, cookie: str) -> dict[str, Any]:
    """Cores that web, database and store need for one wall of 64 tiles, each with a new picture every ten seconds."""
    with rows(settings) as make:
        _many_cameras(make)
        with _page(browser, address, cookie) as page:
            page.goto(f"{address}/footage/wall?density={WALL}")
            page.wait_for_function(f"document.querySelectorAll('.tile .pic > img').length >= {WALL}", timeout=60_000)
            worked, began = cpu_of_servers(OF_THE_BROWSER), time.perf_counter()
            while time.perf_counter() - began < WALL_SECONDS:
                page.wait_for_timeout(EVERY * 1000)
                _new_pictures()
            spent, worked = time.perf_counter() - began, cpu_of_servers(OF_THE_BROWSER) - worked
            cores = (worked.web + worked.database) / spent
    return {"name": f"browser.wall_{WALL}", "ours": round(cores, 3), "unit": "cores", "goal": "<= 0.5"}


def _many_cameras(make: Factory) -> None:
    """Further armed cameras beside those that were recorded, up to 64, each with a picture."""
    session = db.session.execute(select(ExamSession)).scalar_one()
    room = db.session.get_one(Room, session.room_id)
    for _ in range(WALL - CAMERAS):
        make.camera(room)
    with transaction(SYSTEM):
        plan_armings(session, rulebook(), SystemClock())
        arm_due(SystemClock())
    with transaction(SYSTEM):
        cameras = list(db.session.execute(select(Camera)).scalars())
    for number, camera in enumerate(cameras):
        picture = np.full((180, 320, 3), number * 3, np.uint8)
        cv2.putText(picture, camera.label, (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 3)
        store().put("derived", snapshot_key(camera.uid), cv2.imencode(".jpg", picture)[1].tobytes(), "image/jpeg")
        with transaction(SYSTEM):
            note_snapshot(camera, datetime.now(UTC))


def _new_pictures() -> None:
    """As if each camera had sent one: the wall asks for all of them again."""
    now = datetime.now(UTC)
    with transaction(SYSTEM):
        db.session.execute(update(CameraState).values(snapshot_at=now, reported_at=now, state="recording"))


def _row(name: str, ours: list[float], peer: list[float] | None, peer_name: str | None, goal: str) -> dict[str, Any]:
    """Medians of the rounds."""
    found = statistics.median(ours)
    beside = statistics.median(peer) if peer else None
    return {
        "name": name,
        "ours": round(found, 3),
        "peer": round(beside, 3) if beside else None,
        "peer_name": peer_name,
        "ratio": round(found / beside, 2) if beside else None,
        "unit": "s",
        "goal": goal,
    }


if __name__ == "__main__":
    for result in run():
        print(result)

"""From the box to the eye: a real recording goes into the real store and plays in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.footage.models import Flag, FootageViewing
from tests.domains.footage.conftest import Box, Scene, box, pair_box, scene, stage  # noqa: F401
from tests.e2e.waiting import sign_in
from tests.fixtures.footage_pages import CLIP_S, FRAGMENT_S, fragments, make_clip
from tests.patience import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.s3, pytest.mark.postgres]


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("live")).read_bytes()


@pytest.fixture
def recorded(box: Box, scene: Scene, clip: bytes) -> Scene:  # noqa: F811
    """Two minutes on both cameras from 09:00, archived through the whole protocol."""
    head, parts = fragments(clip)
    index = []
    for n, (offset, length) in enumerate(parts):
        inside = int.from_bytes(clip[offset : offset + 4], "big") + 8  # behind the moof and the head of the mdat
        index.append(
            [offset, length, offset + inside, length - inside, 1000 * FRAGMENT_S * n, 1000 * FRAGMENT_S, 50, True]
        )
    for arming, camera in zip(scene.armings, scene.cameras, strict=True):
        for minute in range(2):
            start = scene.session.starts_at + timedelta(seconds=CLIP_S * minute)
            sidecar = box.sidecar(arming, camera, start, body=clip, init_length=head, fragments=index)
            assert box.archive(sidecar, clip)["state"] == "verified"
    return scene


@pytest.fixture
def at_room(recorded: Scene, app, settings, serve, open_page, make):
    """The room opened by a supervisor who signed in through the door."""
    address = serve(app)
    Store.custody(settings).make_buckets(30, [address])
    login = make.user("supervisor", district="440606").login

    def open_at(moment: str):
        page = open_page(f"{address}/sign-in?next=/footage/review/{recorded.session.uid}?at={moment}", 1600, 900)
        sign_in(page, login)
        page.locator("#time").wait_for()
        return page

    return open_at


def test_archived_footage_plays_and_the_look_is_kept(at_room, faults, shoot) -> None:
    page = at_room("2026-11-23T01:00:57Z")
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('video:not([hidden])')];"
        " return all.length === 2 && all.every((video) => video.readyState >= 2) }"
    )
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('#time').textContent >= '09:01:02'")
    shoot(page, "room-live")
    # in pieces, and later than the clock says, where a busy machine did not show every second
    wait_for(lambda: [leave(page)] and len(seen()) == 2 and min(seen().values()) >= timedelta(seconds=4), pause_s=1)
    page.keyboard.press("Space")
    assert faults == []


def leave(page) -> None:
    """What was seen so far is reported."""
    page.evaluate("dispatchEvent(new Event('pagehide'))")


def seen() -> dict[int, timedelta]:
    """How much of each camera, by what the database holds."""
    found: dict[int, timedelta] = {}
    with transaction(SYSTEM):
        for look in db.session.execute(db.select(FootageViewing)).scalars():
            assert look.mode == "playback"
            found[look.camera_id] = found.get(look.camera_id, timedelta()) + look.media_until - look.media_from
    return found


def test_a_flag_drawn_on_the_page_is_in_the_list(at_room) -> None:
    page = at_room("2026-11-23T01:01:00Z")
    page.keyboard.press("f")
    page.locator("#flag-text").fill("手机放在工位上")
    with page.expect_response("**/flags"):
        page.get_by_text("保存标记").click()
    with transaction(SYSTEM):
        (flag,) = db.session.execute(db.select(Flag)).scalars()
    assert flag.note == "手机放在工位上"
    page.goto(page.url.split("/footage/")[0] + "/footage/flags")
    page.get_by_text("手机放在工位上").wait_for()

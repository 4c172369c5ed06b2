"""The desk at the door: scanner, typed number, verdicts, and a network that goes away."""

from __future__ import annotations

import pytest
from flask import Response

from tests.e2e.static_pages import make_static_app
from tests.fixtures.desk_pages import ADMITTED, FACE, REFUSED, STATE

pytestmark = pytest.mark.browser


class Door:
    """Answers scans as the server would, and can be away."""

    def __init__(self) -> None:
        self.scans: list[dict] = []
        self.mismatches: list[dict] = []
        self.away = False

    def scan(self, request):
        self.scans.append(request.get_json())
        if self.away:
            return Response("", 503)
        return REFUSED if self.scans[-1].get("code") == "WRONG-SESSION" else ADMITTED

    def mismatch(self, request):
        self.mismatches.append(request.get_json())
        return Response("", 204)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def desk(serve, door) -> str:
    pages = {"/desk": ("checkin/desk.html", {"state": STATE})}
    face = Response(FACE, content_type="image/svg+xml")
    answers = {"/scans": door.scan, "/state": STATE, "/mismatch": door.mismatch, "/face.svg": lambda _: face}
    return serve(make_static_app(pages, answers)) + "/desk"


def scan(page, code: str) -> None:
    """A burst of keys as a scanner sends it: all at once, not one round trip to the browser per key."""
    page.evaluate(
        """code => [...code, "Enter"].forEach(
            key => (document.activeElement ?? document.body).dispatchEvent(
                new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})))""",
        code,
    )


def test_a_keyboard_scan_needs_no_tap_and_shows_face_and_seat(desk, door, open_page, faults, shoot):
    page = open_page(desk, 800, 1280)
    page.wait_for_timeout(500)
    shoot(page, "desk-scan")
    scan(page, "TICKET-0001")
    page.locator("#s-ok").wait_for()
    shoot(page, "desk-ok")

    assert page.locator("#s-ok .no").inner_text() == "A-07"
    assert page.locator("#s-ok .name").inner_text() == "陈*明"
    assert (door.scans[0]["code"], door.scans[0]["via"]) == ("TICKET-0001", "scanner")
    assert faults == []


def test_the_next_scan_replaces_the_verdict(desk, open_page, shoot):
    page = open_page(desk, 800, 1280)
    scan(page, "TICKET-0001")
    page.locator("#s-ok").wait_for()
    scan(page, "WRONG-SESSION")
    page.locator("#s-refused").wait_for()
    shoot(page, "desk-refused")

    assert page.locator("#s-refused h2").inner_text() == "来错场次"
    assert page.locator("#s-refused .key-act").inner_text().strip() == "呼叫考务 黄*敏"


def test_slow_typing_is_not_a_scan(desk, door, open_page):
    page = open_page(desk, 800, 1280)
    page.keyboard.type("TICKET-0001", delay=150)
    page.keyboard.press("Enter")
    page.locator("#type").click()
    page.locator("#id-number").fill("440604199001010018")
    page.get_by_text("查这个人").click()
    page.locator("#s-ok").wait_for()

    assert [(one.get("code"), one.get("id_number")) for one in door.scans] == [(None, "440604199001010018")]


def test_a_scan_waits_for_the_network_and_goes_again_with_the_same_nonce(desk, door, open_page, shoot):
    page = open_page(desk, 800, 1280)
    door.away = True
    scan(page, "TICKET-0002")
    page.get_by_text("离线 · 1 条待上传").wait_for()
    page.locator("#s-waiting").wait_for()
    shoot(page, "desk-waiting")
    door.away = False
    page.locator("#s-ok").wait_for()

    assert len({one["nonce"] for one in door.scans}) == 1
    assert len(door.scans) >= 2
    assert page.locator("#net").is_hidden()


def test_a_waiting_scan_survives_a_reload(desk, door, open_page):
    page = open_page(desk, 800, 1280)
    door.away = True
    scan(page, "TICKET-0003")
    page.get_by_text("离线 · 1 条待上传").wait_for()
    page.reload()
    door.away = False
    page.locator("#s-ok").wait_for()

    assert len({one["nonce"] for one in door.scans}) == 1


def test_the_one_human_judgement_is_recorded(desk, door, open_page):
    page = open_page(desk, 800, 1280)
    scan(page, "TICKET-0001")
    page.get_by_text("人证不符").click()
    page.get_by_text("已记录，请留住本人").wait_for()

    assert [one["scan_uid"] for one in door.mismatches] == ["s-1"]


@pytest.mark.parametrize("state", ["scan", "ok", "refused"])
def test_nothing_scrolls_on_a_tablet_held_sideways(desk, open_page, shoot, state):
    page = open_page(desk, 1280, 800)
    if state != "scan":
        scan(page, "TICKET-0001" if state == "ok" else "WRONG-SESSION")
    page.locator(f"#s-{state}").wait_for()
    page.wait_for_timeout(200)
    shoot(page, f"desk-{state}-landscape")

    assert page.evaluate("document.documentElement.scrollHeight") == 800
    assert page.locator(f"#s-{state} .facts").bounding_box()["y"] + 96 <= 801

"""The desk at the door: scanner, typed number, verdicts, and a network that goes away."""

from __future__ import annotations

import pytest
from flask import Response

from tests.e2e.static_pages import make_static_app
from tests.fixtures.desk_pages import ADMITTED, FACE, REFUSED, STATE
from tests.patience import wait_for

pytestmark = pytest.mark.browser


YES, SECOND = "EXAMPLECODE234567ABCDEFGHI", "EXAMPLECODE234567ABCDEFGHJ"
WRONG_SESSION = "WRONGSESSION234567ABCDEFGH"


class Door:
    """Answers scans as the server would, and can be away."""

    def __init__(self) -> None:
        self.scans: list[dict] = []
        self.compared: list[dict] = []
        self.away = False
        self.admitted = ADMITTED

    def scan(self, request):
        self.scans.append(request.get_json())
        if self.away:
            return Response("", 503)
        return REFUSED if self.scans[-1].get("code") == WRONG_SESSION else self.admitted

    def identity(self, request):
        self.compared.append(request.get_json())
        return {"same": self.compared[-1]["same"], "refusal": None, "state": STATE}


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def desk(serve, door) -> str:
    pages = {"/desk": ("checkin/desk.html", {"state": STATE})}
    face = Response(FACE, content_type="image/svg+xml")
    answers = {
        "/scans": door.scan,
        "/state": STATE,
        "/identity": door.identity,
        "/face.svg": lambda _: face,
        "/desk/worker.js": lambda _: Response("", content_type="text/javascript"),
    }
    return serve(make_static_app(pages, answers)) + "/desk"


def scan(page, code: str) -> None:
    """A burst of keys as a scanner sends it: all at once, not one round trip to the browser per key.

    A busy machine may stop the page between two keys; the moments they carry are a scanner's all the same."""
    page.evaluate(
        """code => {
            const keys = [...code, "Enter"], first = performance.now() - keys.length;
            keys.forEach((key, place) => {
                const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
                Object.defineProperty(event, "timeStamp", {value: first + place});
                (document.activeElement ?? document.body).dispatchEvent(event);
            });
        }""",
        code,
    )


def until_nothing_waits(page) -> None:
    """Until the server has answered all that the desk had to send."""
    page.wait_for_function("() => document.querySelector('[data-say=queued]').textContent === '0'")


# The statuses of their faults, of all that lies in a table of the desk's store; null before the store is there.
STORED = """async (table) => {
  if (!(await indexedDB.databases()).some((one) => one.name === "examops-desk")) return null;
  const settled = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const database = await settled(indexedDB.open("examops-desk"));
  try {
    const rows = await settled(database.transaction(table).objectStore(table).getAll());
    return rows.map((one) => one.fault?.status ?? null);
  } finally {
    database.close();
  }
}"""


def until_stored(page, table: str, count: int, refused: bool = False) -> None:
    """Until so many outlive the page: the screen says what waits before it is written down, in the background.

    ``refused``: the server's last word about each is written down, too.
    """

    def stored() -> bool:
        faults = page.evaluate(STORED, table)
        return faults is not None and len(faults) == count and (not refused or all((one or 0) > 0 for one in faults))

    wait_for(stored, f"{count} of {table} are stored")


def test_a_keyboard_scan_needs_no_tap_and_shows_face_and_seat(desk, door, open_page, faults, shoot):
    page = open_page(desk, 800, 1280)
    page.locator("#s-scan").wait_for()
    shoot(page, "desk-scan")
    scan(page, YES)
    page.locator("#s-ok").wait_for()
    shoot(page, "desk-ok")

    assert page.locator("#s-ok .no").inner_text() == "A-07"
    assert page.locator("#s-ok .name").inner_text() == "陈*明"
    assert (door.scans[0]["code"], door.scans[0]["via"]) == (YES, "scanner")
    assert faults == []


def test_the_next_scan_replaces_the_verdict(desk, open_page, shoot):
    page = open_page(desk, 800, 1280)
    scan(page, YES)
    page.locator("#s-ok").wait_for()
    scan(page, WRONG_SESSION)
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
    scan(page, SECOND)
    page.get_by_text("离线 · 1 条待上传").wait_for()
    page.locator("#s-waiting").wait_for()
    shoot(page, "desk-waiting")
    door.away = False
    page.locator("#s-ok").wait_for()

    assert len({one["nonce"] for one in door.scans}) == 1
    assert len(door.scans) >= 2
    page.locator("#net").wait_for(state="hidden")


def test_a_waiting_scan_survives_a_reload(desk, door, open_page, shoot):
    page = open_page(desk, 800, 1280)
    door.away = True
    scan(page, YES)
    page.get_by_text("离线 · 1 条待上传").wait_for()
    until_stored(page, "waiting", 1)
    page.reload()
    page.get_by_text("离线 · 1 条待上传").wait_for()
    door.away = False
    page.locator("#results li", has_text="A-07").wait_for()
    shoot(page, "desk-results")

    assert len({one["nonce"] for one in door.scans}) == 1


def test_the_desk_asks_whether_it_is_the_same_person(desk, door, open_page):
    page = open_page(desk, 800, 1280)
    scan(page, YES)
    page.locator("#same").click()
    page.get_by_text("已登记核对").wait_for()
    page.locator("#s-ok").wait_for()
    until_nothing_waits(page)  # the screen answers before the server does
    assert [(one["scan_uid"], one["same"]) for one in door.compared] == [("s-1", True)]


def test_no_means_not_in_at_once_and_also_without_a_network(desk, door, open_page, shoot):
    page = open_page(desk, 800, 1280)
    scan(page, YES)
    page.locator("#s-ok").wait_for()
    page.locator("#mismatch").click()
    page.locator("#s-refused h2", has_text="人证不符").wait_for()
    shoot(page, "desk-not-same")
    assert "呼叫考务" in page.locator("#todo").inner_text()
    until_nothing_waits(page)
    assert [(one["scan_uid"], one["same"]) for one in door.compared] == [("s-1", False)]


def test_everybody_who_waited_is_in_the_list_until_somebody_acts(desk, door, open_page, shoot):
    page = open_page(desk, 800, 1280)
    door.away = True
    for number, code in enumerate((YES, WRONG_SESSION, SECOND), start=1):
        scan(page, code)
        page.get_by_text(f"离线 · {number} 条待上传").wait_for()
    door.away = False
    page.locator("#results li").nth(2).wait_for(state="attached")
    page.get_by_text("等候者有结果：2 人").wait_for()
    page.locator("#s-ok").wait_for()  # the newest is on the screen
    page.get_by_text("逐个处理").click()
    page.locator("#results li").nth(2).wait_for()
    shoot(page, "desk-results-three")
    rows = page.locator("#results li")
    assert [rows.nth(n).locator("> b").inner_text() for n in range(3)] == ["A-07", "来错场次", "A-07"]
    rows.nth(1).get_by_role("button", name="知道了").click()
    rows.nth(1).get_by_role("button", name="是本人", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('#results li').length === 1")
    until_stored(page, "results", 1)
    page.reload()
    page.locator("#results li", has_text="A-07").wait_for()
    rows.nth(0).get_by_role("button", name="是本人", exact=True).click()
    page.locator("#s-scan").wait_for()
    page.locator("#net").wait_for(state="hidden")


def test_a_scan_into_the_open_field_of_numbers_is_a_scan(desk, door, open_page):
    page = open_page(desk, 800, 1280)
    page.locator("#type").click()
    page.keyboard.type(YES)
    page.locator("#s-ok").wait_for()
    assert [(one["code"], one["via"]) for one in door.scans] == [(YES, "scanner")]


def test_half_a_code_is_no_verdict(desk, door, open_page, shoot):
    page = open_page(desk, 800, 1280)
    scan(page, YES[:13])
    page.get_by_text("没有读全").wait_for()
    shoot(page, "desk-misread")
    page.locator("#s-scan").wait_for()
    assert door.scans == []
    scan(page, YES)
    page.locator("#s-ok").wait_for()
    page.get_by_text("没有读全").wait_for(state="hidden")


def test_half_a_code_takes_a_verdict_away_and_no_question(desk, open_page, shoot):
    """What stands on the screen is about somebody else; who was let in and not yet compared is still asked about."""
    page = open_page(desk, 800, 1280)
    scan(page, WRONG_SESSION)
    page.locator("#s-refused").wait_for()
    scan(page, YES[:13])
    page.locator("#s-scan").wait_for()
    page.locator("#misread").wait_for()
    scan(page, YES)
    page.locator("#s-ok").wait_for()
    scan(page, YES[:13])
    page.get_by_text("没有读全").wait_for()
    shoot(page, "desk-misread-asking")
    page.get_by_role("button", name="是本人", exact=True).click()
    scan(page, YES[:13])
    page.locator("#s-scan").wait_for()


def test_a_face_that_does_not_come_is_said_in_words(desk, door, open_page):
    door.admitted = {**ADMITTED, "photo_url": "/no-such-face.jpg"}
    page = open_page(desk, 800, 1280)
    scan(page, YES)
    page.locator("#ok-face", has_text="照片没有取到").wait_for()
    page.locator("#ok-face img").wait_for(state="detached")


@pytest.mark.parametrize("state", ["scan", "ok", "refused"])
def test_nothing_scrolls_on_a_tablet_held_sideways(desk, open_page, shoot, state):
    page = open_page(desk, 1280, 800)
    if state != "scan":
        scan(page, YES if state == "ok" else WRONG_SESSION)
    page.locator(f"#s-{state}").wait_for()
    shoot(page, f"desk-{state}-landscape")

    assert page.evaluate("document.documentElement.scrollHeight") == 800
    assert page.locator(f"#s-{state} .facts").bounding_box()["y"] + 96 <= 801


LONG = {
    "title": "工业机器人系统操作员 Level 4 (intermediate)",
    "part": "Session 2 · practical skills",
    "turn": "Turn 1",
}
OUTSIDE = """seat => [...document.querySelectorAll("#s-ok .who [data-say]")]
  .filter((one) => one.checkVisibility() && one.textContent.trim())
  .filter((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    const box = words.getBoundingClientRect(), edge = one.closest("div").getBoundingClientRect();
    return box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > seat;
  })
  .map((one) => `${one.dataset.say}: ${one.textContent}`)"""


@pytest.mark.parametrize(("width", "height"), [(800, 1280), (1280, 800)])
def test_a_long_occupation_and_level_are_not_cut_off(desk, door, open_page, shoot, width, height):
    door.admitted = {**ADMITTED, **LONG}
    page = open_page(desk, width, height)
    page.locator("#s-scan").wait_for()
    scan(page, YES)
    page.locator("[data-say=what]", has_text="(intermediate)").wait_for()
    shoot(page, f"desk-long-{width}")
    assert page.evaluate(OUTSIDE, page.locator("#s-ok .seat").bounding_box()["y"]) == []

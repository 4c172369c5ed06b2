"""The list of who is in, on the tablet at the door: large enough for gloves, asks before it acts, and undoes."""

from __future__ import annotations

import uuid
from datetime import timedelta

import cv2
import numpy as np
import pytest

from examops.checkin.models import IdentityCheck, Scan, ScanFrame, Sitting
from examops.core.extensions import store
from examops.core.language import Message
from examops.sessions.models import Booking
from tests.e2e.waiting import next_page, sign_in
from tests.factories import DAY, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
FINGER = 44
# what can be tapped and is seen, smaller than a finger; and what stands beyond the window's edge
SMALL = """size => [...document.querySelectorAll("main a, main button, main summary, main input")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < size || box.height < size)
  .map(([words, box]) => `${words} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
CUT = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 0)
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)}`)"""


def picture(shade: int) -> bytes:
    return cv2.imencode(".jpg", np.full((360, 640, 3), shade, np.uint8))[1].tobytes()


class Room:
    """Two turns: three inside of the first, one of them doubted; one absent; the second has not begun."""

    def __init__(self, make: Factory) -> None:
        self.make, body = make, make.body()
        batch, room = make.batch(body), make.room(make.site(body), stations=6)
        self.body = body
        self.session, self.turns = make.session_with_turns(batch, room, turns=2, capacity=6, state="running")
        stations = make.stations(room)
        self.bookings = []
        for name, team in (("何兰", "一班"), ("陈明", "一班"), ("欧阳海燕", "二班"), ("区志强", "二班")):
            candidate = make.candidate(body, name=name, team=team, photo_key=self.kept("documents", 200))
            self.bookings.append(make.booking(self.turns[0], make.application(batch, candidate)))
        self.sittings = [
            self.seat(booking, station) for booking, station in zip(self.bookings[:3], stations, strict=False)
        ]
        make.booking(self.turns[1], make.application(batch, make.candidate(body, name="冯永健")))
        self.doubt(self.sittings[2])

    @staticmethod
    def kept(bucket: str, shade: int) -> str:
        key = f"{uuid.uuid4()}.jpg"
        store().put(bucket, key, picture(shade), "image/jpeg")
        return key

    @property
    def owner(self) -> dict:
        return {"body_id": self.body.id, "district": self.body.district}

    def seat(self, booking: Booking, station) -> Sitting:
        booking.state = "checked_in"
        of = {"session_id": booking.session_id, "turn_id": booking.turn_id, "workstation_id": station.id}
        entered = DAY - timedelta(minutes=12)
        self.make.save(booking)
        return self.make.save(
            Sitting(**self.owner, **of, booking_id=booking.id, entered_at=entered, admitted_by="监考")
        )

    def doubt(self, sitting: Sitting) -> None:
        at = sitting.entered_at
        of = {**self.owner, "session_id": sitting.session_id, "booking_id": sitting.booking_id}
        by = {"desk": "东门", "operator_uid": uuid.uuid4(), "nonce": uuid.uuid4(), "via": "scanner", "answer": {}}
        times = {"scanned_at": at, "received_at": at, "judged_at": at}
        scan = self.make.save(Scan(**of, **by, **times, outcome="admitted"))
        seen = {"object_key": self.kept("derived", 90), "size": 1, "sha256": b"0" * 32, "segment_uid": uuid.uuid4()}
        self.make.save(ScanFrame(**of, **seen, scan_id=scan.id, camera_label="A 栋门口", taken_at=at))
        sitting.identity_doubt = Message("监考 周玲 认为人证不符")
        self.make.save(sitting)
        check = {"checked_by_uid": uuid.uuid4(), "checked_by": "周玲", "checked_at": at, "result": "other"}
        self.make.save(IdentityCheck(**self.owner, **check, sitting_id=sitting.id))


@pytest.fixture
def room(make: Factory) -> Room:
    return Room(make)


@pytest.fixture
def page(room: Room, app, serve, open_page, clock, make: Factory):
    """The list on a tablet held upright, 35 minutes into the first turn."""
    clock.instant = DAY + timedelta(minutes=35)
    proctor = make.on_duty(make.user("proctor", room.body, name="张华"), room.session)
    address = serve(app)
    opened = open_page(f"{address}/sign-in", 800, 1280, has_touch=True)
    sign_in(opened, proctor.login)
    opened.goto(f"{address}/desk/{room.session.uid}/people")
    return opened


def row(page, name: str):
    return page.locator("tbody tr", has_text=name)


def act(page, name: str, word: str) -> None:
    """Open the person's menu and tap: one tap alone does nothing."""
    row(page, name).locator("summary").tap()
    with next_page(page):
        row(page, name).get_by_role("button", name=word).tap()


def test_everything_is_large_enough_for_a_finger_and_nothing_is_cut_off(page, shoot):
    shoot(page, "people")
    assert page.evaluate(SMALL, FINGER) == []
    assert page.evaluate(CUT) == []
    for menu in page.locator("main details").all():
        menu.locator("summary").tap()
        menu.locator(":is(button, a, input):visible").first.wait_for()
        assert page.evaluate(SMALL, FINGER) == []
        assert page.evaluate(CUT) == []
        shoot(page, "people-menu")
        menu.locator("summary").tap()


def test_leaving_says_why_and_coming_back_ends_it(page):
    act(page, "何兰", "暂离：身体不适")
    row(page, "何兰").locator(".state-look", has_text="身体不适，09:35 起").wait_for()
    with next_page(page):
        row(page, "何兰").get_by_role("button", name="返场").tap()
    assert row(page, "何兰").locator(".state-look").count() == 0


def test_a_hand_in_is_undone(page):
    act(page, "何兰", "交卷离场")
    row(page, "何兰").get_by_text("–09:35").wait_for()
    act(page, "何兰", "撤销交卷")
    assert row(page, "何兰").get_by_text("–09:35").count() == 0


def test_a_whole_turn_hands_in_after_a_second_tap(page, room):
    whole = page.locator("main header details", has_text="第 1 轮全部交卷")
    assert page.locator("main header details").count() == 1, "nobody of the second turn is in"
    whole.locator("summary").tap()
    with next_page(page):
        whole.get_by_role("button", name="确认：还在场的都交卷").tap()
    page.get_by_text("第 1 轮已登记交卷 3 人").wait_for()
    assert page.locator("tbody tr", has_text="–09:35").count() == 3
    absent = row(page, "区志强")
    assert (absent.locator(".state-done").count(), absent.locator(".state-wait").inner_text()) == (0, "未到")
    assert absent.locator("summary").count() == 0, "who is not in has nothing to be entered"


def test_a_doubt_stands_beside_both_pictures(page, faults):
    doubted = row(page, "欧阳海燕")
    assert doubted.locator("img").count() == 2
    doubted.locator("img").first.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert row(page, "何兰").locator("img").count() == 0
    assert faults == []

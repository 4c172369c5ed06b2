"""Tickets and the desk: codes read from the candidate's own page, scanned at the door."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import zxingcpp

from tests.e2e.exam_day.town import Town
from tests.e2e.test_desk import scan
from tests.e2e.waiting import next_page


def read_code(town: Town, coordinator: Any, row: int) -> str:
    """From the session's list to the link of one candidate, opened on a phone; the code in its picture."""
    with next_page(coordinator):
        coordinator.locator(".book").get_by_role("link", name="准考证", exact=True).nth(row).click()
    link = coordinator.locator(".own-link a").evaluate("(link) => link.href")
    coordinator.go_back()
    phone = town.open(link, 390, 844, scripts=False, device_scale_factor=2)
    assert phone.locator(".verdict").get_by_text("符合条件，可以考").is_visible()
    picture = cv2.imdecode(np.frombuffer(phone.locator(".pass .qr").screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    (found,) = zxingcpp.read_barcodes(picture)
    assert link.endswith(f"/t/{found.text}")
    return str(found.text)


def open_desk(town: Town, coordinator: Any) -> Any:
    """The tablet at the door, paired with a code that the office made; the proctor signs in on it.

    Nobody enters before three examiners have shown their cards there.
    """
    code = pairing_code(coordinator, "desk")
    page = town.open("/tablet", 800, 1280)
    page.get_by_label("配对码").fill(code)
    page.get_by_label("平板的名字").fill("东门 1 号")
    with next_page(page):
        page.get_by_role("button", name="配对").click()
    town.type_login(page, "proctor")  # nobody reads a notice while people stand at the door
    page.get_by_role("heading", name="今天的签到台").wait_for()
    _sign_in_panel(town, page)
    with next_page(page):
        page.get_by_role("link", name="打开签到台").click()
    page.locator("#s-scan").wait_for()
    return page


def _sign_in_panel(town: Town, page: Any) -> None:
    with next_page(page):
        page.get_by_role("link", name="当值到岗").click()
    page.get_by_role("heading", name="还不能开考").wait_for()
    for name, card in town.cards.items():
        row = page.locator("tr", has_text=name)
        row.get_by_label("证件号").fill(card)
        with next_page(page):
            row.get_by_role("button", name="到岗签到").click()
        page.locator("tr", has_text=name).locator("td:nth-child(4) .v-ok").wait_for()
    assert page.locator(".bar-head .state").inner_text().strip() == "进行中"
    page.goto(town.address + "/desk/")


def pairing_code(coordinator: Any, kind: str) -> str:
    """Shown once: whoever asks for the page again sees it no more."""
    with next_page(coordinator):
        coordinator.get_by_role("link", name="设备", exact=True).click()
    coordinator.locator("select[name=kind]").select_option(kind)
    with next_page(coordinator):
        coordinator.get_by_role("button", name="生成配对码").click()
    code = str(coordinator.locator(".new-code .code").inner_text().replace(" ", ""))
    coordinator.goto(coordinator.url.replace("/codes", "/"))
    assert code not in coordinator.content()
    return code


def admit(page: Any, code: str) -> None:
    """Face, masked name and drawn seat; the same request again is answered as the first time."""
    with page.expect_response("**/scans") as first:
        scan(page, code)
    page.locator("#s-ok").wait_for()
    face = page.locator("#ok-face img")
    face.wait_for()
    page.wait_for_function("() => document.querySelector('#ok-face img').naturalWidth >= 295")
    seat = page.locator("#s-ok .no").inner_text()
    assert seat.startswith("A-")
    assert page.locator("#s-ok .name").inner_text() == "陈*明"
    sent = first.value.request.post_data_json
    again = page.evaluate(
        """async ([url, body]) => (await (await fetch(url, {method: "POST", body: JSON.stringify(body), headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content}})).json())""",
        [first.value.url, sent],
    )
    assert (again["admitted"], again["repeated"], again["seat"]) == (True, True, seat)
    assert again["scan_uid"] == first.value.json()["scan_uid"]


def refuse(page: Any, code: str, reason: str, words: str = "") -> None:
    scan(page, code)
    page.locator("#s-refused h2", has_text=reason).wait_for()
    page.locator("#s-refused .why", has_text=words).wait_for()


def again(page: Any, code: str) -> None:
    """Somebody who is in comes to the door again: the first answer, with the seat."""
    seat = page.locator("#s-ok .no").inner_text()
    scan(page, code)
    page.get_by_text("已在").wait_for()
    page.locator("#s-ok .no", has_text=seat).wait_for()

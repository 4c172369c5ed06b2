"""Somebody asks on a phone to be registered, proves the mobile, and the office registers the body at a desk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from examops.core.extensions import NAME
from tests.domains.organisations.test_openings import LICENCE, SCHOOL, WRONG_CODE, digits_sent
from tests.domains.organisations.test_registering import CODE
from tests.e2e.test_axe import AXE, JUDGE
from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres, pytest.mark.s3]
FIELDS = {
    **{"code": WRONG_CODE, "name": SCHOOL, "representative": "梁国强", "address": "容桂街道 1 号"},
    **{"telephone": "0757-28380000", "person": "何敏仪", "mobile": "13800000021"},
}


@pytest.fixture
def texts_go_out(app: Flask) -> Iterator[None]:
    kept = app.extensions[NAME]
    app.extensions[NAME] = dataclasses.replace(kept, settings=dataclasses.replace(kept.settings, sms_url="console"))
    yield
    app.extensions[NAME] = kept


@pytest.fixture
def licence(tmp_path: Path) -> Path:
    path = tmp_path / "营业执照.pdf"
    path.write_bytes(LICENCE)
    return path


def press(page: Any, name: str) -> None:
    with next_page(page):
        page.get_by_role("button", name=name, exact=True).click()


def judged(page: Any, width: int) -> None:
    """By axe, and nothing stands beside the window."""
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(JUDGE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_a_phone_to_the_office(serve, app, open_page, make: Factory, texts_go_out, licence, faults, shoot) -> None:
    make.body(name="佛山市禅城区智造科技有限公司", district="440604")
    address = serve(app)
    phone = open_page(f"{address}/sign-in", 390, 844)
    with next_page(phone):
        phone.get_by_role("link", name="机构申请开户").click()
    for name, value in FIELDS.items():
        phone.locator(f"[name={name}]").fill(value)
    phone.locator("[name=kind]").select_option("social")
    phone.locator("[name=file]").set_input_files(licence)
    shoot(phone, "opening-form")
    press(phone, "下一步：收验证码")
    assert "校验位对不上" in phone.locator(".errors").inner_text()
    assert "选一个区" in phone.locator(".errors").inner_text()
    assert "已收到 营业执照.pdf" in phone.locator("#file-about").inner_text()
    judged(phone, 390)
    shoot(phone, "opening-form-refused")
    phone.locator("[name=code]").fill(CODE)
    phone.locator("[name=district]").select_option("440606")
    press(phone, "下一步：收验证码")
    judged(phone, 390)
    shoot(phone, "opening-code")
    phone.locator("[name=digits]").fill(digits_sent())
    press(phone, "验证并提交")
    phone.get_by_text("已收到，等区里核对").wait_for()
    shoot(phone, "opening-waiting")

    page = open_page(f"{address}/sign-in?next=/filings", 1366, 768)
    sign_in(page, make.user("district_bureau", district="440606").login)
    page.get_by_text("1 件开户申请等着办").wait_for()
    with next_page(page):
        page.locator(".notice a", has_text="去办").click()
    shoot(page, "opening-queue")
    with next_page(page):
        page.locator("td a").first.click()
    judged(page, 1366)
    assert "佛山市禅城区智造科技有限公司" in page.locator("main").inner_text()
    shoot(page, "opening-office")
    page.locator("[name=short_name]").fill("智造培训")
    page.locator("[name=login]").fill("zhizao")
    press(page, "登记并发出邀请")
    page.locator("#invitation-link").wait_for()
    phone.reload()
    phone.get_by_text("已登记，邀请已发出").wait_for()
    phone.goto(f"{address}/apply?language=en")
    phone.get_by_role("heading", name="Ask to be registered as an assessment body").wait_for()
    shoot(phone, "opening-form-english")
    assert [one for one in faults if "422" not in one] == []  # the form that was refused

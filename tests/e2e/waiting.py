"""Waiting for the answer that belongs to what was done last, not for the first one that comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.factories import PASSWORD


@contextmanager
def next_page(page: Any) -> Iterator[None]:
    """What is done inside leads to another page, which is gone on with when it stands: all of its document, its
    styles and its scripts. What a click leads to begins later than the click returns, and its first element is there
    before its last."""
    with page.expect_navigation(wait_until="load"):
        yield


def sign_in(page: Any, login: str) -> None:
    """Through the door, onto the page behind it."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    with next_page(page):
        page.keyboard.press("Enter")


def until_loaded(page: Any) -> None:
    """The scripts of the page run: what is typed from now on is noticed. An element may be there long before."""
    page.wait_for_load_state("load")


def until_judged(page: Any) -> None:
    """The judgement beside a form is the one of the form as it stands; see ``app/live_forms.ts``."""
    page.locator("#judged[aria-busy=false]").wait_for()

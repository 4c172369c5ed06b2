"""Waiting for the answer that belongs to what was done last, not for the first one that comes."""

from __future__ import annotations

from typing import Any


def until_loaded(page: Any) -> None:
    """The scripts of the page run: what is typed from now on is noticed. An element may be there long before."""
    page.wait_for_load_state("load")


def until_judged(page: Any) -> None:
    """The judgement beside a form is the one of the form as it stands; see ``app/live_forms.ts``."""
    page.locator("#judged[aria-busy=false]").wait_for()

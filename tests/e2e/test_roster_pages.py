"""The four steps of the roster wizard as they look, with example data."""

from __future__ import annotations

import pytest

from tests.e2e.static_pages import make_static_app
from tests.fixtures.roster_pages import COLUMNS, PREVIEW, SAVED, UPLOAD

pytestmark = pytest.mark.browser
PAGES = {
    "/upload": ("registration/roster_upload.html", UPLOAD),
    "/columns": ("registration/roster_columns.html", COLUMNS),
    "/preview": ("registration/roster_preview.html", PREVIEW),
    "/saved": ("registration/roster_saved.html", SAVED),
}


@pytest.fixture
def address(serve) -> str:
    return serve(make_static_app(PAGES, {}))


@pytest.mark.parametrize("name", ["upload", "columns", "preview", "saved"])
def test_each_step_has_one_filled_button_and_fits_the_window(address, open_page, faults, shoot, name):
    page = open_page(f"{address}/{name}", 1366, 768)

    shoot(page, f"roster-{name}")
    assert page.locator(".btn-act").count() == 1
    assert page.locator(".next").bounding_box()["y"] + 64 <= 768
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    assert faults == []


def test_the_open_row_shows_clauses_the_cell_and_the_field_to_mend_it(address, open_page):
    page = open_page(f"{address}/preview", 1366, 768)

    assert page.locator(".det .v").all_text_contents() == ["✗", "?", "✓", "✓", "✓"]
    assert page.locator(".sheet .hit").inner_text() == page.locator("#fix").input_value() == "2025-12-05"
    assert page.locator(".vl.ok .do").all_inner_texts() == ["", "", ""]

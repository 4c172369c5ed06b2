"""The pages with example data still fit their templates: a template that moved or asks for more is found here."""

from __future__ import annotations

import pytest

from tests.e2e.static_pages import make_static_app
from tests.fixtures.example_pages import add_roster_addresses, example_pages

PAGES = example_pages()


@pytest.mark.parametrize("address", PAGES)
def test_the_example_page_is_drawn(address: str) -> None:
    app = make_static_app(PAGES, {})
    add_roster_addresses(app)

    answer = app.test_client().get(address)

    assert answer.status_code == 200
    assert "</html>" in answer.text

"""Addresses that are remembered are those that Flask would make, whoever asks and from where."""

from uuid import uuid4

import pytest
from flask import Flask, url_for

UID = uuid4()
ASKED = [
    {"tag": "a b/ü?"},
    {"page": 1},
    {"page": True},
    {"page": None},
    {"tag": ["a", "b"]},
    {"page": 1, "_anchor": "row-3"},
]


@pytest.mark.parametrize("values", ASKED)
def test_a_remembered_address_is_the_one_that_flask_makes(app: Flask, values: dict[str, object]) -> None:
    for root in ("", "/behind"):
        with app.test_request_context("/", base_url=f"http://here{root}"):
            made = [url_for("audit.index", **values) for _ in range(2)]
            assert made == [Flask.url_for(app, "audit.index", **values)] * 2
            assert made[0].startswith(f"{root}/audit/")


def test_true_and_one_are_two_addresses_though_they_are_one_key(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("audit.index", page=1) != url_for("audit.index", page=True)


def test_an_address_is_made_once_however_it_is_asked_for(app: Flask) -> None:
    """``flask.url_for`` names its four options even where none is given."""
    with app.test_request_context("/"):
        url_for("sessions.show", session_uid=UID)
        before = app._address.cache_info().hits
        url_for("sessions.show", session_uid=UID)
        app.url_for("sessions.show", session_uid=UID)
        assert app._address.cache_info().hits == before + 2


def test_an_address_without_a_value_it_needs_is_still_an_error(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("sessions.show", session_uid=UID) == f"/sessions/{UID}"
        with pytest.raises(Exception, match="session_uid"):
            url_for("sessions.show")

"""Tries are counted: by account and by address, on the test's clock, and behind a proxy only when told so."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from examops.accounts.known_devices import PEOPLE, device_of, with_login
from examops.accounts.service import PER_ADDRESS, PER_LOGIN, PER_LOGIN_ANYWHERE, WINDOW_MINUTES
from examops.app.factory import create_app
from examops.checkin import routes as desk_routes
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import keyring
from examops.eligibility import check_character
from examops.sessions.booking.ticket_routes import MINUTES, TICKET_VIEWS_PER_WINDOW
from tests.factories import DAY, PASSWORD, Factory
from tests.guards.place import make_place

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def sign_in(client: FlaskClient, login: str, password: str = "wrong", *, at: str = "10.0.0.1", via: str = ""):
    headers = {"X-Forwarded-For": via} if via else {}
    form = {"login": login, "password": password}
    return client.post("/sign-in", data=form, headers=headers, environ_base={"REMOTE_ADDR": at}).status_code


def test_an_account_is_closed_at_one_address_after_its_tries_and_opens_with_the_clock(make, client, clock) -> None:
    login = make.user("operator").login
    tries = [sign_in(client, login) for n in range(PER_LOGIN + 1)]
    assert tries == [422] * PER_LOGIN + [429]
    for typed in (login, login.upper(), f" {login}", f"{login}\u3000"):
        assert sign_in(client, typed, PASSWORD) == 429, "capitals and blanks are no way round"
    clock.instant += timedelta(minutes=WINDOW_MINUTES)
    assert sign_in(client, login, PASSWORD) == 302


def test_wrong_passwords_from_elsewhere_do_not_shut_the_owner_out(make, app, client) -> None:
    """Ten from anywhere closed an account: a site's proctors at 08:20."""
    login = make.user("operator").login
    for n in range(3 * PER_LOGIN):
        assert sign_in(client, login, at=f"10.0.0.{n % 4}") in (422, 429)
    assert sign_in(app.test_client(), login, PASSWORD, at="10.0.9.9") == 302


def test_a_known_device_goes_on_while_its_address_and_account_are_flooded(make, app, client) -> None:
    """Somebody behind the site's own address tries everybody; the tablets of the site sign in as ever."""
    tablet, flood = client, app.test_client()
    logins = [make.user("operator").login for _ in range(3)]
    for login in logins:
        assert sign_in(tablet, login, PASSWORD) == 302
        tablet.post("/sign-out")
    for n in range(PER_LOGIN_ANYWHERE + 1):
        sign_in(flood, logins[0], at=f"10.1.{n // 9}.1")
    for n in range(PER_ADDRESS + 1):
        sign_in(flood, f"nobody{n}")
    assert sign_in(flood, logins[0], PASSWORD, at="10.9.9.9") == 429, "the control: a device that nobody knows"
    assert [sign_in(tablet, login, PASSWORD) for login in logins] == [302] * 3


def test_a_known_device_has_its_own_limit_and_is_known_for_its_people_only(make, client) -> None:
    login, other = make.user("operator").login, make.user("operator").login
    assert sign_in(client, login, PASSWORD) == 302
    client.post("/sign-out")
    assert [sign_in(client, login) for _ in range(PER_LOGIN + 1)] == [422] * PER_LOGIN + [429]
    assert [sign_in(client, other) for _ in range(PER_LOGIN + 1)] == [422] * PER_LOGIN + [429]


@pytest.mark.parametrize("forged", ["", "x", "a" * 16, "a" * 16 + "." + "0" * 32, "é" * 20, "." * 3000])
def test_a_forged_mark_makes_no_device_known(app, forged: str) -> None:
    with app.app_context():
        assert device_of(forged, "li", keyring()) == ""
        kept = with_login(forged, "li", keyring())
        assert device_of(kept, " LI", keyring()) == kept.split(".")[0]
        assert device_of(kept, "other", keyring()) == ""


def test_a_shared_tablet_remembers_the_newest_people(app) -> None:
    with app.app_context():
        kept = None
        for n in range(PEOPLE + 1):
            kept = with_login(kept, f"li{n}", keyring())
        assert device_of(kept, "li0", keyring()) == ""
        assert device_of(kept, "li1", keyring()) == device_of(kept, f"li{PEOPLE}", keyring()) != ""


def test_an_address_is_closed_to_all_accounts_after_its_tries(client, clock) -> None:
    tries = [sign_in(client, f"nobody{n}") for n in range(PER_ADDRESS + 1)]
    assert tries == [422] * PER_ADDRESS + [429]
    assert sign_in(client, "nobody0", at="10.0.0.2") == 422
    clock.instant += timedelta(minutes=WINDOW_MINUTES)
    assert sign_in(client, "nobody0") == 422


def test_signing_in_well_forgets_the_accounts_tries_not_the_addresss(make, client) -> None:
    login = make.user("operator").login
    for _ in range(PER_LOGIN - 1):
        sign_in(client, login)
    assert sign_in(client, login, PASSWORD) == 302
    client.post("/sign-out")
    assert sign_in(client, login) == 422


@pytest.fixture
def behind(settings: Settings, clock: FixedClock, app: Flask) -> Iterator[Callable[[int], FlaskClient]]:
    """A browser of an application that believes so many proxies."""
    made: list[Flask] = []

    def build(hops: int) -> FlaskClient:
        made.append(create_app(dataclasses.replace(settings, trusted_proxies=hops), clock=clock))
        made[-1].config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return made[-1].test_client()

    yield build
    for one in made:
        with one.app_context():
            db.engine.dispose()


def test_without_a_proxy_nobody_gets_new_tries_by_writing_a_header(behind) -> None:
    client = behind(0)
    tries = [sign_in(client, f"nobody{n}", via=f"203.0.113.{n}") for n in range(PER_ADDRESS + 1)]
    assert tries[-1] == 429


def test_behind_one_proxy_each_browser_has_its_own_tries(behind) -> None:
    client = behind(1)
    tries = [sign_in(client, f"nobody{n}", via=f"203.0.113.{n}") for n in range(PER_ADDRESS + 1)]
    assert set(tries) == {422}
    assert [sign_in(client, f"no{n}", via="203.0.113.250") for n in range(PER_ADDRESS + 1)][-1] == 429


def test_behind_one_proxy_what_the_browser_wrote_itself_counts_for_nothing(behind) -> None:
    """The proxy adds the address it saw at the right; what stands before it came from the browser."""
    client = behind(1)
    tries = [sign_in(client, f"nobody{n}", via=f"198.51.100.{n}, 203.0.113.7") for n in range(PER_ADDRESS + 1)]
    assert tries[-1] == 429


def test_the_public_link_is_limited_by_address(client, clock) -> None:
    def look(at: str) -> int:
        return client.get("/t/" + "A" * 26, environ_base={"REMOTE_ADDR": at}).status_code

    assert [look("10.0.0.1") for _ in range(TICKET_VIEWS_PER_WINDOW + 1)] == [404] * TICKET_VIEWS_PER_WINDOW + [429]
    assert look("10.0.0.2") == 404
    clock.instant += timedelta(minutes=MINUTES)
    assert look("10.0.0.1") == 404


@pytest.mark.parametrize("path", ["/desk/{uid}/scans", "/api/v1/desk/{uid}/scans"])
def test_typed_numbers_at_the_desk_are_limited_by_person_and_scanned_codes_are_not(
    make: Factory, clock, sign_in, monkeypatch, path: str
) -> None:
    monkeypatch.setattr(desk_routes, "TYPED_PER_HOUR", 3)
    place = make_place(make, clock)
    client = sign_in(make.user("coordinator", place.body))
    address = path.format(uid=place.params["session_uid"])

    def scan(**what: str) -> int:
        body = {"nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat(), **what}
        return client.post(address, json=body).status_code

    numbers = [f"44060619900101{n:03d}" for n in range(4)]
    assert [scan(id_number=number + check_character(number)) for number in numbers] == [200, 200, 200, 429]
    assert scan(code="A" * 26) == 200
    clock.instant += timedelta(hours=1)
    assert scan(id_number=numbers[0] + check_character(numbers[0])) == 200

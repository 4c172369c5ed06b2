"""Odd values in every parameter of the pages of people, batches, rosters, sessions and devices: refused or ignored.

A value that nobody types ends as a page that says so, or as no filter at all; never as a server error.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from examops.accounts.models import UserAccount
from examops.core.clock import FixedClock
from examops.core.database import db
from tests.factories import ELECTRICIAN, Factory
from tests.guards.place import Place, make_place

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ODD = {
    "beyond bigint": str(2**63),
    "twenty thousand digits": "9" * 20_000,
    "negative": "-1",
    "no digit to int()": "²",
    "digits of another script": "٣",
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "control characters": "a\x07\r\nb",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "minute of year 1": "0001-01-01T00:00",
    "minute of year 9999": "9999-12-31T23:59",
    "forged key": f"9999-12-31T23:59:59.999999+00:00~{2**63}",
    "forged key before time": "0001-01-01T00:00:00+23:59~1",
    "key without number": "2026-11-23T00:00:00+00:00~",
    "level of two digits": f"{ELECTRICIAN}/12",
    "unknown occupation": "no-such/4",
    "broken address": "/\t/[",
    "exponent": "1e999999999",
    "not a number": "NaN",
    "long": "x" * 5000,
    "range without end": "A-1~A-99999999999999999999",
}
PARTS, FORM_TYPE = 3, "application/x-www-form-urlencoded"
LISTS = {
    "/sessions/": ("before", "day", "until", "state", "language"),
    "/sessions/batches": ("before",),
    "/candidates/batches/{batch_uid}": ("q", "after"),
    "/sessions/new": ("groups", "batch", "g0-target", "g0-turns"),
    "/sessions/{session_uid}": ("after",),
    "/search/": ("q",),
    "/rosters/": ("before",),
    "/rosters/{roster_uid}": ("tab", "reason", "after", "open", "field"),
    "/rosters/{roster_uid}/photos": ("after",),
    "/devices/": ("before",),
    "/sign-in": ("next",),
    "/api/v1/sessions": ("before", "state"),
}


def encoded(pairs: dict[str, Any]) -> str:
    return urlencode(pairs, doseq=True, encoding="utf-8", errors="surrogatepass")


@pytest.fixture
def place(make: Factory, clock: FixedClock, app: Flask) -> Place:
    return make_place(make, clock)


@pytest.fixture
def coordinator(make: Factory, place: Place) -> UserAccount:
    return make.user("coordinator", place.body)


def forms(place: Place) -> dict[str, dict[str, Any]]:
    """A plausible form for each address; every field of it is made odd in turn."""
    batch = {
        "body": place.more["body"],
        "name": "2027 第 1 批",
        "applies_from": "2026-12-01T08:00",
        "cut_off_on": "2026-12-31",
        "applies_until": "2026-12-31T18:00",
        "held_from": "2027-01-05",
        "held_until": "2027-02-05",
        "fee": "0",
        "part": "skill",
        "offer": f"{ELECTRICIAN}/4",
    }
    plan = {
        "do": "judge",
        "batch": place.more["batch"],
        "groups": "1",
        "g0-room": place.more["room"],
        "g0-part": "skill",
        "g0-target": f"{ELECTRICIAN}/4",
        "g0-starts_at": "2026-12-20T09:00",
        "g0-turns": "1",
        "g0-minutes": "120",
        "g0-pause": "10",
        "g0-stations": "6",
        f"duty-{place.more['room']}": "leader",
        f"serves-{place.more['room']}": "0",
    }
    at = "/sessions/{session_uid}".format(**place.params)
    return {
        "/sign-in": {"login": "nobody", "password": "nothing"},
        "/sign-in?next=/": {"login": "the-coordinator", "password": "nothing"},
        "/scope": {"grant": place.more["room"]},
        "/password": {"old": "wrong", "new": "Tn9-quiet-river", "again": "Tn9-quiet-river"},
        "/privacy-notice": {"version": "1"},
        "/devices/codes": {"site": place.more["site"], "kind": "desk"},
        "/search/": {"q": "2026"},
        "/sessions/batches/new": batch,
        "/sessions/batches/{batch_uid}".format(**place.params): batch,
        "/sessions/new": plan,
        "/sessions/new?": {**plan, "do": "save"},
        "/sessions/new/judged": plan,
        f"{at}/edit": plan,
        f"{at}/edit/judged": plan,
        f"{at}/bookings": {"application": [place.more["waiting"]], "turn": place.more["turn"]},
        f"{at}/move": {"to": "interrupted", "reason": "停电"},
        "/sessions/bookings/{booking_uid}/release".format(**place.params): {"reason": "考生退出"},
        "/rosters/": {
            "batch": place.more["batch"],
            "pasted": "姓名\t身份证号\n何兰\t440606199001010011\n",
            "occupation": ELECTRICIAN,
            "level": "4",
            "kind": "employee",
            "vouched": ["employment"],
        },
        "/rosters/{roster_uid}/columns".format(**place.params): {"column-A": "name", "column-B": "id_number"},
        "/rosters/{roster_uid}/rows/2/name".format(**place.params): {"value": "何小兰"},
        "/rosters/{roster_uid}/rows".format(**place.params): {
            "act": "set",
            "row": ["2"],
            "all": "0",
            "tab": "no",
            "reason": "",
            "field": "team",
            "value": "注塑",
        },
        "/rosters/{roster_uid}/undo".format(**place.params): {"change": "1"},
    }


def bodies(place: Place) -> dict[str, list[Any]]:
    """JSON that is odd in one place."""
    at = place.params["session_uid"]
    wish = {"application_uid": str(place.more["waiting"]), "turn_uid": str(place.more["turn"])}
    return {f"/sessions/{at}/bookings": [wish], f"/api/v1/sessions/{at}/bookings": [{"bookings": [wish]}]}


def made_odd(given: Any, value: str) -> Iterator[Any]:
    """The same with one leaf or branch after the other replaced."""
    yield value
    if isinstance(given, dict):
        for name, inner in given.items():
            yield from ({**given, name: odd} for odd in made_odd(inner, value))
    if isinstance(given, list):
        yield from ([odd] for one in given for odd in made_odd(one, value))


def failed(send: Any, what: str) -> list[str]:
    try:
        status = send().status_code
    except Exception as error:  # noqa: BLE001  a test client passes on what a server would answer with 500
        db.session.rollback()
        return [f"{what}: {type(error).__name__}: {str(error)[:120]}"]
    return [f"{what}: {status}"] if status >= 500 else []


def test_an_odd_value_in_an_address_is_refused_or_ignored(place: Place, coordinator, sign_in) -> None:
    client, found = sign_in(coordinator), []
    for address, names in LISTS.items():
        for name, odd in product(names, ODD):
            url = f"{address.format(**place.params)}?{encoded({name: ODD[odd]})}"
            found += failed(lambda url=url: client.get(url), f"GET {address} {name} {odd}")
    assert found == []


@pytest.mark.parametrize("part", range(PARTS))
def test_an_odd_value_in_a_form_is_refused_or_ignored(part: int, place: Place, coordinator, sign_in) -> None:
    """In parts, because tries to sign in are counted."""
    client, found = sign_in(coordinator), []
    for odd in list(ODD)[part::PARTS]:
        for address, form in forms(place).items():
            for data in odd_forms(form, ODD[odd]):
                found += failed(
                    lambda address=address, data=data: client.post(address, data=data, content_type=FORM_TYPE),
                    f"POST {address} {odd} {data:.60}",
                )
    assert found == []


def odd_forms(form: dict[str, Any], value: str) -> Iterator[str]:
    yield from (encoded({**form, name: value}) for name in form)
    if "batch" in form:
        yield encoded({**form, f"duty-{value}": "leader"})


def test_an_odd_value_in_json_is_refused(place: Place, coordinator, sign_in) -> None:
    client, found = sign_in(coordinator), []
    for (address, wishes), odd in product(bodies(place).items(), ODD):
        for body in made_odd(wishes[0], ODD[odd]):
            found += failed(
                lambda address=address, body=body: client.post(
                    address, json=body, headers={"Idempotency-Key": "an-odd-value"}
                ),
                f"POST {address} {odd} {body!r:.80}",
            )
    assert found == []


@pytest.mark.parametrize("row", [0, 2**63, 10**30])
def test_a_row_that_no_roster_has_is_not_found(row: int, place: Place, coordinator, sign_in) -> None:
    address = "/rosters/{roster_uid}/rows/".format(**place.params) + f"{row}/name"
    assert sign_in(coordinator).post(address, data={"value": "何兰"}).status_code == 404

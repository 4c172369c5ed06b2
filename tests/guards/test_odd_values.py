"""Odd values in every parameter of every described route of desk and footage: refused, never a fault of ours."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.guards import walk
from tests.guards.forms import FORMS
from tests.guards.place import Place, make_place
from tests.guards.rights import MAY, RECORDER
from tests.guards.test_routes import holder
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
BLUEPRINTS = ("checkin", "tablets", "api_desk", "footage", "quarantine", "recorder")
TEXTS = (
    "\0",
    "a\0b",
    "\ud800",
    "9" * 30,
    str(2**63),
    "-1",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "x" * 5000,
)
VALUES = (*TEXTS, 2**63, -(2**63) - 1, 1e308, True, None, [], {}, [None], [[]], {"a": "\0"})
WALL = ("district", "body", "occupation", "state", "density", "page")
QUERIES = {
    "footage.wall": WALL,
    "footage.wall_data": WALL,
    "footage.flags": ("state", "before"),
    "footage.armed_hours": ("before",),
    "footage.playlist": ("from",),
    "quarantine.index": ("decided", "before"),
    "quarantine.late": ("decided", "before"),
}


def calls(app: Flask, method: str) -> list[walk.Call]:
    return [
        call
        for call in walk.calls(app)
        if call.endpoint.partition(".")[0] in BLUEPRINTS and call.method == method and call.endpoint in MAY
    ]


def browser_for(app: Flask, make: Any, own: Place, call: walk.Call) -> Browser:
    roles = MAY[call.endpoint]
    user = holder(make, roles[0], own) if isinstance(roles, tuple) else None
    return Browser(app, user, bearer=own.more["recorder"] if roles == RECORDER else "")


def changed(body: Any) -> Iterator[Any]:
    """The body with one of its values, at any depth, replaced by each odd one."""
    for path in paths(body):
        for value in VALUES:
            other = copy.deepcopy(body)
            inner = other
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = value
            yield other


def paths(node: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in steps:
        yield (*before, step)
        yield from paths(inner, (*before, step))


@pytest.fixture
def own(make, clock, app: Flask) -> Place:
    return make_place(make, clock)


def test_odd_values_in_query_strings(app: Flask, make, own) -> None:
    faults = []
    for call in calls(app, "GET"):
        browser = browser_for(app, make, own, call)
        for name in QUERIES.get(call.endpoint, ()):
            for value in TEXTS[:2] + TEXTS[3:]:
                answer = browser.client.get(
                    browser.path(call, own), query_string={name: value}, headers=browser.headers
                )
                faults += [(call.endpoint, name, value[:20], answer.status_code)] if answer.status_code >= 500 else []
    assert faults == []


def test_odd_values_in_json_and_forms(app: Flask, make, own) -> None:
    faults, refused = [], 0
    for call in calls(app, "POST"):
        browser, given = browser_for(app, make, own, call), FORMS[call.endpoint](own)
        kind = "json" if "json" in given else "data"
        if isinstance(given.get(kind), bytes):
            continue
        for body in changed(given[kind]):
            if kind == "data" and not all(isinstance(one, str) and "\ud800" not in one for one in body.values()):
                continue
            answer = browser.client.post(browser.path(call, own), headers=browser.headers, **{kind: body})
            refused += answer.status_code == 422
            if answer.status_code >= 500:
                faults.append((call.endpoint, str(body)[:300].encode("unicode_escape"), answer.status_code))
    assert faults == []
    assert refused > 500


@pytest.mark.parametrize("value", TEXTS[3:8])
def test_odd_moments_of_a_picture(app: Flask, make, own, value: str) -> None:
    call = next(call for call in calls(app, "POST") if call.endpoint == "recorder.snapshot")
    browser = browser_for(app, make, own, call)
    headers = {**browser.headers, "X-Taken-At": value}
    assert browser.client.post(browser.path(call, own), data=b"\xff\xd8 x", headers=headers).status_code == 422

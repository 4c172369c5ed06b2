"""The document of the API: valid, complete, and true for the main calls."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft7Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from examops.accounts.pairing import create_pairing_code, pair
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.models import Booking
from tests.factories import DAY, Factory
from tests.guards import walk
from tests.guards.place import Place, make_place
from tests.guards.rights import MAY, RECORDER
from tests.guards.stock import make_stocked_place
from tests.guards.test_routes import holder
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
HERE = "440606"


@pytest.fixture
def document(client) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json


@pytest.fixture
def own(make: Factory, clock, app: Flask) -> Place:
    return make_place(make, clock)


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def fits(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """The answer has a described status, and its JSON the described shape: nothing is missing, nothing undescribed."""
    responses = document["paths"][path][method]["responses"]
    described = responses.get(str(answer.status_code), responses.get("default"))
    assert described, (path, method, answer.status_code, answer.text)
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    if not described.get("content"):
        assert answer.data == b""
        return
    schema = exact(described["content"]["application/json"]["schema"])
    Draft7Validator({"allOf": [schema], "components": exact(document["components"])}).validate(answer.json)


def exact(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: ``nullable`` is a type, and an object has no other fields than those described.

    A nullable reference comes as "this, or any object, or null": only this and null are meant.
    """
    if isinstance(node, list):
        return [exact(one) for one in node]
    if not isinstance(node, dict):
        return node
    match node:
        case {"anyOf": [{"$ref": str()} as reference, {"type": "object", "nullable": True}]}:
            return {"anyOf": [reference, {"type": "null"}]}
    copied = {name: exact(value) for name, value in node.items() if name != "nullable"}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        copied.setdefault("additionalProperties", False)
    return {"anyOf": [copied, {"type": "null"}]} if node.get("nullable") is True else copied


def test_the_document_is_valid_openapi(document) -> None:
    assert document["openapi"].startswith("3.")
    assert list(map(str, OpenAPIV30SpecValidator(document).iter_errors())) == []


def test_every_json_endpoint_is_in_the_document(with_tokens, document, make, own) -> None:
    """Asked as somebody who may: whatever answers JSON, or is asked in JSON, is described."""
    missing, found = [], []
    for call in walk.calls(with_tokens):
        roles = MAY[call.endpoint]
        user = holder(make, roles[0], own) if isinstance(roles, tuple) else None
        browser = Browser(with_tokens, user, bearer=own.more["recorder"] if roles == RECORDER else "")
        answer = browser.send(call, own)
        is_json = answer.mimetype == "application/json" or "json" in walk.form_of(call, own)
        if is_json and call.endpoint != "api-docs.openapi_json":
            path = described_path(call)
            found.append(path)
            if call.method.lower() not in document["paths"].get(path, {}):
                missing.append(f"{call.method} {path}")
    assert missing == [], "describe it: flask-smorest, or json_call of examops/web/api.py"
    assert len(found) >= 20


def test_every_call_says_how_to_sign_in(document) -> None:
    silent = [
        f"{method} {path}"
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if method != "parameters" and "security" not in call
    ]
    assert silent == []


def asked(app: Flask, document: dict[str, Any], make: Factory, own: Place) -> Iterator[tuple[str, str, Any]]:
    """``(path, method, answer)`` of every described call, asked with objects of one place by somebody who may."""
    late = ("specifications_api.drop_line",)  # out of the draft that another call begins
    order = sorted(walk.calls(app), key=lambda one: (one.method != "GET", one.endpoint in late, one.method != "DELETE"))
    for call in order:
        path, method = described_path(call), call.method.lower()
        if method not in document["paths"].get(path, {}):
            continue
        roles = MAY[call.endpoint]
        user = holder(make, roles[0], own) if isinstance(roles, tuple) else None
        browser = Browser(app, user, bearer=own.more["recorder"] if roles == RECORDER else "")
        answer = browser.send(call, own)
        if method != "get" and call.endpoint in JSON_TOO:
            headers = {"X-CSRFToken": browser.token}
            answer = browser.client.post(browser.path(call, own), json=JSON_TOO[call.endpoint](own), headers=headers)
        yield path, method, answer


# Bodies that succeed, where the walk sends a form or only shows who may.
JSON_TOO = {
    "footage.look": lambda own: {
        "looks": [
            {
                "camera_uid": str(own.params["camera_uid"]),
                "from": (DAY - timedelta(minutes=1)).isoformat(),
                "to": DAY.isoformat(),
                "mode": "play",
            }
        ]
    },
    "sessions.create_bookings": lambda own: {
        "application_uid": str(own.more["applicant sessions.create_bookings"]),
        "turn_uid": str(own.more["open_turn"]),
    },
}


def described_path(call: walk.Call) -> str:
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", call.rule.rule)


def test_every_described_route_answers_as_it_is_described(with_tokens, document, make, clock) -> None:
    """Real objects, real answers. What is refused counts as unasked, but for the few that can only be refused here."""
    statuses: dict[str, int] = {}
    for path, method, answer in asked(with_tokens, document, make, make_stocked_place(make, clock, district=HERE)):
        fits(document, path, method, answer)
        statuses[f"{method} {path}"] = answer.status_code
    described = {
        f"{method} {path}" for path, calls in document["paths"].items() for method in calls if method != "parameters"
    }
    assert set(statuses) == described
    refused = {name for name, status in statuses.items() if status >= 400}
    # A wrong code: its refusal is described too, and test_routes.py sees a right one succeed.
    assert refused <= {"post /api/v1/recorder/pair"}, {name: statuses[name] for name in refused}


def test_sessions_come_in_pages_that_lose_nobody(document, make, app, monkeypatch) -> None:
    """Several sessions begin at the same minute; a page may end between them."""
    monkeypatch.setattr("examops.sessions.overview.queries.PAGE", 3)
    body = make.body()
    batch, site = make.batch(body), make.site(body)
    made = {make.session_with_turns(batch, make.room(site, stations=1))[0].number for _ in range(7)}
    client, seen, before = Browser(app, make.user("coordinator", body)).client, [], ""
    for _ in range(3):
        answer = client.get("/api/v1/sessions", query_string={"before": before} if before else {})
        fits(document, "/api/v1/sessions", "get", answer)
        seen += [session["number"] for session in answer.json["sessions"]]
        before = answer.json["next"]
    assert (before, sorted(seen)) == (None, sorted(made))


def test_a_broken_page_key_is_refused_in_words(document, make, app) -> None:
    answer = Browser(app, make.user("coordinator", make.body())).client.get("/api/v1/sessions?before=yesterday")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    fits(document, "/api/v1/sessions", "get", answer)


def test_a_session_tells_its_turns_with_what_limits_them(document, make, own, app) -> None:
    client, uid = Browser(app, make.user("internal_supervisor", own.body)).client, own.params["session_uid"]
    one, turns = client.get(f"/api/v1/sessions/{uid}"), client.get(f"/api/v1/sessions/{uid}/turns")
    fits(document, "/api/v1/sessions/{session_uid}", "get", one)
    fits(document, "/api/v1/sessions/{session_uid}/turns", "get", turns)
    assert [(turn["number"], turn["capacity"], turn["taken"]) for turn in turns.json["turns"]] == [(1, 3, 2), (2, 3, 0)]
    assert one.json["turns"] == turns.json["turns"]


@pytest.fixture
def booking(make, app, clock):
    """An open session of two places, three people, and a coordinator's browser."""
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), capacity=2, starts_at=DAY + timedelta(days=2)
    )
    wishes = [
        {"application_uid": str(one.uid), "turn_uid": str(turns[0].uid)} for one in make.applications(batch, body, 3)
    ]
    client = Browser(app, make.user("coordinator", body)).client

    def send(wishes, key: str, uid=session.uid):
        return client.post(
            f"/api/v1/sessions/{uid}/bookings", json={"bookings": wishes}, headers={"Idempotency-Key": key}
        )

    return wishes, send, client


BOOKINGS = "/api/v1/sessions/{session_uid}/bookings"


def test_every_wish_gets_its_outcome(document, booking) -> None:
    wishes, send, _ = booking
    answer = send(wishes, "key-one-1")
    fits(document, BOOKINGS, "post", answer)
    results = answer.json["results"]
    assert [result["state"] for result in results] == ["confirmed", "confirmed", None]
    assert results[2]["refusal"]["code"] == "booking.turn_full"
    assert set(results[2]["refusal"]) >= {"code", "message", "advice", "clause"}


def test_the_same_key_gets_the_same_answer_and_books_once(booking, make) -> None:
    wishes, send, client = booking
    first, again = send(wishes[:1], "key-one-1"), send(wishes[:1], "key-one-1")
    assert (first.json, again.status_code) == (again.json, 200)
    uid = first.json["results"][0]["booking_uid"]
    assert client.delete(f"/api/v1/bookings/{uid}").json["state"] == "cancelled"
    assert send(wishes[:1], "key-one-1").json == first.json, "a repeat is no new wish, whatever happened since"
    assert make.session.query(Booking).count() == 1


def test_a_key_belongs_to_one_request(document, booking) -> None:
    wishes, send, _ = booking
    send(wishes[:1], "key-one-1")
    other = send(wishes[1:2], "key-one-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency.other_request")
    fits(document, BOOKINGS, "post", other)


def test_a_booking_without_a_key_is_refused(document, booking) -> None:
    wishes, send, client = booking
    answer = client.post(BOOKINGS.format(session_uid=uuid.uuid4()), json={"bookings": wishes})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["errors"] == {"Idempotency-Key": "请填写"}


def test_turns_of_another_session_count_as_unknown(booking, own) -> None:
    wishes, send, _ = booking
    foreign = [wishes[0] | {"turn_uid": str(own.more["turn"])}]
    assert send(foreign, "key-two-2").json["results"][0]["refusal"]["code"] == "booking.no_such_turn"
    assert send(wishes, "key-three", uid=own.params["session_uid"]).status_code == 404


def test_a_place_is_released_once(document, booking) -> None:
    wishes, send, client = booking
    uid = send(wishes[:1], "key-one-1").json["results"][0]["booking_uid"]
    for _ in range(2):
        answer = client.delete(f"/api/v1/bookings/{uid}")
        fits(document, "/api/v1/bookings/{booking_uid}", "delete", answer)
        assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert [one["state"] for one in send(wishes, "key-two-2").json["results"]].count("confirmed") == 2


def desk_token(site, clock) -> str:
    with transaction(SYSTEM):
        return pair(create_pairing_code(site, "desk", clock=clock), "东门", "desk", None, clock=clock)[1]


def test_a_desk_device_scans_at_its_site_with_its_token_alone(document, with_tokens, own, clock) -> None:
    path = f"/api/v1/desk/{own.params['session_uid']}"
    browser = Browser(with_tokens, bearer=own.more["tablet"])
    state = browser.client.get(path, headers=browser.headers)
    fits(document, "/api/v1/desk/{session_uid}", "get", state)
    scan = {"code": own.more["code"], "nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat()}
    answer = browser.client.post(path + "/scans", json=scan, headers=browser.headers)
    fits(document, "/api/v1/desk/{session_uid}/scans", "post", answer)
    assert (answer.json["admitted"], answer.json["state"]["present"]) == (True, 2)


def test_a_desk_device_opens_nothing_elsewhere_and_nothing_that_is_over(make, app, own, clock) -> None:
    other, second = make_place(make, clock), make_place(make, clock, site=make.site(own.body))
    client, headers = app.test_client(), {"Authorization": f"Bearer {own.more['tablet']}"}
    for place in (other, second):
        assert client.get(f"/api/v1/desk/{place.params['session_uid']}", headers=headers).status_code == 404
    assert client.get(f"/api/v1/desk/{own.params['session_uid']}", headers=headers).status_code == 200
    clock.instant += timedelta(days=1)
    assert client.get(f"/api/v1/desk/{own.params['session_uid']}", headers=headers).status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", "recorder"])
def test_a_token_that_is_no_desks_is_refused_even_beside_a_persons_cookie(make, app, own, token: str) -> None:
    client = Browser(app, make.user("coordinator", own.body)).client
    value = own.more["recorder"] if token == "recorder" else token
    headers = {"Authorization": f"Bearer {value}"}
    assert client.get(f"/api/v1/desk/{own.params['session_uid']}", headers=headers).status_code == 401


def test_a_persons_scan_over_the_api_needs_the_token_against_forged_forms(with_tokens, make, own) -> None:
    browser = Browser(with_tokens, make.user("coordinator", own.body))
    path = f"/api/v1/desk/{own.params['session_uid']}/scans"
    scan = {"code": own.more["code"], "nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat()}
    assert browser.client.post(path, json=scan).status_code == 422
    assert browser.client.post(path, json=scan, headers={"X-CSRFToken": browser.token}).status_code == 200

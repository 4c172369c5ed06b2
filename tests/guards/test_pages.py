"""What every page and every answer keeps: no script or style inside, no copy kept, forms only with their token."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import Settings
from examops.app.domains import registry
from examops.app.factory import create_app, csrf
from examops.core.clock import FixedClock
from examops.core.database import db
from tests.factories import PASSWORD, Factory
from tests.guards import walk
from tests.guards.place import Place, make_place
from tests.guards.rights import EVERYBODY, LINK, MAY, RECORDER
from tests.guards.test_routes import holder
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def own(make: Factory, clock: FixedClock, app: Flask) -> Place:
    return make_place(make, clock)


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


class Inline(HTMLParser):
    """Collects what a strict content policy would refuse to run or to show."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("<script>")
        if tag == "style" or "style" in given:
            self.found.append(f"<{tag} style>")
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        targets = (given.get(name) or "" for name in ("href", "src", "action", "formaction"))
        self.found += [
            target for target in targets if target.strip().lower().startswith(("javascript:", "http:", "//"))
        ]


def inline_parts(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


def pages(app: Flask, make: Factory, own: Place) -> Iterator[tuple[str, TestResponse]]:
    """Every GET of the product, asked by somebody who may; refusals and missing pages too."""
    users: dict[str, Browser] = {}
    for call in walk.calls(app):
        if call.method != "GET" or call.endpoint == "static":
            continue
        roles = MAY[call.endpoint]
        for role in roles if isinstance(roles, tuple) else ("nobody",):
            if role not in users:
                users[role] = Browser(app, holder(make, role, own) if role != "nobody" else None)
            yield f"{call.endpoint} as {role}", users[role].send(call, own)
    stranger = users["nobody"].client
    for path in ("/no-such-page", "/sessions/not-a-uid", "/t/wrong"):
        yield path, stranger.get(path)
    yield "405", stranger.get("/sign-out")


@pytest.fixture(scope="module")
def walked() -> list[tuple[str, TestResponse]]:
    """What the first test of this file that asked was answered."""
    return []


@pytest.fixture
def answers(request: pytest.FixtureRequest, walked: list[tuple[str, TestResponse]]) -> list[tuple[str, TestResponse]]:
    """Of every page; asked for once, as several hundred requests, whatever is looked at in them."""
    if not walked:
        walked += pages(*map(request.getfixturevalue, ("with_tokens", "make", "own")))
    return walked


def test_no_page_carries_script_style_or_handlers_inside(answers) -> None:
    faults, seen = [], 0
    for name, answer in answers:
        if answer.mimetype == "text/html" and answer.status_code != 302:
            seen += 1
            faults += [f"{name}: {part}" for part in inline_parts(answer.text)]
    assert faults == []
    assert seen > 40


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<p style='color:red'>",
        "<style>p{}</style>",
        "<a onclick='x()'>",
        "<a href='javascript:x()'>",
    ],
)
def test_the_reader_of_pages_finds_each_of_these(html: str) -> None:
    assert inline_parts(html)


KEPT_BY_PROXIES = {"directory", "directory_data"}  # the same for everybody; no answer of theirs sets a cookie


def test_every_answer_carries_the_strict_policy_and_leaves_no_copy(answers) -> None:
    for name, answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert not [
            word
            for word in ("unsafe-inline", "unsafe-eval'", " *", "http: ", "https: ")
            if word in policy.replace("'wasm-unsafe-eval'", "")
        ], name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        if name.split(".")[0] in KEPT_BY_PROXIES:
            assert (answer.headers["Cache-Control"], answer.vary.as_set()) == ("public, max-age=60", {"cookie"}), name
            assert "Set-Cookie" not in answer.headers, name
        else:
            assert "no-store" in answer.headers["Cache-Control"], name


def test_a_wrong_address_answers_people_with_a_page_and_programs_with_json(client: FlaskClient) -> None:
    page, api = client.get("/no-such-page", headers={"Accept": "text/html"}), client.get("/api/v1/no-such-call")
    assert (page.status_code, page.mimetype, api.status_code) == (404, "text/html", 404)
    assert "没有这个页面" in page.text
    assert api.json["code"] == "http.404"


# Forms


def test_every_form_is_refused_without_its_token(with_tokens, make, own) -> None:
    faults, asked, users = [], 0, {"anybody": Browser(with_tokens, make.user("operator"))}
    for call in walk.calls(with_tokens):
        roles = MAY[call.endpoint]
        if call.method not in walk.WRITES or roles == RECORDER or call.endpoint == "recorder.pair":
            continue
        role = roles[0] if isinstance(roles, tuple) else "anybody"
        if role not in users:
            users[role] = Browser(with_tokens, holder(make, role, own))
        answer = users[role].send(call, own, token=False)
        asked += 1
        if answer.status_code != 422 or ("页面停留太久" not in answer.text and "page_stale" not in answer.text):
            faults.append(f"{call.method} {call.endpoint}: {answer.status_code}")
    assert faults == []
    assert asked > 20


def test_a_program_is_told_to_sign_in_and_to_bring_the_token(with_tokens, own) -> None:
    answer = Browser(with_tokens).client.post(f"/api/v1/sessions/{own.params['session_uid']}/bookings", json={})
    assert (answer.status_code, answer.json["code"]) == (422, "page_stale")
    assert "X-CSRFToken" in answer.json["advice"]


def test_only_devices_with_a_bearer_token_need_none(app: Flask) -> None:
    assert {domain.package for domain in registry().domains if domain.device_apis} == {
        "examops.checkin",
        "examops.footage",
    }
    exempt = {blueprint.name for blueprint in csrf._exempt_blueprints}
    assert exempt == {"api_desk", "recorder"}
    assert csrf._exempt_views == set()


# The browser's session


def cookie_of(app: Flask, login: str) -> str:
    answer = app.test_client().post("/sign-in", data={"login": login, "password": PASSWORD})
    return next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("examops="))


def test_the_session_cookie_is_kept_from_scripts_and_strange_sites(make, app: Flask) -> None:
    cookie = cookie_of(app, make.user("operator").login)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay(make, app, settings: Settings, clock) -> None:
    secure = create_app(dataclasses.replace(settings, secure_cookies=True), clock=clock)
    secure.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    assert "Secure" in cookie_of(secure, make.user("operator").login)
    assert "max-age=31536000" in secure.test_client().get("/sign-in").headers["Strict-Transport-Security"]
    with secure.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("address", "is_secure"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost", False),
        ("https://localhost", True),
        ("http://192.168.1.5:8000", True),
        ("http://exam.example.cn", True),
        ("http://127.0.0.1.example.cn", True),
    ],
)
def test_without_a_public_url_cookies_go_in_the_clear_on_the_machine_itself_alone(
    make, app: Flask, settings: Settings, address: str, is_secure: bool
) -> None:
    assert settings.secure_cookies is None
    form = {"login": make.user("operator").login, "password": PASSWORD}
    answer = app.test_client().post("/sign-in", data=form, base_url=address)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all(("; Secure" in cookie) is is_secure for cookie in cookies)


def test_whoever_opens_it_by_plain_http_from_elsewhere_is_told_why_it_does_not_work(app: Flask, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    form = {"login": "x", "password": "y"}
    refused = app.test_client().post("/sign-in", data=form, base_url="http://192.168.1.5:8000")
    assert (refused.status_code, "EXAMOPS_PUBLIC_URL" in refused.text) == (422, True)
    assert "EXAMOPS_PUBLIC_URL" not in app.test_client().post("/sign-in", data=form).text


def test_signing_in_starts_a_new_session(make, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post("/sign-in", data={"login": make.user("operator").login, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session


def test_open_endpoints_are_few_and_named() -> None:
    assert {name for name, roles in MAY.items() if roles in (EVERYBODY, LINK)} == {
        "accounts.home",
        "accounts.new_password",
        "accounts.notice",
        "accounts.sign_in",
        "accounts.sign_out",
        "accounts.sign_out_everywhere",
        "api-docs.openapi_json",
        "desk_app.manifest",
        "desk_app.worker",
        "directory.index",
        "directory.rule_file",
        "directory.show",
        "directory.specification_file",
        "directory_data.csv_file",
        "directory_data.json_file",
        "health.healthz",
        "lots.show",
        "openings.begin",
        "openings.correct",
        "openings.look_up",
        "openings.own",
        "openings.prove",
        "openings.save",
        "openings.send_again",
        "openings.state",
        "recorder.pair",
        "static",
        "tablets.pair_tablet",
        "tickets.own_ticket",
    }

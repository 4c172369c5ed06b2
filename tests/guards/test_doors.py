"""Every way in has a guard, and no address shows an inner number."""

import pytest
from flask import Flask


def blueprints(app: Flask):
    return sorted(app.blueprints.items())


def test_every_blueprint_has_a_guard(app: Flask) -> None:
    bare = [
        name
        for name, blueprint in blueprints(app)
        if name not in ("api-docs",)
        and not any(getattr(check, "is_guard", False) for check in blueprint.before_request_funcs.get(None, []))
    ]
    assert bare == []


def test_addresses_carry_random_uids_and_never_inner_numbers(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "<int" in rule.rule]
    row = "/rosters/<uuid:roster_uid>/rows/<int(max=10000000):row_number>"  # of the sheet
    assert sorted(rule.rule for rule in rules) == [
        f"{row}/<field>",
        f"{row}/originals/<any(employment, certificates, schooling, identity):group>",
        f"{row}/originals/<any(employment, certificates, schooling, identity):group>/take-back",
    ]


@pytest.mark.parametrize("role", ["coordinator", "examiner", "supervisor", "operator", "security"])
def test_each_role_lands_on_a_page_that_opens(make, sign_in, role: str) -> None:
    body = make.body() if role in ("coordinator", "examiner", "security") else None
    client = sign_in(make.user(role, body))
    answer = client.get("/")
    assert client.get(answer.location).status_code == 200


def test_answers_carry_a_strict_content_policy(client) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy

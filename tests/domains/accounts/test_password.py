"""Changing one's own password: at will, and before anything else where somebody else made it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts.models import PrivacyNotice, UserAccount
from examops.accounts.password_change import PasswordRules, UnfitPassword, check_password, random_password
from examops.accounts.service import PER_ADDRESS, PER_LOGIN, WINDOW_MINUTES
from examops.audit.models import AuditEntry
from examops.core.database import db
from tests.factories import PASSWORD, Factory

NEW = "Tn9-quiet-river"
RULES = PasswordRules(10, 128, 5)


def enter(client: FlaskClient, user: UserAccount, password: str = PASSWORD) -> FlaskClient:
    assert client.post("/sign-in", data={"login": user.login, "password": password}).status_code == 302
    return client


def change(client: FlaskClient, old: str = PASSWORD, new: str = NEW, again: str = NEW, at: str = "10.0.0.1", **more):
    form = {"old": old, "new": new, "again": again}
    return client.post("/password", data=form, environ_base={"REMOTE_ADDR": at}, **more)


def tags() -> list[str]:
    return list(db.session.execute(select(AuditEntry.tag).order_by(AuditEntry.id)).scalars())


def test_the_new_password_works_and_the_old_one_does_not(make: Factory, client: FlaskClient) -> None:
    user = make.user("operator")
    answer = change(enter(client, user))
    assert (answer.status_code, answer.location) == (302, "/")
    assert "密码已改，别处的登录都已退出" in client.get("/audit/").text, "this browser goes on"
    client.post("/sign-out")
    assert client.post("/sign-in", data={"login": user.login, "password": PASSWORD}).status_code == 422
    enter(client, user, NEW)


def test_every_other_browser_is_signed_out(make: Factory, app: Flask) -> None:
    user = make.user("operator")
    here, there = (enter(app.test_client(), user) for _ in range(2))
    change(here)
    assert here.get("/audit/").status_code == 200
    assert there.get("/audit/").location.startswith("/sign-in")


def test_the_persons_menu_leads_to_the_page(make: Factory, client: FlaskClient) -> None:
    enter(client, make.user("operator"))
    assert 'href="/password"' in client.get("/audit/").text
    page = client.get("/password").text
    assert "10–128 个字符" in page
    assert 'href="/"' in page


def test_changes_and_refusals_are_recorded_without_any_password(make: Factory, client: FlaskClient) -> None:
    enter(client, make.user("operator"))
    assert change(client, old="hunter2 hunter2").status_code == 422
    change(client)
    assert tags() == ["account:signed_in", "account:password_refused", "account:password_changed"]
    kept = db.session.execute(select(AuditEntry.payload, AuditEntry.subject_words)).all()
    assert not any(secret in str(kept) for secret in ("hunter2", PASSWORD, NEW))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"old": "nope"}, "旧密码不对"),
        ({"again": NEW + "!"}, "两次输入的新密码不一样"),
        ({"new": "Tn9-quiet", "again": "Tn9-quiet"}, "新密码须为 10–128 个字符"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码和旧密码一样"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(make: Factory, client: FlaskClient, typed, words: str) -> None:
    user = make.user("operator")
    answer = change(enter(client, user), **typed)
    assert answer.status_code == 422
    assert words in answer.text
    enter(client, user)


@pytest.mark.parametrize("new", ["aaaaabbbbb", "Wang.Li-2026", "x" * 129, "短密码"])
def test_a_weak_password_is_refused(new: str) -> None:
    with pytest.raises(UnfitPassword):
        check_password(new, new, "wang.li", RULES)


def test_the_figures_are_those_of_the_rules() -> None:
    assert PasswordRules.of(rulebook(), date(2026, 11, 23)) == RULES
    check_password(NEW, NEW, "wang.li", RULES)


def test_a_password_made_for_somebody_fits_the_rules_and_is_never_the_same() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        check_password(one, one, "wang.li", RULES)


def test_tries_are_counted_by_person_and_open_with_the_clock(make: Factory, client: FlaskClient, clock) -> None:
    enter(client, make.user("operator"))
    tries = [change(client, old="nope", at=f"10.0.0.{n}").status_code for n in range(PER_LOGIN + 1)]
    assert tries == [422] * PER_LOGIN + [429]
    assert change(client).status_code == 429
    clock.instant += timedelta(minutes=WINDOW_MINUTES)
    assert change(client).status_code == 302


def test_tries_are_counted_by_address(make: Factory, app: Flask) -> None:
    people = [enter(app.test_client(), make.user("operator")) for _ in range(PER_ADDRESS // PER_LOGIN + 1)]
    tries = [change(one, old="nope").status_code for one in people[:-1] for _ in range(PER_LOGIN)]
    assert set(tries) == {422}
    assert change(people[-1]).status_code == 429


def test_a_stranger_signs_in_first(client: FlaskClient) -> None:
    assert client.get("/password").location == "/sign-in?next=/password"
    assert change(client).status_code == 401


@pytest.fixture
def handed_out(make: Factory, client: FlaskClient) -> FlaskClient:
    """Somebody whose password another person made, just signed in."""
    return enter(client, make.user("coordinator", make.body(), must_change_password=True))


def test_a_handed_out_password_opens_nothing_but_this_page(handed_out: FlaskClient) -> None:
    for path in ("/sessions/", "/audit/", "/rosters/"):
        assert handed_out.get(path).location == f"/password?next={path}"
    page = handed_out.get("/password").text
    assert "代设" in page
    assert 'href="/"' not in page, "no way back before it is changed"
    refused = handed_out.get("/api/v1/sessions")
    assert (refused.status_code, refused.json["code"]) == (403, "account.password_handed_out")


def test_after_the_change_everything_opens_where_it_was_asked_for(handed_out: FlaskClient) -> None:
    answer = change(handed_out, query_string={"next": "/sessions/"})
    assert answer.location == "/sessions/"
    assert handed_out.get("/sessions/").status_code == 200
    assert handed_out.get("/api/v1/sessions").status_code == 200


def test_the_notice_comes_after_the_password(handed_out: FlaskClient, make: Factory, clock) -> None:
    make.save(PrivacyNotice(version=1, title="隐私告知", body_text="我们收集什么。", published_at=clock.now()))
    assert handed_out.get("/sessions/").location.startswith("/password")
    change(handed_out)
    assert handed_out.get("/sessions/").location.startswith("/privacy-notice")

"""Browser sessions are kept by the server: a copied cookie dies with them, and they end by themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from examops.accounts.browser_sessions import KEPT, LIMITS, limits_of, purge_sessions
from examops.accounts.models import BrowserSession, RoleGrant, UserAccount
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.factories import PASSWORD, Factory


def enter(client: FlaskClient, user: UserAccount) -> FlaskClient:
    assert client.post("/sign-in", data={"login": user.login, "password": PASSWORD}).status_code == 302
    return client


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of the cookie."""
    cookie = client.get_cookie("examops")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("examops", cookie.value)
    return thief


def is_in(client: FlaskClient) -> bool:
    return client.get("/audit/").status_code == 200


def test_a_copied_cookie_dies_at_sign_out(make: Factory, app: Flask, client: FlaskClient) -> None:
    thief = copy_of(app, enter(client, make.user("operator")))
    assert is_in(thief)
    client.post("/sign-out")
    assert not is_in(thief)


def test_sign_out_everywhere_ends_every_browser_of_this_person_only(make: Factory, app: Flask) -> None:
    user, other = make.user("operator"), make.user("operator")
    here, there, somebody = app.test_client(), app.test_client(), app.test_client()
    for browser, person in ((here, user), (there, user), (somebody, other)):
        enter(browser, person)
    thief = copy_of(app, there)
    assert here.post("/sign-out-everywhere").location == "/sign-in"
    assert [is_in(one) for one in (here, there, thief, somebody)] == [False, False, False, True]
    entry = db.session.execute(
        select(AuditEntry.payload).where(AuditEntry.tag == "account:signed_out_everywhere")
    ).scalar_one()
    assert entry == {"count": 2}


def test_a_form_that_came_too_late_says_where_what_was_typed_is(make: Factory, client: FlaskClient) -> None:
    """ "Try again after signing in" let people begin anew: browsers fill the page before in again."""
    page = client.post(f"/sites/{uuid4()}/uses", data={"agreement": "7 号"})
    assert (page.status_code, "填的还在，重新提交" in page.text, 'target="_blank"' in page.text) == (401, True, True)
    asked = client.post(f"/sites/{uuid4()}/uses", data={}, headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json["advice"]) == (401, "登录后再试一次")


def test_signing_in_anew_ends_the_session_before(make: Factory, app: Flask, client: FlaskClient) -> None:
    user = make.user("operator")
    thief = copy_of(app, enter(client, user))
    enter(client, user)
    assert not is_in(thief)
    assert is_in(client)


@pytest.mark.parametrize(("role", "idle"), [("operator", 30), ("supervisor", 120)])
def test_an_idle_session_ends_by_role(make: Factory, client: FlaskClient, clock, role: str, idle: int) -> None:
    enter(client, make.user(role))
    clock.instant += timedelta(minutes=idle)
    assert is_in(client), "a request prolongs it"
    clock.instant += timedelta(minutes=idle)
    assert is_in(client)
    clock.instant += timedelta(minutes=idle, seconds=1)
    assert not is_in(client)


def test_a_session_in_use_ends_after_its_longest_time(make: Factory, app: Flask, client: FlaskClient, clock) -> None:
    thief = copy_of(app, enter(client, make.user("operator")))
    for _ in range(20):
        clock.instant += timedelta(minutes=30)
        assert is_in(thief)
    clock.instant += timedelta(minutes=1)
    assert not is_in(thief)
    assert not is_in(client)


def test_who_holds_several_roles_gets_the_shortest() -> None:
    assert limits_of({"examiner"}) == LIMITS["examiner"]
    assert limits_of({"examiner", "operator"}) == LIMITS["operator"]
    assert limits_of(()) == LIMITS["operator"]


def test_a_grant_that_is_added_shortens_a_running_session(make: Factory, client: FlaskClient, clock) -> None:
    user = make.user("supervisor")
    enter(client, user)
    make.save(RoleGrant(user_id=user.id, role="operator", reach="city"))
    clock.instant += timedelta(minutes=31)
    assert not is_in(client)


def test_the_cookie_names_nobody_and_the_table_holds_no_token(make: Factory, client: FlaskClient) -> None:
    user = make.user("operator")
    enter(client, user)
    with client.session_transaction() as session:
        kept = dict(session)
    assert str(user.uid) not in str(kept)
    stored = db.session.execute(select(BrowserSession.token_digest)).scalar_one()
    assert bytes(stored) != kept["sid"].encode()


def test_a_cookie_of_the_release_before_opens_nothing(make: Factory, client: FlaskClient) -> None:
    user = make.user("operator")
    with client.session_transaction() as session:
        session["user"], session["epoch"] = str(user.uid), user.session_epoch
    assert not is_in(client)


def test_old_sessions_are_purged(make: Factory, job_app: Flask, client: FlaskClient, clock) -> None:
    enter(client, make.user("operator"))
    db.session.remove()
    with job_app.app_context(), transaction(SYSTEM):
        assert purge_sessions(clock) == 0
        clock.instant += KEPT + timedelta(days=1)
        assert purge_sessions(clock) == 1
        assert db.session.execute(select(func.count()).select_from(BrowserSession)).scalar_one() == 0

"""Signing in: the right page for the role, refusals that do not tell why, limits that all processes share."""

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select

from examops.accounts.models import PrivacyNotice
from examops.accounts.passwords import DECOY
from examops.audit.models import AuditEntry
from examops.core.clock import FixedClock
from examops.core.database import db
from tests.factories import PASSWORD, Factory


def post(client: FlaskClient, login: str, password: str = PASSWORD, target: str = ""):
    return client.post("/sign-in" + target, data={"login": login, "password": password})


def test_the_right_password_opens_the_door(make: Factory, client: FlaskClient) -> None:
    user = make.user("operator")
    answer = post(client, user.login)
    assert (answer.status_code, answer.location) == (302, "/")


def test_a_wrong_password_and_an_unknown_login_get_the_same_words(make: Factory, client: FlaskClient) -> None:
    user = make.user()
    wrong, unknown = post(client, user.login, "nope"), post(client, "nobody", "nope")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "账号或密码不对" in wrong.text
    assert "账号或密码不对" in unknown.text


def test_an_unknown_login_costs_what_a_known_one_does() -> None:
    """The hash it is compared with is written down: it has to have the parameters of today's hasher."""
    assert not PasswordHasher().check_needs_rehash(DECOY)


def test_a_refusal_is_kept_in_the_log(make: Factory, client: FlaskClient) -> None:
    post(client, make.user().login, "nope")
    tags = list(db.session.execute(select(AuditEntry.tag)).scalars())
    assert tags == ["account:sign_in_refused"]


def test_the_eleventh_attempt_in_a_quarter_of_an_hour_must_wait(
    make: Factory, client: FlaskClient, clock: FixedClock
) -> None:
    user = make.user()
    for _ in range(10):
        assert post(client, user.login, "nope").status_code == 422
    assert post(client, user.login).status_code == 429


def test_after_signing_in_nobody_is_sent_to_a_stranger(make: Factory, client: FlaskClient) -> None:
    login = make.user("operator").login
    for target in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert post(client, login, target=f"?next={target}").location == "/"
    assert post(client, login, target="?next=/audit/").location == "/audit/"


def test_a_page_asks_the_stranger_to_sign_in_first(client: FlaskClient) -> None:
    assert client.get("/audit/").location == "/sign-in?next=/audit/"


def test_a_new_privacy_notice_is_accepted_once_per_version(
    make: Factory, client: FlaskClient, clock: FixedClock
) -> None:
    login = make.user("operator").login
    make.save(PrivacyNotice(version=1, title="隐私告知", body_text="我们收集什么。", published_at=clock.now()))
    post(client, login)
    assert client.get("/audit/").location.startswith("/privacy-notice")
    assert client.post("/privacy-notice", data={"version": "1"}).status_code == 302
    assert client.get("/audit/").status_code == 200
    make.save(PrivacyNotice(version=2, title="隐私告知", body_text="又加了一条。", published_at=clock.now()))
    assert client.get("/audit/").location.startswith("/privacy-notice")


def test_a_raised_epoch_ends_older_browser_sessions(make: Factory, client: FlaskClient) -> None:
    user = make.user("operator")
    post(client, user.login)
    assert client.get("/audit/").status_code == 200
    make.run_as_owner("UPDATE user_account SET session_epoch = session_epoch + 1 WHERE id = :id", id=user.id)
    assert client.get("/audit/").status_code == 302


def test_a_role_without_the_right_is_refused_in_words(make: Factory, client: FlaskClient) -> None:
    post(client, make.user("examiner", make.body()).login)
    answer = client.get("/audit/")
    assert answer.status_code == 403
    assert "您的角色不能做这一步" in answer.text

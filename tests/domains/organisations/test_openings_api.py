"""Requests to be registered are answered by the API as on the page: by the same rules, once, and in the district."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from examops.accounts.models import UserAccount
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.organisations.models import Body
from examops.outbox.models import OutboxNotice
from tests.browsers import signed_in
from tests.domains.organisations.test_openings import SCHOOL, bar, both, office
from tests.domains.organisations.test_registering import CODE
from tests.factories import Factory
from tests.guards.test_api import document, fits

__all__ = ["document", "office"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ONE = "/api/v1/opening-requests/{opening_uid}"
NEW = {"short_name": "智造培训", "login": "zhizao"}
RETURN = {"act": "returned", "why": "执照看不清，重新拍"}


@pytest.fixture
def asked(make: Factory) -> Any:
    """A request that waits in Shunde."""
    return make.opening_request("440606", name=SCHOOL, credit_code=CODE, kind="social")


def browser(app: Flask, user: UserAccount) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(signed_in(app, user))
    return client


def answer(client: FlaskClient, row: Any, given: Any = RETURN) -> TestResponse:
    return client.post(f"{ONE}/answer".format(opening_uid=row.uid), json=given)


def register(client: FlaskClient, row: Any, given: Any = NEW, key: str = "") -> TestResponse:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return client.post(f"{ONE}/registration".format(opening_uid=row.uid), json=given, headers=headers)


def state_of(client: FlaskClient, row: Any) -> str:
    db.session.expire_all()  # other threads have written
    return str(client.get(ONE.format(opening_uid=row.uid)).json["state"])


def counted(column: Any, *conditions: Any) -> int:
    with transaction(SYSTEM):
        return len(db.session.execute(select(column).where(*conditions)).all())


def test_a_request_is_registered_with_what_it_says_and_answered_once_for_a_key(document, asked, office) -> None:
    done = register(office, asked, key="key-one-1")
    fits(document, f"{ONE}/registration", "post", done)
    assert (done.status_code, done.json["is_new"], "/password/" in done.json["link"]) == (200, True, True)
    body = db.session.execute(select(Body)).scalar_one()
    assert (body.name, body.kind, body.short_name, body.state) == (SCHOOL, "social", "智造培训", "draft")
    assert register(office, asked, key="key-one-1").json == done.json, "asked twice, registered once"
    one = office.get(ONE.format(opening_uid=asked.uid))
    fits(document, ONE, "get", one)
    assert (one.json["state"], one.json["body"]) == ("registered", str(body.uid))
    late = register(office, asked)
    assert (late.status_code, late.json["code"]) == (409, "opening.decided_already")
    assert counted(AuditEntry.id, AuditEntry.tag == "opening:registered") == 1


def test_what_is_given_stands_for_what_the_request_says(asked, office) -> None:
    given = {**NEW, "address": "容桂街道 2 号", "telephone": "0757-1", "person": "何敏", "mobile": "13800000033"}
    assert register(office, asked, given).status_code == 200
    body = db.session.execute(select(Body)).scalar_one()
    assert (body.address, body.telephone, body.name) == ("容桂街道 2 号", "0757-1", SCHOOL)
    assert counted(OutboxNotice.id, OutboxNotice.recipient == "13800000033") == 1


def test_a_key_of_one_request_is_not_taken_for_another_that_says_the_same(make, asked, office) -> None:
    twin = make.opening_request("440606", name=SCHOOL, credit_code=CODE, kind="social")
    assert register(office, asked, key="key-one-1").status_code == 200
    other = register(office, twin, key="key-one-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency.other_request")
    assert state_of(office, twin) == "waiting"


def test_an_answer_is_sent_once_and_said_again_by_the_same_officer_only(document, make, app, asked, office) -> None:
    for _turn in range(2):
        back = answer(office, asked)
        fits(document, f"{ONE}/answer", "post", back)
        assert (back.status_code, back.json["state"], back.json["reason"]) == (200, "returned", RETURN["why"])
    sent = counted(OutboxNotice.id, OutboxNotice.kind == "opening_decided")
    assert (sent, counted(AuditEntry.id, AuditEntry.tag == "opening:returned")) == (1, 1)
    other = answer(office, asked, {"act": "refused", "why": RETURN["why"]})
    colleague = answer(browser(app, make.user("district_bureau", district="440606")), asked)
    for refused in (other, colleague):
        fits(document, f"{ONE}/answer", "post", refused)
        assert (refused.status_code, refused.json["code"]) == (409, "opening.decided_already")
        assert "看下面的结果" not in refused.json["advice"], "there is nothing below an answer of the API"
    page = office.post(f"/openings/{asked.uid}/answer", data=RETURN)
    assert page.status_code == 302, "a form sent twice is no dispute with oneself"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"act", "why"}),
        ({"act": "registered", "why": "好"}, {"act"}),
        ({"act": "returned", "why": "  "}, {"why"}),
        ({"act": "returned", "why": "长" * 301}, {"why"}),
        ({"act": ["returned"], "why": {"a": 1}}, {"act", "why"}),
        ([], {""}),
    ],
)
def test_an_answer_that_does_not_fit_is_told_field_by_field(document, asked, office, given, fields) -> None:
    refused = answer(office, asked, given)
    fits(document, f"{ONE}/answer", "post", refused)
    assert (refused.status_code, set(refused.json["errors"]), state_of(office, asked)) == (422, fields, "waiting")


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"short_name", "login"}),
        ({**NEW, "login": "a b c", "mobile": "1380"}, {"login", "mobile"}),
        ({**NEW, "name": ""}, {"name"}),
        ({**NEW, "district": "440604"}, {"district"}),
        ({**NEW, "kind": "circus", "short_name": 7}, {"kind", "short_name"}),
        ({**NEW, "parent": "x"}, {"relation", "parent"}),
    ],
)
def test_a_registration_that_does_not_fit_is_told_field_by_field(document, asked, office, given, fields) -> None:
    refused = register(office, asked, given)
    fits(document, f"{ONE}/registration", "post", refused)
    assert (refused.status_code, set(refused.json["errors"]), state_of(office, asked)) == (422, fields, "waiting")
    assert counted(Body.id) == 0


def test_a_registration_needs_a_key(asked, office) -> None:
    refused = office.post(f"{ONE}/registration".format(opening_uid=asked.uid), json=NEW)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"Idempotency-Key"})


def test_a_barred_entity_is_refused_by_its_clause(document, make, asked, office) -> None:
    bar(make, make.body("social", district="440604", credit_code=CODE, name=SCHOOL, state="exited"))
    refused = register(office, asked, {**NEW, "kind": "college"})
    fits(document, f"{ONE}/registration", "post", refused)
    assert (refused.status_code, refused.json["clause"]) == (409, "市工作方案 四(五)")
    assert ("2028-10-31" in refused.json["message"], state_of(office, asked)) == (True, "waiting")


def test_the_office_of_the_district_succeeds_where_others_are_refused(make, app, asked, office) -> None:
    strangers = [
        (browser(app, make.user("district_bureau", district="440604")), 404),
        (browser(app, make.user("coordinator", make.body())), 403),
        (app.test_client(), 401),
    ]
    spare = make.opening_request("440606")
    for client, status in strangers:
        seen = [client.get(ONE.format(opening_uid=asked.uid)), answer(client, asked), register(client, asked)]
        assert [one.status_code for one in seen] == [status] * 3
        assert all(SCHOOL not in one.text for one in seen)
    assert (answer(office, spare).status_code, register(office, asked).status_code) == (200, 200)


def test_the_request_tells_its_certificate_and_what_else_waits_for_its_code(document, make, asked, office) -> None:
    twin = make.opening_request("440606", credit_code=CODE)
    one = office.get(ONE.format(opening_uid=asked.uid))
    fits(document, ONE, "get", one)
    assert [other["number"] for other in one.json["others"]] == [twin.number]
    certificate = one.json["certificate"]
    assert certificate["address"] == f"/openings/{asked.uid}/certificate.file"
    assert (certificate["format"], len(certificate["sha256"]), one.json["body"]) == ("pdf", 64, None)


@pytest.fixture
def officers(app: Flask, make: Factory) -> list[FlaskClient]:
    return [browser(app, make.user("district_bureau", district="440606", name=name)) for name in ("区甲", "区乙")]


@pytest.mark.parametrize("turn", range(3))
def test_of_two_officers_at_once_one_decides_and_the_other_is_told(asked, officers, turn: int) -> None:
    calls: list[Callable[[], TestResponse]] = [
        lambda: register(officers[0], asked),
        lambda: answer(officers[1], asked, {"act": "refused", "why": "证照不对"}),
    ]
    done = both(calls)
    assert sorted(one.status_code for one in done) == [200, 409]
    lost = next(one for one in done if one.status_code == 409).json
    winner = "区甲" if done[0].status_code == 200 else "区乙"
    assert (lost["code"], winner in lost["message"]) == ("opening.decided_already", True)
    assert state_of(officers[0], asked) == ("registered" if winner == "区甲" else "refused")
    assert counted(Body.id) == (winner == "区甲")


def test_the_same_key_twice_at_once_registers_once(asked, officers) -> None:
    done = both([lambda: register(officers[0], asked, key="key-one-1") for _turn in range(2)])
    assert [one.status_code for one in done] == [200, 200]
    assert (done[0].json, counted(Body.id)) == (done[1].json, 1)

"""An office registers a body and invites its first coordinator: every fault at once, once, and one of two wins."""

from __future__ import annotations

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from examops.accounts.models import FormerGrant, PasswordLink, RoleGrant, UserAccount
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.offices.models import AccountContact
from examops.organisations.credit_code import check_character
from examops.organisations.models import Body, EntityBar, LegalEntity
from examops.outbox.models import OutboxNotice
from tests.browsers import signed_in
from tests.factories import Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = pytest.mark.postgres
PASSWORD = "Tn9-quiet-river"


def sound(stem: str) -> str:
    """A code of seventeen characters with its own check character."""
    return stem + check_character(stem)


CODE = sound("52440606MJM000001")


def form(**changes: Any) -> dict[str, Any]:
    told = {
        **{"code": CODE, "name": "佛山市智造职业培训学校", "representative": "梁国强", "kind": "social"},
        **{"short_name": "智造培训", "district": "440606", "address": "容桂街道 1 号", "telephone": "0757-28380000"},
        **{"person": "何敏仪", "login": "zhizao", "mobile": "13800000021", "email": "he@example.cn"},
        "once": str(uuid.uuid4()),
    }
    return {**told, **changes}


@pytest.fixture
def district(make: Factory, sign_in) -> FlaskClient:
    return sign_in(make.user("district_bureau", district="440606"))


def link_in(page: str) -> str:
    return re.search(r'id="invitation-link">[^<]*(/password/new\?code=[^<]+)<', page).group(1).replace("&amp;", "&")


def bodies() -> list[tuple[str, str, str]]:
    query = select(LegalEntity.credit_code, Body.kind, Body.state).join(
        LegalEntity, LegalEntity.id == Body.legal_entity_id
    )
    return [tuple(row) for row in db.session.execute(query.order_by(Body.id))]


def test_a_body_is_registered_and_its_person_sets_a_password_and_can_file(district, client_of, make) -> None:
    page = district.post("/entities/new", data=form())
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert bodies() == [(CODE, "social", "draft")]
    entity = db.session.execute(select(LegalEntity)).scalar_one()
    assert (entity.name, entity.representative) == ("佛山市智造职业培训学校", "梁国强")
    user = db.session.execute(select(UserAccount).where(UserAccount.login == "zhizao")).scalar_one()
    contact = db.session.execute(select(AccountContact).where(AccountContact.user_id == user.id)).scalar_one()
    assert (user.name, user.must_change_password, contact.mobile) == ("何敏仪", True, "13800000021")
    make.run_as_owner("SET LOCAL examops.everything = 'on'")
    tags = {row.tag: row.body_id for row in db.session.execute(select(AuditEntry.tag, AuditEntry.body_id))}
    assert {"body:registered", "account:invited"} <= {tag for tag, body in tags.items() if body is not None}

    theirs = client_of()
    answer = theirs.post(link_in(page.text), data={"new": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert theirs.post("/sign-in", data={"login": "zhizao", "password": PASSWORD}).status_code == 302
    assert theirs.get("/filings").status_code == 200
    assert theirs.post("/filings", data={"kind": "new"}).status_code == 302


@pytest.fixture
def client_of(app: Flask):
    return app.test_client


def test_the_link_goes_out_by_every_address_and_is_kept_nowhere_afterwards(district, make) -> None:
    from examops.core.scope import SYSTEM
    from examops.core.transaction import transaction
    from examops.outbox.delivery import deliver_due

    page, sent = district.post("/entities/new", data=form()), []
    code = link_in(page.text).partition("code=")[2]

    class Away:
        now = staticmethod(lambda: later)

    with transaction(SYSTEM):
        posted = db.session.execute(select(OutboxNotice).order_by(OutboxNotice.channel)).scalars().all()
        told = [(one.channel, one.recipient, code in one.payload["text"]) for one in posted]
        later = posted[0].next_try + timedelta(minutes=1)
    assert told == [("email", "he@example.cn", True), ("sms", "13800000021", True)]
    deliver_due(dict.fromkeys(("email", "sms"), sent.append), Away())
    assert [code in one.text for one in sent] == [True, True]
    with transaction(SYSTEM):
        kept = [str(one.payload) for one in db.session.execute(select(OutboxNotice)).scalars()]
        logged = [str(one.payload) for one in db.session.execute(select(AuditEntry)).scalars()]
    assert not [text for text in (*kept, *logged) if code in text]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost(district, make: Factory) -> None:
    make.body(short_name="智造培训", name="别人", district="440604")
    make.user(login="zhizao")
    wrong = {"code": "52440606MJM0000019", "mobile": "1380", "parent": "91440606NOBODY0000", "person": ""}
    page = district.post("/entities/new", data=form(**wrong, district="440604", name="华岭 & 学校"))
    assert page.status_code == 422
    for words in ("校验位对不上", "手机号写得不对", "写联系人的姓名", "系统里没有信用代码", "上级单位和关系要一起写"):
        assert words in page.text, words
    for words in ("不是您管的区", "已经是“别人”的简称", "账号名 zhizao 已经有人用", "华岭 &amp; 学校"):
        assert words in page.text, words
    assert len(bodies()) == 1


def test_a_doubtful_code_or_a_known_name_asks_for_a_reason_that_the_log_keeps(district, make: Factory) -> None:
    make.body(name="佛山市智造职业培训学校", district="440604")
    doubtful = form(code="52440606MJM0000019", login="ot-1")
    asked = district.post("/entities/new", data=doubtful)
    assert (asked.status_code, "校验位对不上" in asked.text, "已经登记，信用代码是" in asked.text) == (422, True, True)
    done = district.post("/entities/new", data={**doubtful, "reason": "登记证书上就是这样，同名的是另一家"})
    assert done.status_code == 200
    payload = db.session.execute(select(AuditEntry.payload).where(AuditEntry.tag == "body:registered")).scalar_one()
    assert payload["code_reason"] == "登记证书上就是这样，同名的是另一家"


def test_a_code_of_another_city_asks_for_a_reason(district) -> None:
    moved = form(code=sound("52440100MJM000001"))
    asked = district.post("/entities/new", data=moved)
    assert (asked.status_code, "登记机关在广东省广州市" in asked.text) == (422, True)
    assert district.post("/entities/new", data={**moved, "reason": "2025 年迁来顺德"}).status_code == 200


def test_the_same_kind_is_refused_wherever_it_stands_and_another_kind_joins(district, make: Factory) -> None:
    """The district sees neither the body nor the entity of the other one: it is told all the same."""
    there = make.body("social", district="440604", credit_code=CODE, name="佛山市智造职业培训学校", short_name="旧的")
    twice = district.post("/entities/new", data=form())
    assert twice.status_code == 409
    assert all(words in twice.text for words in ("已经登记为社会培训评价组织", "禅城", "旧的", "不用再登记"))
    other = district.post("/entities/new", data=form(kind="college", name="另一个名字"))
    assert (other.status_code, "这个信用代码登记的名称是“佛山市智造职业培训学校”" in other.text) == (422, True)
    joined = district.post("/entities/new", data=form(kind="college"))
    assert (joined.status_code, "只加了一类机构" in joined.text) == (200, True)
    assert bodies() == [(CODE, "social", there.state), (CODE, "college", "draft")]


def test_a_coordinator_of_the_same_entity_is_given_the_second_body(district, make: Factory) -> None:
    there = make.body("social", credit_code=CODE, name="佛山市智造职业培训学校")
    boss = make.user("coordinator", there, login="zhizao")
    page = district.post("/entities/new", data=form(kind="college"))
    assert (page.status_code, "考务已有账号" in page.text, "invitation-link" in page.text) == (200, True, False)
    query = select(RoleGrant.body_id).where(RoleGrant.user_id == boss.id).order_by(RoleGrant.id)
    assert len(list(db.session.execute(query))) == 2


def test_a_barred_entity_is_refused_with_the_clause_whatever_its_name_and_district(district, make: Factory) -> None:
    body = make.body(district="440604", credit_code=CODE, name="佛山市从前的学校", state="exited")
    days = {"from_on": date(2026, 11, 1), "until_on": date(2028, 10, 31)}
    bar = {"ground": "idle", "clause": "市工作方案 四(五)", "case_number": "TC2026-0001", "decided_by_name": "市局"}
    make.run_as_owner(
        "SET LOCAL examops.everything = 'on'; INSERT INTO entity_bar (uid, legal_entity_id, from_on, until_on, ground,"
        " clause, case_number, decided_by_name) VALUES (gen_random_uuid(), :entity, :from_on, :until_on, :ground,"
        " :clause, :case_number, :decided_by_name)".replace("SET LOCAL examops.everything = 'on'; ", ""),
        entity=body.legal_entity_id,
        **days,
        **bar,
    )
    assert db.session.execute(select(EntityBar)).scalar_one().case_number == "TC2026-0001"
    page = district.post("/entities/new", data=form())
    assert page.status_code == 422
    assert all(words in page.text for words in ("TC2026-0001", "2028-10-31 以前不接受", "四(五)", "更名"))
    assert [row[1:] for row in bodies()] == [("enterprise", "exited")]


def test_a_form_that_is_sent_twice_does_it_once_and_shows_the_same_link(district) -> None:
    told = form()
    first, second = (district.post("/entities/new", data=told) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert link_in(first.text) == link_in(second.text)
    assert len(bodies()) == 1
    assert len(list(db.session.execute(select(PasswordLink)))) == 1
    changed = district.post("/entities/new", data={**told, "name": "别的名字"})
    assert changed.status_code == 409
    assert ("这张表已经登记过一家机构" in changed.text, told["once"] in changed.text) == (True, False)


@pytest.mark.race
def test_of_two_officers_with_one_code_one_wins_and_the_other_is_told_who(app: Flask, make: Factory) -> None:
    here = [make.user("district_bureau", district="440606"), make.user("city_bureau")]
    browsers = []
    for officer in here:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(signed_in(app, officer))
        browsers.append(browser)
    for turn in range(20):
        code, barrier = sound(f"52440606MJM{turn + 100:06d}"), threading.Barrier(2)

        def send(number: int, turn: int = turn, code: str = code, barrier: Any = barrier) -> Any:
            named = {"name": f"学校{turn}", "short_name": f"短{turn}", "login": f"race-{turn}-{number}"}
            told = form(code=code, **named)
            barrier.wait()
            return browsers[number].post("/entities/new", data=told)

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(send, range(2)), key=lambda answer: answer.status_code)
        assert answers[0].status_code == 200
        assert answers[1].status_code in (409, 422), answers[1].status_code
        assert f"学校{turn}（{code}）已经登记为社会培训评价组织" in answers[1].text
        assert [row[0] for row in bodies()].count(code) == 1


def test_the_invitation_is_sent_again_to_the_same_person_or_another_until_one_came(district, app, client_of) -> None:
    first = district.post("/entities/new", data=form())
    body = db.session.execute(select(Body)).scalar_one()
    entity = db.session.get_one(LegalEntity, body.legal_entity_id)
    address = f"/entities/{entity.uid}/bodies/{body.uid}/invitation"
    again = district.post(address, data=form(mobile="13800000099"))
    assert (again.status_code, link_in(again.text) == link_in(first.text)) == (200, False)
    stale = client_of().post(link_in(first.text), data={"new": PASSWORD, "again": PASSWORD})
    assert (stale.status_code, "链接已经用过、作废或过期" in stale.text) == (404, True)

    other = district.post(address, data=form(person="苏晴", login="zhizao-2"))
    assert other.status_code == 200
    held = select(UserAccount.login).join(RoleGrant, RoleGrant.user_id == UserAccount.id)
    held = held.where(RoleGrant.body_id == body.id)
    assert list(db.session.execute(held).scalars()) == ["zhizao-2"]
    assert db.session.execute(select(FormerGrant.how)).scalar_one() == "taken_back"
    used = client_of().post(link_in(other.text), data={"new": PASSWORD, "again": PASSWORD})
    assert used.status_code == 302
    late = district.post(address, data=form(person="何敏仪", login="zhizao"))
    assert (late.status_code, "已经有考务账号" in late.text) == (409, True)
    assert "重发邀请" not in district.get(f"/entities/{entity.uid}").text


def test_over_the_api_the_invitation_is_sent_again_once_for_its_key(district, client_of) -> None:
    district.post("/entities/new", data=form())
    body = db.session.execute(select(Body)).scalar_one()
    entity = db.session.get_one(LegalEntity, body.legal_entity_id)
    address = f"/api/v1/entities/{entity.uid}/bodies/{body.uid}/invitation"
    told = {"person": "苏晴", "login": "zhizao-2", "mobile": "13800000099"}
    first, again = (district.post(address, json=told, headers={"Idempotency-Key": "key-one-1"}) for _ in range(2))
    assert (first.status_code, first.json, first.json["is_new"]) == (200, again.json, True)
    other = district.post(address, json={**told, "mobile": "1"}, headers={"Idempotency-Key": "key-two-2"})
    assert (other.status_code, list(other.json["errors"])) == (422, ["mobile"])
    used = client_of().post(first.json["link"], data={"new": PASSWORD, "again": PASSWORD})
    assert used.status_code == 302
    late = district.post(address, json=told, headers={"Idempotency-Key": "key-three"})
    assert late.status_code == 409


def test_an_account_with_a_password_from_elsewhere_is_nobodys_to_replace(district, make: Factory) -> None:
    """Set up by a file, and never signed in: the body has its person."""
    body = make.body(state="draft")
    boss = make.user("coordinator", body, must_change_password=True)
    entity = db.session.get_one(LegalEntity, body.legal_entity_id)
    answer = district.post(f"/entities/{entity.uid}/bodies/{body.uid}/invitation", data=form())
    assert answer.status_code == 409
    assert db.session.execute(select(RoleGrant).where(RoleGrant.user_id == boss.id)).scalar_one().body_id == body.id


def test_the_database_invites_for_no_other_district_and_for_no_body(make: Factory, sign_in, app, clock) -> None:
    """Past the code: by the token of a browser whose officer has no reach."""
    body = make.body(district="440604", state="draft")
    call = "SELECT account_invite(:token, :body, 'x-login', 'X', 'h', 'd', now() + interval '1 day', now())"
    for user, expected in (
        (make.user("district_bureau", district="440606"), "not_yours"),
        (make.user("coordinator", make.body()), "not_yours"),
        (make.user("operator"), "not_yours"),
        (make.user("district_centre", district="440604"), "invited"),
    ):
        token = signed_in(app, user)["sid"]
        answer = db.session.execute(db.text("SELECT set_config('examops.everything', 'on', true)"))
        answer = db.session.execute(db.text(call), {"token": token, "body": body.id}).scalar_one()
        db.session.rollback()
        assert answer == expected, user.login


def test_by_the_api_it_is_the_same_and_once(document, district) -> None:
    told, headers = form(), {"Idempotency-Key": "body-0001"}
    path = "/api/v1/bodies"
    answer = district.post(path, json=told, headers=headers)
    assert answer.status_code == 200, answer.text
    fits(document, path, "post", answer)
    assert answer.json["is_new"] is True
    assert "/password/new?code=" in answer.json["link"]
    assert district.post(path, json=told, headers=headers).json == answer.json
    taken = district.post(path, json=form(login="other"), headers={"Idempotency-Key": "body-0002"})
    assert (taken.status_code, taken.json["code"]) == (409, "body.already_registered")
    wrong = district.post(path, json=form(code="1", mobile="x"), headers={"Idempotency-Key": "body-0003"})
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"mobile"})
    fits(document, path, "post", wrong)
    again = district.post(path, json=form(code="1"), headers={"Idempotency-Key": "body-0003"})
    assert (again.status_code, set(again.json["errors"])) == (422, {"code", "short_name", "login"})

"""A body asks by itself to be registered: what anybody may do and learn, and what its office makes of it."""

from __future__ import annotations

import dataclasses
import io
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import NAME, store
from examops.core.scope import SYSTEM
from examops.core.store import Missing
from examops.core.transaction import transaction
from examops.organisations.models import Body, LegalEntity
from examops.organisations.openings.keeping import erase_due
from examops.organisations.openings.known import core_of
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.organisations.openings.proving import CODES_OF_MOBILE
from examops.outbox.delivery import deliver_due
from examops.outbox.models import OutboxNotice
from tests.browsers import signed_in
from tests.domains.organisations.test_registering import CODE, sound
from tests.factories import Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LICENCE = b"%PDF-1.4 a licence %%EOF"
SCHOOL = "佛山市智造职业培训学校"
WRONG_CODE = CODE[:-1] + ("1" if CODE[-1] != "1" else "2")


def set_up(app: Flask, **given: Any) -> None:
    kept = app.extensions[NAME]
    app.extensions[NAME] = dataclasses.replace(kept, settings=dataclasses.replace(kept.settings, **given))


@pytest.fixture
def sends(app: Flask) -> Iterator[Callable[..., None]]:
    """The installation's senders."""
    kept = app.extensions[NAME]
    yield lambda **given: set_up(app, **given)
    app.extensions[NAME] = kept


@pytest.fixture
def asker(app: Flask, make: Factory, sends) -> FlaskClient:
    """Somebody without an account, where text messages go out."""
    sends(sms_url="console")
    return app.test_client()


@pytest.fixture
def office(make: Factory, sign_in) -> FlaskClient:
    return sign_in(make.user("district_bureau", district="440606"))


def form(**changes: Any) -> dict[str, Any]:
    told = {
        **{"code": CODE, "name": SCHOOL, "representative": "梁国强", "kind": "social", "district": "440606"},
        **{"address": "容桂街道 1 号", "telephone": "0757-28380000", "person": "何敏仪", "mobile": "13800000021"},
        **{"email": "he@example.cn", "once": str(uuid.uuid4())},
        "file": (io.BytesIO(LICENCE), "执照.pdf"),
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def row_of(number: str = "") -> OpeningRequest:
    """The newest, or the one of that number, as the system reads it."""
    with transaction(SYSTEM):
        query = select(OpeningRequest).order_by(OpeningRequest.id.desc()).limit(1)
        row = db.session.execute(query.where(OpeningRequest.number == number) if number else query).scalar_one()
        db.session.expunge(row)
        return row


def digits_sent() -> str:
    with transaction(SYSTEM):
        query = select(OutboxNotice.payload).where(OutboxNotice.kind == "opening_code").order_by(OutboxNotice.id.desc())
        return re.search(r"验证码 (\d{6})", db.session.execute(query.limit(1)).scalar_one()["text"]).group(1)


def other_digits() -> str:
    return f"{(int(digits_sent()) + 1) % 10**6:06d}"


def ask(client: FlaskClient, **changes: Any) -> OpeningRequest:
    """Handed in and proven."""
    assert client.post("/apply", data=form(**changes)).status_code == 302
    assert client.post("/apply/mine/code", data={"digits": digits_sent()}).status_code == 302
    row = row_of()
    assert row.state == "waiting"
    return row


def registration(row: OpeningRequest, **changes: Any) -> dict[str, Any]:
    """The office's form as it comes prefilled, with what the office writes."""
    told = {name: getattr(row, name) for name in ("name", "representative", "kind", "district", "address", "telephone")}
    told |= {"code": row.credit_code, "person": row.person, "mobile": row.mobile, "email": row.email}
    return {**told, "short_name": "智造培训", "login": "zhizao", "once": str(uuid.uuid4()), **changes}


def test_a_body_asks_proves_its_mobile_and_is_registered_by_its_district(asker, office, make) -> None:
    assert 'href="/apply"' in asker.get("/sign-in").text
    assert 'href="/apply"' in asker.get("/directory").text
    assert "收验证码" in asker.get("/apply").text
    handed = asker.post("/apply", data=form())
    assert (handed.status_code, handed.location) == (302, "/apply/mine")
    row = row_of()
    assert (row.state, row.code_channel, row.proven_at) == ("unproven", "sms", None)
    assert row.number not in office.get("/openings").text, "an office sees what is proven"
    assert office.get(f"/openings/{row.uid}").status_code == 404
    mine = asker.get("/apply/mine").text
    assert ("138****0021" in mine, "13800000021" in mine) == (True, False)
    assert asker.post("/apply/mine/code", data={"digits": digits_sent()}).status_code == 302
    assert "已收到，等区里核对" in asker.get("/apply/mine").text

    assert "1 件开户申请等着办" in office.get("/filings").text
    assert row.number in office.get("/openings").text
    page = office.get(f"/openings/{row.uid}").text
    for words in (SCHOOL, CODE, "何敏仪", "13800000021", "没有信用代码相同或名称相近的单位"):
        assert words in page, words
    done = office.post(f"/openings/{row.uid}/registration", data=registration(row))
    assert (done.status_code, "invitation-link" in done.text) == (200, True)
    body = db.session.execute(select(Body)).scalar_one()
    assert (body.name, body.kind, body.state, body.short_name) == (SCHOOL, "social", "draft", "智造培训")
    assert (row_of().state, row_of().registered_id) == ("registered", body.id)
    assert "已登记，邀请已发出" in asker.get("/apply/mine").text
    with transaction(SYSTEM):
        tags = set(db.session.execute(select(AuditEntry.tag)).scalars())
        kinds = sorted(db.session.execute(select(OutboxNotice.kind)).scalars())
    assert {"opening:asked", "opening:registered", "body:registered", "account:invited"} <= tags
    assert kinds == ["account_invited", "account_invited", "opening_code"]


def test_everything_that_is_wrong_is_told_at_once_and_the_file_is_kept(asker) -> None:
    wrong = form(code=WRONG_CODE, mobile="1380", email="he", person=None, district=None, name="华岭 & 学校")
    page = asker.post("/apply", data=wrong)
    assert page.status_code == 422
    for words in ("校验位对不上", "手机号写得不对", "邮箱写得不对", "写联系人的姓名", "选一个区", "华岭 &amp; 学校"):
        assert words in page.text, words
    assert "已收到 执照.pdf" in page.text
    kept = re.search(r'name="document" value="([0-9a-f-]{36})"', page.text).group(1)
    reason = {"code": WRONG_CODE, "reason": "执照上就是这样"}
    assert asker.post("/apply", data=form(file=None, document=kept, **reason)).status_code == 302
    assert (row_of().code_reason, row_of().credit_code) == ("执照上就是这样", WRONG_CODE)
    taken = asker.post("/apply", data=form(file=None, document=kept))
    assert (taken.status_code, "选证照的照片或 PDF" in taken.text) == (422, True), "another request has it"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "选证照的照片或 PDF"),
        (b"MZ\x90\x00 a program", "文件不是 PDF、JPEG 或 PNG"),
        (b"%PDF-1.4 cut off", "文件不是 PDF、JPEG 或 PNG"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024) + b"\xff\xd9", "最多 10 MB"),
    ],
)
def test_a_file_is_judged_by_what_is_in_it(asker, content: bytes, words: str) -> None:
    page = asker.post("/apply", data=form(file=(io.BytesIO(content), "执照.pdf")))
    assert (page.status_code, words in page.text) == (422, True)


def plain(page: TestResponse) -> str:
    """Without what differs from request to request: number, hidden names, times."""
    return re.sub(r"KH[0-9A-Z]{10}|[0-9a-f-]{36}|\d{2}:\d{2}", "…", page.text)


def bar(make: Factory, body: Body) -> None:
    make.run_as_owner(
        "INSERT INTO entity_bar (uid, legal_entity_id, from_on, until_on, ground, clause, case_number, decided_by_name)"
        " VALUES (gen_random_uuid(), :entity, :first, :last, 'idle', '市工作方案 四(五)', 'TC2026-0001', '市局')",
        entity=body.legal_entity_id,
        first=date(2026, 11, 1),
        last=date(2028, 10, 31),
    )


def test_a_new_a_registered_and_a_barred_entity_are_answered_alike(asker, app, make: Factory) -> None:
    registered, barred = sound("52440606MJM000002"), sound("52440606MJM000003")
    make.body("social", credit_code=registered, name="佛山市已登记学校")
    gone = make.body("social", credit_code=barred, name="佛山市被限制学校", state="exited")
    bar(make, gone)
    seen = []
    for turn, code in enumerate((CODE, registered, barred)):
        client, mobile = app.test_client(), f"1380000001{turn}"
        handed = client.post("/apply", data=form(code=code, mobile=mobile))
        before = client.get("/apply/mine")
        client.post("/apply/mine/code", data={"digits": digits_sent()})
        after = client.get("/apply/mine")
        told = [plain(page).replace(code, "CODE") for page in (before, after)]
        seen.append((handed.status_code, handed.location, *(text.replace(mobile, "M") for text in told)))
    hidden = [tuple(re.sub(r"138\*{4}\d{4}", "M", str(part)) for part in one) for one in seen]
    assert hidden[0] == hidden[1] == hidden[2]
    assert "等区里核对" in hidden[0][3]


def test_a_barred_entity_is_pointed_out_and_not_registered_by_its_request_either(asker, office, make: Factory) -> None:
    gone = make.body("social", district="440604", credit_code=CODE, name=SCHOOL, state="exited")
    bar(make, gone)
    row = ask(asker, kind="college")
    page = office.get(f"/openings/{row.uid}").text
    assert ("限制申请到" in page, "TC2026-0001" in page, "四(五)" in page) == (True, True, True)
    refused = office.post(f"/openings/{row.uid}/registration", data=registration(row))
    assert (refused.status_code, "2028-10-31 以前不接受" in refused.text) == (409, True)
    assert "四(五)" in refused.text
    assert row_of().state == "waiting"


def test_what_is_asked_of_the_register_is_the_same_for_every_code(asker, app, make: Factory, counted_tables) -> None:
    """No statement of the public pages names the tables of who is registered."""
    asker.post("/apply", data=form())
    asker.post("/apply/mine/code", data={"digits": digits_sent()})
    asker.get("/apply/mine")
    asker.post("/apply/state", data={"number": row_of().number, "mobile": "13800000021"})
    assert {"opening_request", "opening_document"} <= counted_tables
    assert not counted_tables & {"legal_entity", "body", "entity_bar", "former_name", "user_account", "role_grant"}


@pytest.fixture
def counted_tables(app: Flask) -> Iterator[set[str]]:
    from sqlalchemy import event

    found: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.update(re.findall(r"[a-z_]+", statement))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_without_text_messages_a_mailbox_is_proven_and_without_senders_the_office_is_named(app, make, sends) -> None:
    client = app.test_client()
    page = client.get("/apply")
    assert ("当面办" in page.text, 'name="code"' in page.text) == (True, False)
    refused = client.post("/apply", data=form())
    assert (refused.status_code, "不能在网上申请" in refused.text) == (409, True)
    sends(mail_server="console")
    without = client.post("/apply", data=form(email=None))
    assert (without.status_code, "写邮箱：验证码发到那里" in without.text) == (422, True)
    assert client.post("/apply", data=form()).status_code == 302
    with transaction(SYSTEM):
        sent = db.session.execute(select(OutboxNotice.channel, OutboxNotice.recipient)).one()
    assert tuple(sent) == ("email", "he@example.cn")


def test_a_code_is_kept_as_a_hash_ends_after_minutes_and_after_its_tries(asker, clock) -> None:
    asker.post("/apply", data=form())
    first = digits_sent()
    assert first.encode() not in bytes(row_of().code_digest)
    for left in (4, 3, 2, 1):
        page = asker.post("/apply/mine/code", data={"digits": other_digits()})
        assert (page.status_code, f"还可以试 {left} 次" in page.text) == (422, True)
    assert asker.post("/apply/mine/code", data={"digits": other_digits()}).status_code == 409
    over = asker.post("/apply/mine/code", data={"digits": first})
    assert (over.status_code, "试的次数已满" in over.text) == (409, True), "the right one no more"
    assert asker.post("/apply/mine/code/new").status_code == 302
    second = digits_sent()
    clock.instant += timedelta(minutes=10)
    assert asker.post("/apply/mine/code", data={"digits": second}).status_code == 409
    asker.post("/apply/mine/code/new")
    assert asker.post("/apply/mine/code", data={"digits": digits_sent()}).status_code == 302
    assert asker.post("/apply/mine/code/new").status_code == 409, "there is nothing to prove any more"
    assert bytes(row_of().code_digest) == b""


def test_the_code_stands_nowhere_after_it_has_gone_out(asker, clock) -> None:
    asker.post("/apply", data=form())
    digits, sent = digits_sent(), []
    clock.instant += timedelta(minutes=1)
    deliver_due({"sms": sent.append}, clock)
    assert [digits in one.text for one in sent] == [True]
    with transaction(SYSTEM):
        kept = [str(one) for one in db.session.execute(select(OutboxNotice.payload)).scalars()]
        logged = [str(one) for one in db.session.execute(select(AuditEntry.payload)).scalars()]
    assert not [text for text in (*kept, *logged) if digits in text]


def test_a_code_that_ended_before_it_went_out_is_never_sent_and_another_is_asked_for(
    asker, clock, make, sign_in
) -> None:
    asker.post("/apply", data=form())
    digits, sent = digits_sent(), []
    clock.instant = row_of().code_until
    assert (deliver_due({"sms": sent.append}, clock).expired, sent) == (1, [])
    with transaction(SYSTEM):
        notice = db.session.execute(select(OutboxNotice)).scalar_one()
        kept = (notice.state, digits in str(notice.payload), str(notice.uid))
    assert kept[:2] == ("expired", False)
    page = asker.get("/apply/mine").text
    assert "已过期。" in page
    assert "没收到，重发一个" in page
    operators = sign_in(make.user("operator"))
    assert "申请人在申请页点“重发一个”" in operators.get(f"/notices/{kept[2]}").text
    assert "过期未发" in operators.get("/notices/?state=expired").text
    assert asker.post("/apply/mine/code/new").status_code == 302
    deliver_due({"sms": sent.append}, clock)
    assert ["验证码" in one.text for one in sent] == [True]


def test_codes_to_one_mobile_and_forms_of_one_address_are_bounded(asker, app, monkeypatch, clock) -> None:
    for _turn in range(CODES_OF_MOBILE):
        assert app.test_client().post("/apply", data=form()).status_code == 302
    page = asker.post("/apply", data=form(mobile="138 0000 0021"))
    assert (page.status_code, "到所在区的人社局当面办" in page.text) == (429, True)
    assert asker.post("/apply", data=form(mobile="13800000022")).status_code == 302
    assert asker.post("/apply/mine/code/new").status_code == 302
    monkeypatch.setattr("examops.organisations.openings.public_pages.FORMS_OF_ADDRESS", 3)
    assert asker.post("/apply", data=form(mobile="13800000023")).status_code == 429
    clock.instant += timedelta(minutes=60)
    assert asker.post("/apply", data=form()).status_code == 302


def test_only_number_and_mobile_together_open_the_state_and_tries_are_bounded(asker, app, monkeypatch) -> None:
    row, other = ask(asker), app.test_client()
    wrong = [("KH00000000AA", row.mobile), (row.number, "13800000099"), (row.number, "no"), ("' OR 1=1", row.mobile)]
    pages = [other.post("/apply/state", data={"number": one, "mobile": two}) for one, two in wrong]
    assert [page.status_code for page in pages] == [404] * 4
    assert len({re.search(r'role="alert">(.*?)</p>', page.text, re.S).group(1) for page in pages}) == 1
    assert other.get("/apply/mine").location == "/apply/state"
    right = {"number": f" {row.number.lower()}", "mobile": "138-0000-0021"}
    assert other.post("/apply/state", data=right).location == "/apply/mine"
    assert "等区里核对" in other.get("/apply/mine").text
    monkeypatch.setattr("examops.organisations.openings.public_pages.LOOKS_OF_NUMBER", 3)
    assert other.post("/apply/state", data=right).status_code == 429


def test_a_form_sent_twice_is_one_request_and_changed_before_the_proof_gets_a_new_code(asker) -> None:
    told = form()
    for _turn in range(2):
        assert asker.post("/apply", data={**told, "file": None} | {"file": (io.BytesIO(LICENCE), "a.pdf")}).status_code
    number = row_of().number
    asker.post("/apply", data={**told, "mobile": "13800000022", "file": (io.BytesIO(LICENCE), "a.pdf")})
    assert (row_of().number, row_of().mobile) == (number, "13800000022")
    with transaction(SYSTEM):
        assert len(db.session.execute(select(OpeningRequest.id)).all()) == 1
    asker.post("/apply/mine/code", data={"digits": digits_sent()})
    late = asker.post("/apply", data={**told, "file": (io.BytesIO(LICENCE), "a.pdf")})
    assert (late.status_code, "这张表已经交过" in late.text) == (409, True)


def test_what_is_returned_is_corrected_and_answers_the_one_before(asker, office) -> None:
    row = ask(asker)
    empty = office.post(f"/openings/{row.uid}/answer", data={"act": "returned"})
    assert (empty.status_code, "写明理由" in empty.text) == (422, True)
    back = office.post(f"/openings/{row.uid}/answer", data={"act": "returned", "why": "执照看不清，重新拍"})
    assert back.status_code == 302
    mine = asker.get("/apply/mine").text
    assert ("执照看不清，重新拍" in mine, "改正后再交" in mine) == (True, True)
    with transaction(SYSTEM):
        told = db.session.execute(select(OutboxNotice).where(OutboxNotice.kind == "opening_decided")).scalars().all()
        words = {one.channel: one.payload["text"] for one in told}
    assert set(words) == {"sms", "email"}
    assert all("执照看不清，重新拍" in text and row.number in text for text in words.values())
    page = asker.get("/apply/mine/correction").text
    hidden = dict(re.findall(r'name="(once|document|follows)" value="([^"]+)"', page))
    assert (SCHOOL in page, "已收到 执照.pdf" in page, hidden["follows"]) == (True, True, row.number)
    assert asker.post("/apply", data=form(file=None, address="容桂街道 2 号", **hidden)).status_code == 302
    assert row_of(row.number).state == "returned", "until the new one is proven"
    asker.post("/apply/mine/code", data={"digits": digits_sent()})
    assert (row_of(row.number).state, row_of().state, row_of().address) == ("replaced", "waiting", "容桂街道 2 号")
    asker.post("/apply/state", data={"number": row.number, "mobile": row.mobile})
    assert row_of().number in asker.get("/apply/mine").text


def test_a_strangers_request_is_corrected_by_nobody_else(asker, office, app) -> None:
    row = ask(asker)
    office.post(f"/openings/{row.uid}/answer", data={"act": "returned", "why": "重新拍"})
    with transaction(SYSTEM):
        document = db.session.execute(select(OpeningDocument.uid)).scalar_one()
    other = app.test_client()
    page = other.post("/apply", data=form(file=None, document=str(document), follows=row.number))
    assert (page.status_code, "选证照的照片或 PDF" in page.text) == (422, True)
    assert other.get("/apply/mine/correction").location == "/apply/state"


def test_an_office_sees_who_is_registered_already_and_the_rules_of_registering_hold(asker, office, make) -> None:
    make.body("social", district="440604", credit_code=CODE, name="佛山市从前的学校", short_name="从前")
    make.body(name="佛山市禅城区智造科技有限公司", district="440604")
    row = ask(asker)
    page = office.get(f"/openings/{row.uid}").text
    for words in ("信用代码相同", "佛山市从前的学校", "从前", "佛山市禅城区智造科技有限公司"):
        assert words in page, words
    refused = office.post(f"/openings/{row.uid}/registration", data=registration(row, address="改过的地址"))
    assert (refused.status_code, "这个信用代码登记的名称是" in refused.text) == (422, True)
    assert "已经登记为社会培训评价组织" in refused.text
    assert "改过的地址" in refused.text, "what was typed stays"
    assert row_of().state == "waiting"
    told = office.post(f"/openings/{row.uid}/answer", data={"act": "refused", "why": "已经登记"})
    assert (told.status_code, row_of().state) == (302, "refused")


def test_a_district_reaches_its_own_requests_and_the_city_all(asker, make, sign_in) -> None:
    row = ask(asker)
    other = sign_in(make.user("district_bureau", district="440604"))
    assert row.number not in other.get("/openings").text
    calls = [other.get(f"/openings/{row.uid}"), other.get(f"/openings/{row.uid}/certificate.file")]
    calls += [other.post(f"/openings/{row.uid}/answer", data={"act": "refused", "why": "不"})]
    calls += [other.post(f"/openings/{row.uid}/registration", data=registration(row))]
    assert [one.status_code for one in calls] == [404] * 4
    assert "开户申请等着办" not in other.get("/filings").text
    city = sign_in(make.user("city_bureau"))
    file = city.get(f"/openings/{row.uid}/certificate.file")
    assert (file.data, file.headers["Content-Disposition"].startswith("attachment")) == (LICENCE, True)
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert city.get("/openings/export.xlsx").status_code == 200


def test_the_api_reads_the_queue_as_the_page_does(asker, office, make, sign_in, document) -> None:
    make.body("social", district="440604", credit_code=CODE, name="佛山市从前的学校", short_name="从前")
    row = ask(asker)
    make.opening_request(state="unproven", proven_at=None)
    listed = office.get("/api/v1/opening-requests")
    assert [one["number"] for one in listed.json["requests"]] == [row.number]
    fits(document, "/api/v1/opening-requests", "get", listed)
    one = office.get(f"/api/v1/opening-requests/{row.uid}")
    fits(document, "/api/v1/opening-requests/{opening_uid}", "get", one)
    assert (one.json["mobile"], one.json["known"][0]["bodies"][0]["short_name"]) == ("13800000021", "从前")
    assert (
        sign_in(make.user("district_bureau", district="440604")).get(f"/api/v1/opening-requests/{row.uid}").status_code
        == 404
    )


def both(calls: list[Callable[[], Any]]) -> list[Any]:
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_officers_at_once_one_decides_and_the_other_is_told(asker, app, make: Factory) -> None:
    people = [make.user("district_bureau", district="440606", name=name) for name in ("区甲", "区乙")]
    browsers = []
    for user in people:
        browsers.append(app.test_client())
        with browsers[-1].session_transaction() as kept:
            kept.update(signed_in(app, user))
    for turn in range(5):
        row = ask(asker, code=sound(f"52440606MJM{turn + 10:06d}"), name=f"学校{turn}", mobile=f"1380000010{turn}")
        told = registration(row, short_name=f"短{turn}", login=f"login-{turn}")
        answers = both(
            [
                lambda row=row, told=told: browsers[0].post(f"/openings/{row.uid}/registration", data=told),
                lambda row=row: browsers[1].post(
                    f"/openings/{row.uid}/answer", data={"act": "refused", "why": "证照不对"}
                ),
            ]
        )
        state = row_of().state
        lost = answers[1] if state == "registered" else answers[0]
        assert (answers[0].status_code, answers[1].status_code) == ((200, 409) if lost is answers[1] else (409, 302))
        assert "这件申请已经由区" in lost.text
        found = db.session.execute(select(LegalEntity.id).where(LegalEntity.credit_code == row.credit_code)).all()
        assert len(found) == (state == "registered")
        db.session.rollback()


def test_two_requests_of_one_code_registered_at_once_make_one_body(asker, app, make: Factory) -> None:
    rows = [ask(asker, mobile=f"1380000020{turn}") for turn in range(2)]
    browsers = []
    for number in range(2):
        browsers.append(app.test_client())
        with browsers[-1].session_transaction() as kept:
            kept.update(signed_in(app, make.user("district_bureau", district="440606", name=f"区{number}")))
    assert rows[1].number in browsers[0].get(f"/openings/{rows[0].uid}").text, "the other one is pointed out"
    told = [registration(row, login=f"login-{number}") for number, row in enumerate(rows)]
    answers = both(
        [
            lambda number=number: browsers[number].post(f"/openings/{rows[number].uid}/registration", data=told[number])
            for number in range(2)
        ]
    )
    assert sorted(one.status_code for one in answers)[0] == 200
    assert len(db.session.execute(select(Body.id)).all()) == 1
    assert sorted(row_of(row.number).state for row in rows) == ["registered", "waiting"]


def test_one_code_entered_twice_at_once_proves_once(asker, app) -> None:
    asker.post("/apply", data=form())
    row, digits = row_of(), digits_sent()
    second = app.test_client()
    second.post("/apply/state", data={"number": row.number, "mobile": row.mobile})
    answers = both([lambda c=c: c.post("/apply/mine/code", data={"digits": digits}) for c in (asker, second)])
    assert [one.status_code for one in answers] == [302, 302]
    with transaction(SYSTEM):
        asked = db.session.execute(select(AuditEntry.id).where(AuditEntry.tag == "opening:asked")).all()
    assert len(asked) == 1


@pytest.fixture
def erase(job_app: Flask, clock) -> Callable[[], int]:
    def run() -> int:
        with job_app.app_context(), transaction(SYSTEM):
            return erase_due(clock, rulebook(), store())

    return run


def test_what_is_not_proven_goes_after_a_day_and_what_is_decided_after_its_term(
    asker, office, app, clock, erase
) -> None:
    app.test_client().post("/apply", data=form(person=None))  # a certificate that stays without a request
    app.test_client().post("/apply", data=form(mobile="13800000031"))
    row = ask(asker)
    with transaction(SYSTEM):
        keys = list(db.session.execute(select(OpeningDocument.object_key).order_by(OpeningDocument.id)).scalars())
    assert erase() == 0
    clock.instant += timedelta(hours=24, minutes=1)
    assert erase() == 1
    for key in keys[:2]:
        with pytest.raises(Missing):
            store().get("documents", key)
    clock.instant += timedelta(days=400)
    assert erase() == 0, "what waits for an office stays"
    assert store().get("documents", keys[2]) == LICENCE
    office.post(f"/openings/{row.uid}/answer", data={"act": "refused", "why": "证照不对"})
    clock.instant += timedelta(days=180, minutes=1)
    assert erase() == 1
    with transaction(SYSTEM):
        left = db.session.execute(select(OpeningRequest.id)).all(), db.session.execute(select(OpeningDocument.id)).all()
        tags = db.session.execute(select(AuditEntry.tag).where(AuditEntry.tag == "opening:erased")).all()
    assert (left, len(tags)) == (([], []), 1)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("佛山市顺德区智造职业培训学校", "智造"),
        ("佛山市华岭电器有限公司", "华岭电器"),
        ("广东佛山某某集团股份有限公司", "某某"),
        ("佛山市学校", "佛山市学校"),
    ],
)
def test_names_are_compared_without_place_and_legal_form(name: str, core: str) -> None:
    assert core_of(name) == core

"""Notices: posted with the fact and once, sent when the sender is there, given up with an alarm, tried again."""

import ast
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.scope import CLOSED, PUBLIC, SYSTEM, Scope
from examops.core.transaction import transaction
from examops.offices import Recipient, Words, tell
from examops.outbox import Notice, post
from examops.outbox.closing import NotStuck, close_as_told
from examops.outbox.delivery import GIVE_UP_AFTER, deliver_due, purge_sent
from examops.outbox.invariants import INVARIANTS
from examops.outbox.labels import KINDS, mask_recipient, shown_fault
from examops.outbox.models import OutboxNotice
from examops.outbox.senders import senders_of
from scheduler.alarms import tell_operators
from tests.domains.outbox.receivers import MailHandler, OddHandler, TextHandler, receiving
from tests.patience import wait_for
from tests.ports import free_port

pytestmark = pytest.mark.postgres
PRODUCT = Path(__file__).parents[3] / "examops"
MAIL = Notice("lan@example.cn", "email", "filing", "filing:1:decided", "备案已通过", "您单位的备案已通过。")
TEXT = Notice("13800005678", "sms", "filing", "filing:1:decided:sms", "", "备案已通过")


def with_senders(mail: int = 0, sms: int = 0):
    """Senders that talk to these ports of this machine; 0: not set."""
    found = replace(settings(), mail_from="examops@example.cn", sms_token="token")
    found = replace(found, mail_server=f"smtp://127.0.0.1:{mail}" if mail else "")
    return senders_of(replace(found, sms_url=f"http://127.0.0.1:{sms}/messages" if sms else ""))


def posted(clock, *notices: Notice) -> None:
    with transaction(SYSTEM):
        for notice in notices:
            post(notice, clock)


def rows() -> list[OutboxNotice]:
    with transaction(SYSTEM):
        query = select(OutboxNotice).order_by(OutboxNotice.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def test_a_notice_is_posted_once_and_with_its_fact(make, clock) -> None:
    with transaction(SYSTEM):
        assert post(MAIL, clock) is True
    with transaction(SYSTEM):
        assert post(replace(MAIL, text="again"), clock) is False
    with pytest.raises(ZeroDivisionError), transaction(SYSTEM):
        assert 1 / (post(TEXT, clock) - 1)
    assert [row.payload["text"] for row in rows()] == ["您单位的备案已通过。"]


@pytest.mark.parametrize("scope", [CLOSED, PUBLIC, Scope(bodies=(1,)), Scope(districts=("440606",))])
def test_anybodys_transaction_adds_one_and_reads_none(make, clock, scope) -> None:
    with transaction(scope):
        assert post(MAIL, clock) is True
        assert post(MAIL, clock) is False
        assert db.session.execute(select(func.count()).select_from(OutboxNotice)).scalar_one() == 0
    assert len(rows()) == 1


def test_mail_waits_while_the_server_is_off_and_goes_out_when_it_is_on(make, clock) -> None:
    posted(clock, MAIL, replace(MAIL, key="another", subject="第二封"))
    port = free_port()
    off = deliver_due(with_senders(mail=port), clock)
    assert (off.sent, off.failed) == (0, 1)  # the second one is not even tried: the channel is away
    assert [(row.state, row.fault) for row in rows()] == [("failed", "ConnectionRefusedError"), ("waiting", "")]
    assert rows()[0].next_try == clock.now() + timedelta(minutes=1)
    clock.instant += timedelta(minutes=1)
    with receiving(MailHandler, "250 taken", port) as server:
        assert deliver_due(with_senders(mail=port), clock).sent == 2
        assert deliver_due(with_senders(mail=port), clock).sent == 0
    first, second = rows()
    assert {(row.state, row.fault) for row in (first, second)} == {("sent", "")}
    ids = {mail["Message-ID"] for mail in server.taken}
    assert ids == {f"<{first.uid}@example.cn>", f"<{second.uid}@example.cn>"}
    assert {mail["To"] for mail in server.taken} == {"lan@example.cn"}


def test_a_channel_that_is_away_holds_up_no_other(make, clock) -> None:
    posted(clock, MAIL, TEXT)
    with receiving(TextHandler, "202") as server:
        done = deliver_due(with_senders(mail=free_port(), sms=server.port), clock)
    assert (done.sent, done.failed) == (1, 1)
    body, headers = server.taken[0]
    assert body == {"to": "13800005678", "text": "备案已通过", "kind": "filing"}
    assert headers["Idempotency-Key"] == str(rows()[1].uid)
    assert headers["Authorization"] == "Bearer token"


def test_a_channel_that_is_not_set_keeps_its_notices(make, clock) -> None:
    posted(clock, TEXT)
    clock.instant += GIVE_UP_AFTER * 2
    assert deliver_due(with_senders(), clock).given_up == 0
    assert [(row.state, row.attempts) for row in rows()] == [("waiting", 0)]


def test_what_is_useless_is_closed_also_while_its_channel_is_not_set_and_asks_for_a_look(
    make, clock, client, job_app
) -> None:
    until = clock.now() + timedelta(minutes=10)
    posted(clock, replace(TEXT, useless_after=until), MAIL)
    assert deliver_due(with_senders(), clock).expired == 0
    clock.instant = until
    assert [deliver_due(with_senders(), clock).expired for _ in range(2)] == [1, 0]
    assert [row.state for row in rows()] == ["expired", "waiting"]
    assert "备案已通过" not in rows()[0].payload["text"]
    tags = select(AuditEntry.tag).where(AuditEntry.tag.like("notice:%"))
    assert list(db.session.execute(tags).scalars()) == ["notice:expired"]
    assert client.get("/healthz").json["parts"]["outbox"]["state"] == "look"
    clock.instant += timedelta(days=91)
    with job_app.app_context(), transaction(SYSTEM):
        assert purge_sent(clock) == 1


@pytest.mark.parametrize(
    ("verdict", "state"), [("503", "failed"), ("429", "failed"), ("400", "given_up"), ("422", "given_up")]
)
def test_what_an_interface_refuses_for_good_is_given_up_at_once(make, clock, verdict, state) -> None:
    posted(clock, TEXT)
    with receiving(TextHandler, verdict) as server:
        deliver_due(with_senders(sms=server.port), clock)
    assert [(row.state, row.fault) for row in rows()] == [(state, f"HTTP {verdict}")]


@pytest.mark.parametrize(("verdict", "state"), [("451 later", "failed"), ("550 no such mailbox", "given_up")])
def test_a_mail_servers_4yz_comes_again_and_its_5yz_never(make, clock, verdict, state) -> None:
    posted(clock, MAIL)
    with receiving(MailHandler, verdict) as server:
        deliver_due(with_senders(mail=server.port), clock)
    assert [(row.state, row.fault) for row in rows()] == [(state, f"SMTP {verdict[:3]}")]


@pytest.mark.parametrize("verdict", ["401", "403", "404", "302"])
def test_a_wrong_token_or_address_of_the_interface_gives_up_no_notice(make, clock, verdict) -> None:
    posted(clock, TEXT, replace(TEXT, key="another"))
    with receiving(TextHandler, verdict) as server:
        done = deliver_due(with_senders(sms=server.port), clock)
        assert (done.failed, done.given_up) == (1, 0)
        server.verdict, clock.instant = "202", clock.now() + timedelta(minutes=1)
        assert deliver_due(with_senders(sms=server.port), clock).sent == 2


@pytest.mark.parametrize(("verdict", "words"), [("<html>nonsense\r\n\r\n", "答的不是 HTTP"), ("", "太久没有应答")])
def test_an_interface_that_answers_rubbish_or_nothing_is_asked_again(make, clock, monkeypatch, verdict, words) -> None:
    posted(clock, TEXT)
    monkeypatch.setattr("examops.outbox.senders.TIMEOUT_S", 10.0 if verdict else 0.5)
    with receiving(OddHandler, verdict) as server:
        assert deliver_due(with_senders(sms=server.port), clock).failed == 1
    (row,) = rows()
    assert (row.state, words in shown_fault(row.fault)) == ("failed", True), row.fault


def test_every_kind_of_notice_has_a_name_on_the_operators_page() -> None:
    kinds = {kind for file in PRODUCT.rglob("*.py") for kind in told_kinds(ast.parse(file.read_text("utf-8")))}
    assert {"duty_replaced", "lending_answered", "filing_letter"} <= kinds
    assert kinds <= set(KINDS)


def told_kinds(tree: ast.Module) -> Iterator[str]:
    """Of calls ``tell(…, kind=…)``, written there or named by a constant of the module."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "tell":
            for one in (keyword.value for keyword in call.keywords if keyword.arg == "kind"):
                if isinstance(one, ast.Constant):
                    yield str(one.value)
                elif isinstance(one, ast.Name) and one.id in constants:
                    yield str(constants[one.id])


def test_a_sender_that_the_mail_server_refuses_gives_up_no_notice(make, clock) -> None:
    posted(clock, MAIL)
    with receiving(MailHandler, "250 taken") as server:
        server.to_verb["MAIL"] = "553 not your mailbox"
        assert deliver_due(with_senders(mail=server.port), clock).given_up == 0
    assert [(row.state, row.fault) for row in rows()] == [("failed", "SMTP 553 MAIL FROM")]


@pytest.mark.parametrize("goodbye", ["421 too busy", "500 what", ""])
def test_what_was_taken_is_not_sent_again_because_of_how_the_server_takes_its_leave(make, clock, goodbye) -> None:
    posted(clock, MAIL)
    with receiving(MailHandler, "250 taken") as server:
        server.to_verb["QUIT"] = goodbye
        assert deliver_due(with_senders(mail=server.port), clock).sent == 1
        clock.instant += timedelta(hours=1)
        deliver_due(with_senders(mail=server.port), clock)
    assert len(server.taken) == 1


def test_a_recipient_who_is_asked_to_come_later_holds_up_no_other(make, clock) -> None:
    posted(clock, MAIL, replace(MAIL, key="another"), TEXT)
    with receiving(MailHandler, "250 taken") as server:
        server.to_verb["RCPT"] = "450 mailbox busy"
        assert deliver_due(with_senders(mail=server.port), clock).failed == 2
        assert [row.attempts for row in rows()] == [1, 1, 0]
        server.to_verb["RCPT"], clock.instant = "421 closing", clock.now() + timedelta(minutes=1)
        assert deliver_due(with_senders(mail=server.port), clock).failed == 1


ODD = ["", "lan", "lan@", "a@b.cn\nBcc: c@d.cn", "兰@例子.cn", "<a@b.cn>", "a@b.cn c@d.cn"]


def test_an_odd_address_is_given_up_and_holds_up_no_other(make, clock) -> None:
    odd = [replace(MAIL, recipient=one, key=str(number)) for number, one in enumerate(ODD)]
    posted(clock, *odd, MAIL, replace(TEXT, recipient="1380\r\nX: y", key="odd"), TEXT)
    with receiving(MailHandler, "250 taken") as mails, receiving(TextHandler, "202") as texts:
        done = deliver_due(with_senders(mail=mails.port, sms=texts.port), clock)
    assert (done.sent, done.failed, done.given_up) == (2, 0, len(ODD) + 1)
    assert ([mail["To"] for mail in mails.taken], len(texts.taken)) == (["lan@example.cn"], 1)
    assert {row.fault for row in rows() if row.state == "given_up"} == {"no address"}


def test_a_subject_of_several_lines_goes_out_in_one(make, clock) -> None:
    posted(clock, replace(MAIL, subject="备案\n已通过\r\nBcc: c@d.cn"))
    with receiving(MailHandler, "250 taken") as server:
        assert deliver_due(with_senders(mail=server.port), clock).sent == 1
    assert server.taken[0]["Bcc"] is None


def test_a_fault_that_nobody_foresaw_holds_up_no_other(make, clock) -> None:
    posted(clock, MAIL, replace(MAIL, key="another"))
    met = []

    def sender(notice) -> None:
        met.append(notice)
        assert len(met) > 1

    assert (done := deliver_due({"email": sender}, clock)).sent == 1
    assert done.failed == 1
    assert [(row.state, row.fault) for row in rows()] == [("failed", "AssertionError"), ("sent", "")]


class Dropping(TextHandler):
    """Takes the message and hangs up half-way through the body of its answer."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(self.headers["Idempotency-Key"])
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")


def test_an_interface_that_took_it_and_hangs_up_is_not_asked_again(make, clock) -> None:
    posted(clock, TEXT)
    with receiving(Dropping, "200") as server:
        assert deliver_due(with_senders(sms=server.port), clock).sent == 1
    assert len(server.taken) == 1


def test_waits_grow_and_after_three_days_it_is_given_up_with_an_alarm(make, clock, client) -> None:
    posted(clock, MAIL)
    senders, waits = with_senders(mail=free_port()), []
    while rows()[0].state != "given_up":
        before = clock.now()
        deliver_due(senders, clock)
        waits.append((rows()[0].next_try - before).total_seconds() / 60)
        clock.instant = max(rows()[0].next_try, clock.now())
    assert waits[:7] == [1, 2, 5, 15, 30, 60, 60]
    assert len(waits) == 78
    with transaction(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "notice:given_up")).scalar_one()
        assert entry.payload["fault"] == "ConnectionRefusedError"
    outbox = client.get("/healthz").json["parts"]["outbox"]
    assert (outbox["state"], outbox["given_up"]) == ("look", 1)


KILLED = """
import os, signal
from dataclasses import replace
from config.settings import load
from examops.app.factory import create_app
from examops.core.extensions import clock, settings
from examops.outbox.delivery import deliver_due
from examops.outbox.senders import mailer

with create_app(load(os.environ), kind="job").app_context():
    send = mailer(settings())
    def send_and_die(notice):
        send(notice)
        os.kill(os.getpid(), signal.SIGKILL)
    deliver_due({"email": send_and_die}, clock())
"""


def test_killed_after_the_server_took_it_it_is_sent_again_under_the_same_id(make, clock, environment) -> None:
    posted(clock, MAIL)
    with receiving(MailHandler, "250 taken") as server:
        more = {"EXAMOPS_MAIL_SERVER": f"smtp://127.0.0.1:{server.port}", "EXAMOPS_MAIL_FROM": "examops@example.cn"}
        died = subprocess.run([sys.executable, "-c", KILLED], env={**os.environ, **environment, **more}, check=False)
        assert died.returncode == -signal.SIGKILL
        assert (len(server.taken), rows()[0].state) == (1, "waiting")
        # The database lets go of the killed process's row as soon as it has noticed.
        wait_for(lambda: deliver_due(with_senders(mail=server.port), clock).sent, rows)
    assert [mail["Message-ID"] for mail in server.taken] == [f"<{rows()[0].uid}@example.cn>"] * 2


def test_operators_see_masked_addresses_and_try_again(make, clock, sign_in) -> None:
    posted(clock, MAIL, TEXT)
    with receiving(MailHandler, "550 no") as server:
        deliver_due(with_senders(mail=server.port), clock)
    browser = sign_in(make.user("operator"))
    page = browser.get("/notices/").text
    assert "l***@example.cn" in page
    assert "138****5678" in page
    assert "lan@example.cn" not in page
    assert "放弃 1 条" in page
    assert "SMTP 550" in page
    assert "短信没有设置" in page
    browser.post("/notices/again", data={"notice": str(rows()[0].uid)})
    assert (rows()[0].state, rows()[0].attempts) == ("waiting", 0)
    with receiving(MailHandler, "250 taken") as server:
        assert deliver_due(with_senders(mail=server.port), clock).sent == 1
    browser.post("/notices/again", data={"notice": str(rows()[0].uid)})
    assert rows()[0].state == "sent"
    assert "lan@example.cn" not in browser.get("/notices/?state=sent").text


def given_up(clock, *notices: Notice) -> list[OutboxNotice]:
    posted(clock, *notices)
    with receiving(MailHandler, "550 no such mailbox") as server:
        deliver_due(with_senders(mail=server.port), clock)
    return rows()


def test_a_notice_told_another_way_is_closed_by_name_and_never_sent(make, clock, sign_in, client) -> None:
    (row,) = given_up(clock, MAIL)
    account = make.user("operator")
    browser = sign_in(account)
    assert f"/notices/{row.uid}" in browser.get("/notices/").text
    assert "已用别的办法告知" in browser.get(f"/notices/{row.uid}").text
    at = f"/notices/{row.uid}/told"
    for wrong in ({"whom": ""}, {"how": "by pigeon"}, {"on": "2026-11-24"}, {"on": "2026-11-22"}):
        answer = browser.post(at, data={"how": "phone", "whom": "王兰", "on": "2026-11-23"} | wrong)
        assert (answer.status_code, rows()[0].state) == (422, "given_up"), wrong
    assert browser.post(at, data={"how": "phone", "whom": "联系人王兰", "on": "2026-11-23"}).status_code == 302
    (row,) = rows()
    assert (row.state, row.told_how, row.told_whom, row.closed_by_name) == ("told", "phone", "联系人王兰", account.name)
    assert row.recipient == "l***@example.cn", "nobody needs the address any more"
    assert browser.post(at, data={"how": "phone", "whom": "别人", "on": "2026-11-23"}).status_code == 409
    browser.post("/notices/again", data={"notice": str(row.uid)})
    with receiving(MailHandler, "250 taken") as server:
        assert deliver_due(with_senders(mail=server.port), clock).sent == 0
    posted(clock, MAIL)
    assert [one.state for one in rows()] == ["told"], "the fact was told: it is posted no more"
    page = browser.get(f"/notices/{row.uid}").text
    assert ("电话" in page, "联系人王兰" in page, account.name in page) == (True, True, True)
    assert "电话 联系人王兰" in " ".join(browser.get("/notices/?state=told").text.split())
    outbox = client.get("/healthz").json["parts"]["outbox"]
    assert (outbox["state"], outbox["given_up"]) == ("ok", 0)
    with transaction(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "notice:told_another_way")).scalar_one()
        assert (entry.payload["told_how"], entry.payload["told_whom"]) == ("phone", "联系人王兰")


def test_an_address_is_put_right_and_told_once(make, clock, sign_in) -> None:
    """Whoever tells the fact again finds both addresses told."""
    words = Words("备案已通过", "您单位的备案已通过。", "备案已通过")
    with transaction(SYSTEM):
        tell([Recipient("王兰", "email", "lan@exmaple.cn")], words, kind="filing_letter", about="filing:1", clock=clock)
    (row,) = given_up(clock)
    browser = sign_in(make.user("operator"))
    at = f"/notices/{row.uid}/address"
    assert browser.post(at, data={"address": "王兰"}).status_code == 422
    assert browser.post(at, data={"address": "lan@example.cn"}).status_code == 302
    assert browser.post(at, data={"address": "lan2@example.cn"}).status_code == 409
    old, new = rows()
    assert (old.state, old.told_how, old.told_whom, new.state) == ("told", "address", "l***@example.cn", "waiting")
    with receiving(MailHandler, "250 taken") as server:
        assert deliver_due(with_senders(mail=server.port), clock).sent == 1
    assert server.taken[0]["To"] == "lan@example.cn"
    both = [Recipient("王兰", "email", one) for one in ("lan@exmaple.cn", "lan@example.cn")]
    with transaction(SYSTEM):
        assert tell(both, words, kind="filing_letter", about="filing:1", clock=clock) == []
    with transaction(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "notice:address_corrected")).scalar_one()
        assert (entry.payload["before"], entry.payload["after"]) == ("l***@exmaple.cn", "l***@example.cn")


def test_an_address_that_was_told_already_is_not_told_by_a_correction(make, clock, sign_in) -> None:
    words = Words("备案已通过", "您单位的备案已通过。", "备案已通过")
    both = [Recipient("王兰", "email", one) for one in ("lan@exmaple.cn", "lan@example.cn")]
    with transaction(SYSTEM):
        tell(both, words, kind="filing_letter", about="filing:1", clock=clock)
    row = given_up(clock)[0]
    answer = sign_in(make.user("operator")).post(f"/notices/{row.uid}/address", data={"address": "LAN@example.cn"})
    assert (answer.status_code, "已经通知（或正在通知）这个地址" in answer.text) == (409, True)
    assert [one.state for one in rows()] == ["given_up", "given_up"]


def test_of_two_who_close_one_notice_at_once_one_wins(make, app, clock) -> None:
    (row,) = given_up(clock, MAIL)
    barrier = threading.Barrier(2)

    def close(whom: str) -> object:
        with app.app_context():
            barrier.wait()
            try:
                with transaction(SYSTEM):
                    close_as_told(row.uid, "phone", whom, today(clock), actor=Actor.system(whom), clock=clock)
                    return whom
            except NotStuck as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, ("甲", "乙")))
    assert [one for one in done if isinstance(one, str)] == [rows()[0].told_whom]
    with transaction(SYSTEM):
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.tag == "notice:told_another_way")
        assert db.session.execute(entries).scalar_one() == 1


def test_a_failed_job_tells_the_operators_once_a_day(make, app, clock, monkeypatch) -> None:
    monkeypatch.setattr("scheduler.alarms.settings", lambda: replace(settings(), alarm_mailbox="yunwei@example.cn"))
    for _ in range(2):
        with transaction(SYSTEM):
            tell_operators("find-gaps", "OperationalError: gone", clock)
    clock.instant += timedelta(days=1)
    with transaction(SYSTEM):
        tell_operators("find-gaps", "OperationalError: gone", clock)
    assert [row.key for row in rows()] == ["job_failed:find-gaps:2026-11-23", "job_failed:find-gaps:2026-11-24"]
    assert "OperationalError: gone" in rows()[0].payload["text"]


def test_the_check_sees_a_notice_that_nobody_took_up(make, clock, monkeypatch) -> None:
    monkeypatch.setattr("examops.outbox.invariants.settings", lambda: replace(settings(), sms_url="console"))
    posted(clock, TEXT, MAIL)

    def faults() -> list[str]:
        with transaction(SYSTEM):
            return [fault for invariant in INVARIANTS for fault in invariant.find(clock)]

    assert faults() == []
    clock.instant += timedelta(hours=2)
    assert len(faults()) == 1


def test_what_was_sent_long_ago_is_deleted_with_its_address(make, app, job_app, clock) -> None:
    posted(clock, MAIL, TEXT)
    with transaction(SYSTEM):
        db.session.execute(
            text("UPDATE outbox SET state = 'sent', ended_at = now() - interval '100 years' WHERE channel = 'sms'")
        )
    db.session.remove()
    with job_app.app_context(), transaction(SYSTEM):
        assert purge_sent(clock) == 1
    assert [row.channel for row in rows()] == ["email"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [("lan@example.cn", "l***@example.cn"), ("13800005678", "138****5678"), ("12345678", "****"), ("", "****")],
)
def test_addresses_are_masked(address, shown) -> None:
    assert mask_recipient(address) == shown

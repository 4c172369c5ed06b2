"""Letters reach the body by the outbox, once, with the decision or not at all; the office sees how far they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.calendar import Calendar, Year, calendar
from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.catalogue import district_name
from examops.core.database import db
from examops.core.scope import CLOSED, SYSTEM, Scope
from examops.core.transaction import transaction
from examops.filings.acting import Act, act
from examops.filings.clocks import calendar_fault, due_after, left_until, overdue_ids, raise_overdue
from examops.filings.gathering import dossier
from examops.filings.letters import letters_of
from examops.filings.telling import deliveries_of
from examops.offices.models import AccountContact
from examops.outbox.delivery import deliver_due, purge_sent
from examops.outbox.models import OutboxNotice
from tests.domains.filings.conftest import Case
from tests.domains.filings.test_hands import add, give, represent
from tests.domains.outbox.receivers import MailHandler, receiving
from tests.domains.outbox.test_outbox import with_senders
from tests.ports import free_port

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
COMMENT = ({"rule": "capacity.insured_local_min", "subject": "", "text": "名册少两页"},)


def reach(case: Case, name: str, email: str, mobile: str = "") -> None:
    with transaction(SYSTEM):
        db.session.add(AccountContact(user_id=case.account(name).id, email=email, mobile=mobile))


def notices() -> list[OutboxNotice]:
    with transaction(SYSTEM):
        query = select(OutboxNotice).order_by(OutboxNotice.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def test_a_return_reaches_everybody_of_the_body_and_the_filings_contact_once(case: Case, sign_in) -> None:
    """The contact has the coordinator's own mailbox: one letter to one mailbox."""
    case.fill()
    contact = {"name": "陈工", "email": "Lan@example.cn", "mobile": "138-0000-5678"}
    browser = sign_in(case.account("coordinator"))
    assert browser.post(f"/filings/{case.filing.uid}/contact", data=contact).status_code == 302
    reach(case, "coordinator", "lan@example.cn")
    case.act("submitted", "coordinator")
    assert notices() == []
    case.act("returned", "district_bureau", comments=COMMENT)
    told = notices()
    assert sorted((one.channel, one.recipient) for one in told) == [
        ("email", "lan@example.cn"),
        ("sms", "13800005678"),
    ]
    mail = next(one for one in told if one.channel == "email")
    letter = letters_of(case.filing)[-1]
    assert mail.payload["subject"] == f"补正通知书 {letter.number}"
    assert "名册少两页" in mail.payload["text"]
    assert letter.content["until"] in mail.payload["text"]
    office = sign_in(case.account("district_bureau"))
    for page in (f"/filings/{case.filing.uid}", f"/filings/{case.filing.uid}/letters/{letter.uid}", "/filings/letters"):
        text = office.get(page).text
        assert "138****5678" in text
        assert "等着发" in text
        assert "13800005678" not in text
    assert "138****5678" not in sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text
    printed = office.get(f"/filings/{case.filing.uid}/letters/{letter.uid}").text
    assert f"<dd>{district_name(case.filing.district)}区人社局</dd>" in printed  # of five districts, this one


def _decide_and_fail(case: Case) -> None:
    filing = db.session.merge(case.filing)
    act(filing, Act("filed", dossier(filing).seen), actor=case.actor("city_bureau"), clock=case.clock)
    raise ZeroDivisionError


def test_a_decision_that_is_undone_tells_nobody(case: Case) -> None:
    case.to_city()
    reach(case, "coordinator", "lan@example.cn")
    told = len(notices())
    with pytest.raises(ZeroDivisionError), transaction(SYSTEM):
        _decide_and_fail(case)
    assert len(notices()) == told


def test_nothing_is_lost_while_the_sender_is_away_and_the_page_says_so(case: Case, sign_in) -> None:
    reach(case, "coordinator", "lan@example.cn")
    case.to_city()
    case.act("filed", "city_bureau")
    port, decision = free_port(), letters_of(case.filing)[-1].decision_id
    assert deliver_due(with_senders(mail=port), case.clock).failed == 1
    page = sign_in(case.account("city_bureau")).get(f"/filings/{case.filing.uid}").text
    assert "没发出，会再试" in page
    case.clock.instant += timedelta(minutes=5)
    with receiving(MailHandler, "250 taken", port) as server:
        deliver_due(with_senders(mail=port), case.clock)
    assert {mail["To"] for mail in server.taken} == {"lan@example.cn"}
    assert len(server.taken) == 2  # 受理 and 备案
    with transaction(SYSTEM):
        assert [one.state for one in deliveries_of([decision])[decision]] == ["sent"]


def test_who_was_told_stays_when_the_outbox_has_forgotten(case: Case, job_app) -> None:
    reach(case, "coordinator", "lan@example.cn")
    case.to_city()
    case.act("filed", "city_bureau")
    decision = letters_of(case.filing)[-1].decision_id
    with transaction(SYSTEM):
        db.session.execute(db.text("UPDATE outbox SET state = 'sent', ended_at = now() - interval '100 years'"))
    db.session.remove()
    with job_app.app_context(), transaction(SYSTEM):
        assert purge_sent(case.clock) == 2
    with transaction(SYSTEM):
        assert [(one.state, one.address_masked) for one in deliveries_of([decision])[decision]] == [
            ("purged", "l***@example.cn")
        ]


def test_addresses_are_read_by_whoever_works_with_the_body_alone(case: Case) -> None:
    reach(case, "coordinator", "lan@example.cn")
    seen = {
        Scope(bodies=(case.body.id,)): 1,
        Scope(districts=(case.body.district,)): 1,
        Scope(districts=("440604",)): 0,
        Scope(bodies=(case.make.body().id,)): 0,
        CLOSED: 0,
    }
    for scope, count in seen.items():
        with transaction(scope):
            assert len(db.session.execute(select(AccountContact.email)).all()) == count, scope


@pytest.mark.parametrize(
    ("email", "mobile", "fault"), [("lan", "", "邮箱"), ("", "12345", "手机号"), ("a@b", "", "邮箱"), ("", "", "")]
)
def test_a_persons_own_contact_is_checked(case: Case, sign_in, email: str, mobile: str, fault: str) -> None:
    answer = sign_in(case.account("coordinator")).post("/office/contact", data={"email": email, "mobile": mobile})
    assert answer.status_code == (422 if fault else 302)
    assert fault in answer.text


def watched(case: Case) -> int:
    with transaction(SYSTEM):
        found = overdue_ids(case.clock.now().date())
    posted = 0
    for one in found:
        with transaction(SYSTEM):
            posted += raise_overdue(one, case.clock)
    return posted


def test_a_term_that_is_over_is_told_to_its_owner_once_and_later_to_the_head(case: Case, sign_in) -> None:
    """Submitted on Monday 23 November, five working days: due on the 30th, to the head after 2 December."""
    case.fill()
    case.act("submitted", "coordinator")
    add(case, "leader", "district_bureau", district="440606")
    case.make.run_as_owner("UPDATE role_grant SET is_head = true WHERE user_id = :u", u=case.account("leader").id)
    reach(case, "district_bureau", "feng@example.cn")
    reach(case, "leader", "leader@example.cn")
    reach(case, "city_bureau", "city@example.cn")
    told = {}
    for day in range(28, 36):
        case.clock.instant = case.clock.instant.replace(month=11, day=28) + timedelta(days=day - 28)
        before = len(notices())
        watched(case)
        told[case.clock.instant.date()] = [one.recipient for one in notices()[before:]]
    assert {day: found for day, found in told.items() if found} == {
        date(2026, 12, 1): ["feng@example.cn", "leader@example.cn"],
        date(2026, 12, 2): ["leader@example.cn"],
    }
    with transaction(SYSTEM):
        query = select(AuditEntry.payload).where(AuditEntry.tag == "filing:overdue").order_by(AuditEntry.id)
        assert [row["reminder"] for row in db.session.execute(query).scalars()] == ["owner", "head"]
    assert "已过期" in sign_in(case.account("district_bureau")).get("/filings").text


def test_the_officer_and_their_deputy_are_reminded_and_not_the_others(case: Case) -> None:
    add(case, "colleague", "city_bureau")
    add(case, "third", "city_bureau")
    for name in ("city_bureau", "colleague", "third"):
        reach(case, name, f"{name}@example.cn")
    case.to_city()
    give(case, "city_bureau", "city_bureau")
    represent(case, "colleague", "city_bureau")
    case.clock.instant += timedelta(days=20)
    before = len(notices())
    watched(case)
    assert [one.recipient for one in notices()[before:]] == ["city_bureau@example.cn", "colleague@example.cn"]


def test_what_was_dealt_with_meanwhile_reminds_nobody(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    case.clock.instant += timedelta(days=20)
    with transaction(SYSTEM):
        found = overdue_ids(case.clock.now().date())
    case.act("withdrawn", "coordinator")
    with transaction(SYSTEM):
        assert [raise_overdue(one, case.clock) for one in found] == [0]


YEARS = {2026: Year("law", "x", frozenset(), frozenset()), 2027: Year("provisional", "x", frozenset(), frozenset())}


@pytest.mark.parametrize(
    ("day", "years", "words"),
    [
        (date(2026, 12, 14), {2026}, ""),
        (date(2026, 12, 15), {2026}, "还没有录入"),
        (date(2026, 12, 31), {2026, 2027}, "还是暂定的"),
        (date(2027, 1, 1), {2026}, "没有 2027 年"),
        (date(2027, 1, 1), {2026, 2027}, ""),
    ],
)
def test_a_calendar_that_ends_is_said_from_the_rules_day_on(day: date, years: set[int], words: str) -> None:
    found = calendar_fault(day, Calendar({year: YEARS[year] for year in years}), rulebook())
    assert words in str(found or "")
    assert bool(found) is bool(words)


def test_a_term_beyond_the_calendar_counts_weekends_and_stops_nobody(case: Case, sign_in) -> None:
    last = max(calendar().years)
    friday = date(last, 12, 31) + timedelta(days=(4 - date(last, 12, 31).weekday()) % 7)
    assert due_after(friday, 1) == friday + timedelta(days=3)
    assert left_until(friday, friday + timedelta(days=4)) == 2
    case.clock.instant = case.clock.instant.replace(month=12, day=16)
    assert "节假日安排" in sign_in(case.account("district_bureau")).get("/filings").text


def test_a_body_whose_term_ends_beyond_the_calendar_is_told_what_was_counted(case: Case, sign_in) -> None:
    last = max(calendar().years)
    case.fill()
    case.act("submitted", "coordinator")
    case.clock.instant = case.clock.instant.replace(year=last, month=12, day=30)
    comment = {"rule": "filing.enterprise_promise", "subject": "", "text": "没有盖章"}
    case.act("returned", "district_bureau", comments=(comment,))
    for role in ("coordinator", "district_bureau"):
        page = sign_in(case.account(role)).get(f"/filings/{case.filing.uid}").text
        assert f"（{last + 1} 年的节假日和调休还没有公布，暂按已知的节假日和周末算）" in page

"""The way of an exit case from the draft to the decision, and what follows for the body."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from config.calendar import calendar
from examops.core.database import db
from examops.core.errors import Conflict, DomainError, Invalid, NotAllowed
from examops.exits.acting import Decision, decide, lift, state_case, tell_body, withdraw
from examops.exits.history import acts_of, seen_of
from examops.exits.models import ExitLetter
from examops.exits.opening import Read, ask_to_leave, gather, open_case
from examops.exits.refusals import (
    AlreadyLeft,
    CaseOvertaken,
    HearingRuns,
    OneOpenCase,
    OtherCaseOpen,
    OwnCase,
)
from examops.exits.timed import end_terms
from examops.filings import recipients_at
from examops.filings import save_contact as name_contact
from examops.offices import Recipient
from examops.offices.contacts import save_contact
from examops.organisations import must_be_filed
from examops.organisations.directory import DirectoryCard, DirectoryEntry
from examops.organisations.models import EntityBar
from examops.outbox.models import OutboxNotice
from tests.domains.exits.conftest import FACT, Exit
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def standing(exit_of: Exit) -> tuple[str, str, int]:
    """State of the body, of its card in the directory, and its current entries."""
    db.session.refresh(exit_of.body)
    card = db.session.execute(select(DirectoryCard).where(DirectoryCard.body_id == exit_of.body.id)).scalar_one()
    entries = db.session.execute(select(DirectoryEntry).where(DirectoryEntry.body_id == exit_of.body.id)).scalars()
    return exit_of.body.state, card.standing, sum(one.valid.upper is None and not one.valid.isempty for one in entries)


def notices() -> list[tuple[str, str]]:
    return [(row.recipient, row.kind) for row in db.session.execute(select(OutboxNotice)).scalars()]


def test_each_step_has_its_clock_and_owner(exit_of: Exit) -> None:
    """2026-11-23 is a Monday: ten working days to look at it, ten to state the case, twenty to decide."""
    case = exit_of.opened()
    assert (case.state, case.clock_owner, case.due_on) == ("drafted", "district_bureau", date(2026, 12, 7))
    exit_of.do(tell_body, case, "district")
    assert (case.state, case.clock_owner, case.hearing_until) == ("told", "coordinator", date(2026, 12, 7))
    assert case.due_on == case.hearing_until
    exit_of.do(state_case, case, "coordinator", "不属实")
    assert (case.state, case.clock_owner, case.due_on) == ("heard", "city_bureau", date(2026, 12, 21))
    exit_of.do(decide, case, "city", Decision("dismissed", "查无实据"))
    assert (case.state, case.clock_owner, case.due_on) == ("decided", "", None)
    assert standing(exit_of) == ("filed", "filed", 1)


def test_a_case_goes_on_where_the_calendar_ends(exit_of: Exit, sign_in) -> None:
    """In the last days of the last year that is known: weekends alone count, and no page fails."""
    exit_of.clock.instant = exit_of.clock.instant.replace(year=max(calendar().years), month=12, day=28)
    case = exit_of.opened()
    assert case.due_on is not None
    assert case.due_on.year == max(calendar().years) + 1
    db.session.commit()
    for address in ("/exits", f"/exits/{case.uid}"):
        assert sign_in(exit_of.account("district")).get(address).status_code == 200


def test_a_removal_ends_the_filing_with_letter_notice_and_directory(exit_of: Exit) -> None:
    case = exit_of.decided("removed", "idle")
    assert standing(exit_of) == ("exited", "ended", 0)
    assert (case.bar_until, case.clause) == (date(2028, 11, 23), "市工作方案 四(五)")
    numbers = list(db.session.execute(select(ExitLetter.number).order_by(ExitLetter.id)).scalars())
    assert numbers == ["佛技评告知〔2026〕0001号", "佛技评取消〔2026〕0001号"]
    assert notices() == [("13800000001", "exit_case")] * 2
    with pytest.raises(Conflict):
        must_be_filed(exit_of.body, ELECTRICIAN, "4", exit_of.today)


def test_the_bodys_coordinators_are_told_where_they_said_else_its_telephone(exit_of: Exit) -> None:
    account = exit_of.account("coordinator")
    by: dict[str, Any] = {"actor": exit_of.actor("coordinator"), "clock": exit_of.clock}
    save_contact(account.id, "kaowu@example.cn", "13900000002", **by)
    case = exit_of.opened()
    exit_of.do(tell_body, case, "district")
    assert sorted(notices()) == [("13900000002", "exit_case"), ("kaowu@example.cn", "exit_case")]


def test_the_contact_of_the_newest_filing_is_told_and_no_short_message_goes_to_a_landline(exit_of: Exit) -> None:
    landline = {"telephone": "0757-22800001"}
    mobile = exit_of.make.body(telephone="138 0000-0001", name="佛山市手机有限公司")
    assert recipients_at(exit_of.make.body(**landline)) == []
    assert recipients_at(mobile) == [Recipient("佛山市手机有限公司", "sms", "13800000001")]
    body = exit_of.make.body(**landline)
    for number, mailbox in enumerate(("old@example.cn", "new@example.cn")):
        filing = exit_of.make.filing(body)
        by: dict[str, Any] = {"actor": exit_of.actor("coordinator"), "clock": exit_of.clock}
        name_contact(filing, "罗志强", mailbox, "", **by)
        filing.state = "withdrawn" if number == 0 else "draft"
        exit_of.make.save(filing)
    assert recipients_at(body) == [Recipient("罗志强", "email", "new@example.cn")]


def test_a_suspension_lasts_until_it_is_lifted(exit_of: Exit) -> None:
    case = exit_of.decided("suspended", "condition_lost")
    assert standing(exit_of) == ("suspended", "suspended", 1)
    assert case.bar_until is None
    exit_of.clock.instant += timedelta(days=3)
    exit_of.do(lift, case, "other", "考评员补齐，已核对")
    assert standing(exit_of) == ("filed", "filed", 1)
    must_be_filed(exit_of.body, ELECTRICIAN, "4", exit_of.today)
    with pytest.raises(Conflict):
        exit_of.do(lift, case, "other", "再来一次")


def test_misconduct_bars_as_decided_and_an_own_wish_bars_nobody(exit_of: Exit) -> None:
    case = exit_of.decided("removed", bar_until=date(2027, 11, 22))
    (bar,) = db.session.execute(select(EntityBar)).scalars()
    assert (bar.until_on, bar.case_number, bar.legal_entity_id) == (
        date(2027, 11, 22),
        case.number,
        exit_of.body.legal_entity_id,
    )
    exit_of.make.run_as_owner("UPDATE body SET state = 'filed'; DELETE FROM entity_bar")
    wish = ask_to_leave(exit_of.body, "业务调整", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    assert (wish.state, wish.clock_owner, wish.statement) == ("heard", "city_bureau", "业务调整")
    with pytest.raises(Invalid):
        exit_of.do(decide, wish, "city", Decision("suspended", "x"))
    db.session.rollback()
    exit_of.do(decide, wish, "city", Decision("removed", "同意"))
    assert (wish.bar_until, standing(exit_of)[0]) == (None, "exited")
    assert list(db.session.execute(select(EntityBar)).scalars()) == []


def test_a_bar_begins_tomorrow_at_the_earliest_and_lasts_ten_years_at_most(exit_of: Exit) -> None:
    case = exit_of.heard()
    for until in (date(2026, 11, 23), date(2036, 11, 24)):
        with pytest.raises(Invalid, match="十年"):
            exit_of.do(decide, case, "city", Decision("removed", "x", until))
        db.session.rollback()


def test_nobody_decides_while_the_body_may_speak_and_its_silence_ends(exit_of: Exit) -> None:
    """The term includes its last day."""
    case = exit_of.opened()
    exit_of.do(tell_body, case, "district")
    exit_of.clock.instant += timedelta(days=14)
    assert exit_of.today == case.hearing_until
    with pytest.raises(HearingRuns):
        exit_of.do(decide, case, "city", Decision("dismissed", "x"))
    db.session.rollback()
    assert end_terms(exit_of.clock) == 0
    exit_of.clock.instant += timedelta(days=1)
    assert (end_terms(exit_of.clock), end_terms(exit_of.clock)) == (1, 0)
    assert (case.state, case.statement, case.clock_owner) == ("heard", "", "city_bureau")
    db.session.commit()
    with pytest.raises(DomainError):
        exit_of.do(state_case, case, "coordinator", "太晚了")


def test_a_decision_after_the_term_needs_no_job(exit_of: Exit) -> None:
    case = exit_of.opened()
    exit_of.do(tell_body, case, "district")
    exit_of.clock.instant += timedelta(days=15)
    exit_of.do(decide, case, "city", Decision("dismissed", "查无实据"))
    assert [one.act for one in acts_of(case)] == ["opened", "told", "term_over", "decided"]


@pytest.mark.parametrize("hand", ["opened", "gathered", "told"])
def test_nobody_decides_what_they_had_a_hand_in(exit_of: Exit, hand: str) -> None:
    by: dict[str, str] = dict.fromkeys(("opened", "gathered", "told"), "district") | {hand: "city"}
    case = exit_of.opened(by=by["opened"])
    exit_of.do(gather, case, by["gathered"], Read("又一条", "投诉件 9", date(2026, 11, 21)))
    exit_of.do(tell_body, case, by["told"])
    exit_of.do(state_case, case, "coordinator", "不属实")
    with pytest.raises(OwnCase):
        exit_of.do(decide, case, "city", Decision("removed", "x"))
    db.session.rollback()
    exit_of.do(decide, case, "other", Decision("dismissed", "x"))
    assert case.decided_by == exit_of.actor("other").uid


KEPT = {
    "decided_by = told_by, opened_by = NULL": "decided_by_no_teller",
    "decided_by = opened_by, told_by = NULL": "decided_by_another",
    "decided_by = stated_by": "decided_by_no_party",
    "clock_owner = 'city_bureau'": "clock_has_an_owner",
    "heard_at = NULL": "heard_first",
    "reason = ''": "heard_first",
    "decision = ''": "ck_exit_case_decided",
    "bar_until = '2030-01-01', decision = 'suspended'": "bar",
}


def test_the_database_keeps_what_the_code_would_forget(exit_of: Exit) -> None:
    exit_of.decided("dismissed")
    for change, constraint in KEPT.items():
        with pytest.raises(IntegrityError, match=constraint):
            exit_of.make.run_as_owner(f"UPDATE exit_case SET {change}")


def test_the_database_knows_no_decision_by_whoever_gathered(exit_of: Exit) -> None:
    exit_of.heard()
    statement = (
        "INSERT INTO exit_act (uid, body_id, district, case_id, act, outcome, reason, officer, officer_name,"
        " officer_role, acted_at) SELECT gen_random_uuid(), body_id, district, case_id, 'decided', 'removed', 'x',"
        " officer, officer_name, 'city_bureau', now() FROM exit_act WHERE act = 'opened'"
    )
    with pytest.raises(IntegrityError, match="nobody decides"):
        exit_of.make.run_as_owner(statement)


def test_each_office_has_its_own_step(exit_of: Exit) -> None:
    case = exit_of.opened()
    for act, by, given in (
        (tell_body, "coordinator", ()),
        (state_case, "district", ("x",)),
        (decide, "district", (Decision("removed", "x"),)),
        (withdraw, "coordinator", ("x",)),
        (lift, "district", ("x",)),
    ):
        with pytest.raises(NotAllowed):
            exit_of.do(act, case, by, *given)
        db.session.rollback()


def test_whoever_acts_on_what_somebody_else_already_did_is_told(exit_of: Exit) -> None:
    case = exit_of.opened()
    seen = seen_of(acts_of(case))
    exit_of.do(gather, case, "district", FACT)
    with pytest.raises(CaseOvertaken) as refused:
        tell_body(case, seen, actor=exit_of.actor("city"), clock=exit_of.clock)
    assert exit_of.actor("district").name in refused.value.words


def test_one_case_of_a_ground_is_open_and_a_body_that_left_has_none_but_for_misconduct(exit_of: Exit) -> None:
    case = exit_of.opened()
    by: dict[str, Any] = {"actor": exit_of.actor("district"), "clock": exit_of.clock}
    with pytest.raises(OneOpenCase):
        open_case(exit_of.body, "misconduct", [FACT], **by)
    db.session.rollback()
    exit_of.do(withdraw, case, "district", "立错了")
    assert (case.state, case.due_on) == ("withdrawn", None)
    exit_of.decided("removed", "idle")
    with pytest.raises(AlreadyLeft):
        open_case(exit_of.body, "condition_lost", [FACT], **by)


def test_own_wish_is_not_agreed_to_while_a_case_is_open_that_may_bar(exit_of: Exit) -> None:
    """Else a body would leave before the removal, and file again the same day."""
    idle = exit_of.opened("idle")
    wish = ask_to_leave(exit_of.body, "不再办了", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    with pytest.raises(OtherCaseOpen) as refused:
        exit_of.do(decide, wish, "city", Decision("removed", "同意"))
    assert (idle.number in refused.value.words, refused.value.clause) == (True, "市工作方案 四(五)")
    db.session.rollback()
    exit_of.do(withdraw, idle, "district", "查无此事")
    exit_of.do(decide, wish, "city", Decision("removed", "同意"))
    assert exit_of.body.state == "exited"


def test_own_wish_is_refused_whatever_else_is_open(exit_of: Exit) -> None:
    exit_of.opened("idle")
    wish = ask_to_leave(exit_of.body, "不再办了", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    exit_of.do(decide, wish, "city", Decision("dismissed", "先查清一年没有组织认定的事"))
    assert (wish.decision, exit_of.body.state) == ("dismissed", "filed")


def test_a_body_that_was_told_hears_that_the_case_is_taken_back(exit_of: Exit) -> None:
    exit_of.do(withdraw, exit_of.opened("idle"), "district", "没有告知过")
    assert db.session.query(OutboxNotice).count() == 0
    case = exit_of.heard()
    exit_of.do(withdraw, case, "city", "查无此事")
    texts = [one.payload["text"] for one in db.session.query(OutboxNotice).order_by(OutboxNotice.id)]
    assert [text for text in texts if "已撤销，不再办理" in text and case.number in text] != []


def test_whoever_comes_second_hears_what_was_decided(exit_of: Exit) -> None:
    case = exit_of.heard()
    seen = seen_of(acts_of(case))
    exit_of.do(decide, case, "city", Decision("suspended", "事实清楚"))
    with pytest.raises(CaseOvertaken) as refused:
        decide(case, Decision("dismissed", "轻微"), seen, actor=exit_of.actor("other"), clock=exit_of.clock)
    assert "已决定 暂停备案" in refused.value.words

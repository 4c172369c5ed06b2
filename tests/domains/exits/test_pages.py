"""Pages of exits: lists by whose turn it is, one case for office and body, findings, switches, letters, workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import python_calamine
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.database import db
from examops.exits.acting import Decision, decide, decide_session, lift, tell_body
from examops.exits.history import acts_of, seen_of
from examops.exits.models import ExitCase, ExitLetter
from examops.exits.opening import ask_to_leave
from examops.exits.recheck import recheck
from examops.exits.recheck.models import RecheckSwitch
from examops.exits.recheck.switches import acting_rules
from examops.organisations.models import LegalEntity
from tests.domains.exits.conftest import Exit
from tests.domains.exits.test_recheck import INSURED, change, switched_on
from tests.factories import DAY

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
READ = {"text": "两名考生代考", "read_in": "检查记录 2026-17", "read_on": "2026-11-20"}


def newest() -> ExitCase:
    db.session.rollback()
    return db.session.execute(select(ExitCase).order_by(ExitCase.id.desc()).limit(1)).scalar_one()


def acted(exit_of: Exit, sign_in: Any, by: str, act: str, **more: str) -> Any:
    case = newest()
    data = {"act": act, "seen": seen_of(acts_of(case)), **more}
    db.session.rollback()
    return sign_in(exit_of.account(by)).post(f"/exits/{case.uid}/act", data=data)


def test_the_whole_way_through_the_pages(exit_of: Exit, sign_in) -> None:
    make, body = exit_of.make, exit_of.body
    session, _ = make.session_with_turns(
        make.batch(body), make.room(make.site(body)), starts_at=DAY + timedelta(days=9), state="approved"
    )
    browser = sign_in(exit_of.account("district"))
    assert body.name in browser.get("/exits/new").text
    told = {"body": str(body.uid), "ground": "misconduct", **READ}
    assert browser.post("/exits/new", data=told).status_code == 302
    url = f"/exits/{newest().uid}"
    page = browser.get(url).text
    assert all(words in page for words in ("告知机构，开始陈述申辩", "检查记录 2026-17", "剩 10 个工作日"))
    browser = sign_in(exit_of.account("coordinator"))  # what offices still gather is not the body's to read
    assert newest().number not in browser.get("/exits").text
    assert browser.get(url).status_code == 404
    assert acted(exit_of, sign_in, "district", "told").status_code == 302

    browser = sign_in(exit_of.account("coordinator"))
    assert "2026" in browser.get("/exits").text
    for address in ("/filings", "/sessions/week"):
        assert "1 件退出事项轮到您办" in browser.get(address).text
    page = browser.get(url).text
    assert "在本页写陈述申辩" in page
    assert "决定这件事项" not in page
    seen = seen_of(acts_of(newest()))
    db.session.rollback()
    assert browser.post(f"{url}/statement", data={"statement": "已整改", "seen": seen}).status_code == 302

    assert "件退出事项轮到您办" not in browser.get("/filings").text
    assert "1 件退出事项轮到您办" in sign_in(exit_of.account("city")).get("/filings").text
    page = sign_in(exit_of.account("city")).get(url).text
    assert all(words in page for words in ("决定这件事项", "已整改", "限制申请到"))
    answer = acted(exit_of, sign_in, "city", "decided", outcome="removed")
    assert (answer.status_code, "没有写决定的理由" in answer.text) == (422, True)
    assert acted(exit_of, sign_in, "city", "decided", outcome="removed", reason="事实清楚").status_code == 302

    browser = sign_in(exit_of.account("city"))
    page = browser.get(url).text
    assert all(words in page for words in (session.number, "待决定", "退出中", "佛技评取消〔2026〕0001号"))
    for address in ("/filings", "/sessions/batches/new"):  # before anything is filled in for nothing
        assert "现在是“退出中”" in sign_in(exit_of.account("coordinator")).get(address).text
    browser = sign_in(exit_of.account("city"))
    choice = {"session": str(session.uid), "choice": "cancel", "note": "考生转下一批"}
    assert browser.post(f"{url}/sessions", data=choice).status_code == 302
    assert "已退出" in browser.get(url).text
    assert "备案已取消" in sign_in(exit_of.account("coordinator")).get(url).text


def test_a_letter_shows_what_went_out_whatever_changes_later(judged: Exit, sign_in) -> None:
    change(judged, "insured_local", 299)
    judged.make.save(
        RecheckSwitch(
            rule=INSURED,
            revision=1,
            is_on=True,
            valid_from=judged.today,
            document_number="文",
            reason="x",
            decided_by=judged.actor("city").uid,
            decided_by_name="市局",
        )
    )
    recheck(judged.clock)
    case = newest()
    judged.do(tell_body, case, "district")
    name = judged.body.name
    judged.make.run_as_owner("UPDATE body SET name = '另一个名字'; UPDATE legal_entity SET name = '另一个名字'")
    (letter,) = db.session.execute(select(ExitLetter)).scalars()
    page = sign_in(judged.account("coordinator")).get(f"/exits/{case.uid}/letters/{letter.uid}").text
    assert all(words in page for words in (name, "本市参保职工", "299 人", "≥ 300 人", "佛技评告知〔2026〕0001号"))


def test_the_district_sees_its_own_and_the_owner_of_a_clock_what_is_overdue(exit_of: Exit, sign_in) -> None:
    case = exit_of.opened()
    elsewhere = exit_of.make.user("district_bureau", district="440605")
    assert case.number not in sign_in(elsewhere).get("/exits").text
    assert sign_in(elsewhere).get(f"/exits/{case.uid}").status_code == 404
    exit_of.clock.instant += timedelta(days=15)
    page = sign_in(exit_of.account("district")).get("/exits").text
    assert "已过期 1" in page
    assert "在别人手里 1" in sign_in(exit_of.account("city")).get("/exits").text


def test_findings_are_listed_with_what_would_follow_and_who_could_not_be_checked(judged: Exit, sign_in) -> None:
    change(judged, "insured_local", 299)
    odd = judged.make.body(filed_on=judged.today)
    recheck(judged.clock)
    judged.make.run_as_owner(
        "UPDATE recheck_standing SET state = 'failed', fault = 'TypeError', failed_since = '2026-11-23'"
        f" WHERE body_id = {odd.id}"
    )
    page = sign_in(judged.account("district")).get("/exits/findings").text
    for words in (
        "条件不再满足",
        "本市参保职工",
        "299 人",
        "≥ 300 人",
        "只列出",
        odd.name,
        "TypeError",
        "没有核成 1 家",
    ):
        assert words in page
    assert "没有所见" in sign_in(judged.account("city")).get("/exits/findings?kind=stale").text
    assert judged.body.name in sign_in(judged.account("city")).get("/exits/findings?kind=lost").text


def test_the_city_switches_a_rule_on_by_name_and_the_district_only_reads(exit_of: Exit, sign_in) -> None:
    browser = sign_in(exit_of.account("city"))
    page = browser.get("/exits/rules").text
    assert page.count("只列出") > 20
    data = {"rule": INSURED, "revision": "0", "on": "yes", "valid_from": "2026-11-23", "reason": "试运行无误"}
    assert browser.post("/exits/rules", data=data).status_code == 422
    assert browser.post("/exits/rules", data={**data, "document_number": "佛人社〔2026〕12号"}).status_code == 302
    page = sign_in(exit_of.account("district")).get("/exits/rules").text
    assert f"{exit_of.account('city').name} 佛人社〔2026〕12号" in page
    assert 'name="document_number"' not in page
    narrowed = sign_in(exit_of.make.user("city_bureau", district=exit_of.body.district))
    assert 'name="document_number"' not in narrowed.get("/exits/rules").text
    answer = narrowed.post("/exits/rules", data={**data, "document_number": "佛人社〔2026〕12号", "revision": "1"})
    assert (answer.status_code, "您的任职只到区" in answer.text) == (403, True)


def test_a_body_asks_to_leave_and_takes_it_back(exit_of: Exit, sign_in) -> None:
    browser = sign_in(exit_of.account("coordinator"))
    assert "自愿退出" in browser.get("/exits").text
    assert browser.post("/exits/wish", data={"reason": "业务调整"}).status_code == 302
    assert "同意退出" in sign_in(exit_of.account("city")).get(f"/exits/{newest().uid}").text
    assert acted(exit_of, sign_in, "coordinator", "withdrawn", reason="不退了").status_code == 302
    assert newest().state == "withdrawn"


def test_the_workbook_has_a_line_for_each_case_in_the_district(exit_of: Exit, sign_in) -> None:
    case = exit_of.decided("removed", "idle")
    content = sign_in(exit_of.account("district")).get("/exits/export.xlsx").data
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][:5] == [case.number, exit_of.body.name, "顺德", "一年内没有组织认定", "已办结"]
    assert rows[1][-1] == date(2028, 11, 23)
    elsewhere = exit_of.make.user("district_bureau", district="440605")
    content = sign_in(elsewhere).get("/exits/export.xlsx").data
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1


def test_the_entitys_page_says_until_when_it_is_barred(exit_of: Exit, sign_in) -> None:
    exit_of.decided("removed", "idle")
    entity = exit_of.make.session.get_one(LegalEntity, exit_of.body.legal_entity_id)
    page = sign_in(exit_of.account("city")).get(f"/entities/{entity.uid}").text
    assert "限制申请到" in page
    answer = sign_in(exit_of.account("coordinator")).post("/filings", data={"kind": "new"})
    assert (answer.status_code, "2028-11-23 以前不接受本单位的备案申请" in answer.text) == (409, True)


def test_a_body_that_left_sees_why_and_asks_for_nothing_on_top(exit_of: Exit, sign_in) -> None:
    exit_of.decided("removed", bar_until=DAY.date() + timedelta(days=300))
    browser = sign_in(exit_of.account("coordinator"))
    page = browser.get("/filings").text
    assert "不接受本单位的备案申请" in page
    assert "开始申报" not in page
    for address in ("/sessions/week", "/sessions/new"):  # before a plan is made for nothing
        assert "现在是“已退出”" in browser.get(address).text


def test_a_body_that_left_by_its_own_wish_begins_anew_and_not_on_top(exit_of: Exit, sign_in) -> None:
    case = ask_to_leave(exit_of.body, "不再开展认定", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    exit_of.do(decide, case, "city", Decision("removed", "同意"))
    browser = sign_in(exit_of.account("coordinator"))
    assert "市局已同意退出" in browser.get(f"/exits/{newest().uid}").text
    page = browser.get("/filings").text
    assert 'value="new"' in page
    assert 'value="amendment"' not in page
    answer = browser.post("/filings", data={"body": str(exit_of.body.uid), "kind": "amendment"})
    assert (answer.status_code, "不能办增项或延续" in answer.text) == (409, True)
    assert browser.post("/filings", data={"body": str(exit_of.body.uid), "kind": "new"}).status_code == 302


def test_what_was_typed_comes_back_into_its_own_form_alone(exit_of: Exit, sign_in) -> None:
    """Also to whoever decides second: it is shown, and does not land in the form that sets the decision aside."""
    case = exit_of.heard()
    uid, seen = case.uid, seen_of(acts_of(case))
    browser = sign_in(exit_of.account("other"))
    exit_of.do(decide, case, "city", Decision("removed", "事实清楚"))
    data = {"act": "decided", "outcome": "dismissed", "reason": "情节轻微不予处理", "seen": seen}
    page = browser.post(f"/exits/{uid}/act", data=data)
    assert (page.status_code, page.text.count("情节轻微不予处理")) == (409, 1)
    assert ("没有保存：" in page.text, "取消备案。您这一次没有保存" in page.text) == (True, True)

    answer = acted(exit_of, sign_in, "other", "set_aside", reason="复议认定事实不清")
    assert (answer.status_code, "复议认定事实不清</textarea>" in answer.text) == (422, True)


def test_reasons_of_a_lifting_a_withdrawal_and_a_session_are_not_lost(exit_of: Exit, sign_in) -> None:
    make, body = exit_of.make, exit_of.body
    room, at = make.room(make.site(body)), DAY + timedelta(days=9)
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=at, state="declared")
    case = exit_of.decided("suspended")
    uid, number = case.uid, session.uid
    db.session.rollback()
    browser = sign_in(exit_of.account("city"))
    stale = {"act": "lifted", "seen": str(uid), "reason": "现场核查合格"}
    assert "现场核查合格</textarea>" in browser.post(f"/exits/{uid}/act", data=stale).text
    data = {"session": str(number), "choice": "keep", "note": "监考员停岗"}
    answer = browser.post(f"/exits/{uid}/sessions", data=data)
    assert (answer.status_code, 'value="监考员停岗"' in answer.text) == (409, True)


def test_a_lifted_case_still_lists_what_it_cancelled(exit_of: Exit, sign_in) -> None:
    make, body = exit_of.make, exit_of.body
    room, at = make.room(make.site(body)), DAY + timedelta(days=9)
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=at, state="approved")
    case = exit_of.decided("suspended")
    by: dict[str, Any] = {"actor": exit_of.actor("city"), "clock": exit_of.clock}
    decide_session(case, session.uid, "cancel", "无人监考", **by)
    db.session.commit()
    exit_of.do(lift, case, "city", "现场核查合格")
    uid = case.uid
    db.session.rollback()
    page = sign_in(exit_of.account("coordinator")).get(f"/exits/{uid}").text
    assert ("恢复备案前已处理的场次" in page, "不会自动恢复" in page, "无人监考" in page) == (True, True, True)
    assert "（已恢复）" in sign_in(exit_of.account("city")).get("/exits").text


def test_the_hearing_letter_names_its_basis_the_last_day_and_what_may_follow(exit_of: Exit, sign_in) -> None:
    """Facts that an officer read cite no clause of their own."""
    case = exit_of.opened("condition_lost")
    exit_of.do(tell_body, case, "district")
    letter = db.session.execute(select(ExitLetter)).scalar_one()
    address = f"/exits/{case.uid}/letters/{letter.uid}"
    db.session.rollback()
    page = sign_in(exit_of.account("coordinator")).get(address).text
    for words in ("依据市工作方案 四(五)", "以前（含当日）", "24 个月内不再接受你单位的备案申请"):
        assert words in page


def test_another_open_case_is_shown_to_offices_and_not_to_the_body(exit_of: Exit, sign_in) -> None:
    idle = exit_of.opened("idle").number
    wish = ask_to_leave(exit_of.body, "不再办了", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    uid = wish.uid
    db.session.rollback()
    assert idle in sign_in(exit_of.account("city")).get(f"/exits/{uid}").text
    assert idle not in sign_in(exit_of.account("coordinator")).get(f"/exits/{uid}").text


def test_a_switch_that_is_still_to_come_is_shown_and_can_be_called_off(exit_of: Exit, sign_in) -> None:
    browser = sign_in(exit_of.account("city"))
    told = {"rule": INSURED, "document_number": "佛人社〔2026〕12号", "reason": "试行无误", "valid_from": "2026-12-10"}
    assert browser.post("/exits/rules", data=told | {"revision": "0", "on": "yes"}).status_code == 302
    page = browser.get("/exits/rules").text
    assert "12-10 周四 起改为“拟稿或提醒”" in page
    row = page.partition(f'value="{INSURED}"')[2][:400]
    assert 'name="on" value="no"' in " ".join(row.split())
    off = told | {"revision": "1", "on": "no", "valid_from": "2026-11-23"}
    assert browser.post("/exits/rules", data=off).status_code == 302
    db.session.rollback()
    assert acting_rules(date(2026, 12, 10), rulebook()) == set()
    assert "起改为" not in browser.get("/exits/rules").text


def test_what_was_typed_for_one_switch_never_fills_the_opposite_one(exit_of: Exit, sign_in) -> None:
    browser = sign_in(exit_of.account("city"))
    told = {"rule": INSURED, "document_number": "佛人社〔2026〕12号", "reason": "先试行", "valid_from": "2026-11-23"}
    assert browser.post("/exits/rules", data=told | {"revision": "0", "on": "yes"}).status_code == 302
    late = told | {"revision": "0", "on": "yes", "reason": "我也要启用"}
    answer = browser.post("/exits/rules", data=late)
    assert (answer.status_code, "我也要启用" in answer.text) == (409, False)


def test_a_finding_leads_to_its_case_and_says_as_of_when(judged: Exit, sign_in) -> None:
    change(judged, "insured_local", 299, as_of=date(2026, 10, 31))
    switched_on(judged, INSURED)
    recheck(judged.clock)
    number = newest().number
    db.session.rollback()
    page = sign_in(judged.account("city")).get("/exits/findings").text
    assert (number in page, "截至 2026-10-31" in page) == (True, True)

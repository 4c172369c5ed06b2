"""Accepting in one act: what is shown is decided, each by its own decision; what changed is left out and named."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.accepting import running
from examops.filings.accepting.models import AcceptanceItem, AcceptanceRun
from examops.filings.accepting.running import begin, cut, work
from examops.filings.editing import begin as begin_filing
from examops.filings.gathering import dossier
from examops.filings.letters import letters_of
from examops.filings.models import Filing, FilingDecision
from examops.outbox.models import OutboxNotice
from tests.domains.filings.conftest import Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def another(case: Case) -> Case:
    """A filing of another body before the same offices."""
    body = case.make.body(state="draft")
    account = case.make.user("coordinator", body)
    person = (account, Actor("user", account.uid, account.name, "coordinator"))
    filing = begin_filing(body, "new", actor=person[1], clock=case.clock)
    db.session.commit()
    return replace(case, body=body, filing=filing, people={**case.people, "coordinator": person})


@pytest.fixture
def three(case: Case) -> list[Case]:
    """Two that wait for the city with everything met, and one whose selection nobody ruled on."""
    cases = [case, another(case), another(case)]
    for one in cases[:2]:
        one.to_city()
    cases[2].fill()
    cases[2].act("submitted", "coordinator")
    cases[2].read_all()
    cases[2].check_all()
    cases[2].rule("filing.enterprise_tie", subject=ELECTRICIAN, role="district_bureau")
    cases[2].act("reviewed", "district_bureau")
    return cases


def shown(page: str) -> dict[str, list[str]]:
    """The fields of the page's form."""
    return {"filing": re.findall(r'name="filing"\s+value="([^"]*)"', page)}


def started(case: Case, *cases: Case) -> Any:
    chosen = [(one.filing.uid, dossier(one.filing).seen) for one in cases]
    with transaction(SYSTEM):
        return begin(chosen, None, actor=case.actor("city_bureau"), clock=case.clock).uid


def states_of(uid: Any) -> list[tuple[str, str]]:
    db.session.expire_all()
    query = select(Filing.number, AcceptanceItem.state).join(AcceptanceItem, AcceptanceItem.filing_id == Filing.id)
    query = query.join(AcceptanceRun, AcceptanceRun.id == AcceptanceItem.run_id).where(AcceptanceRun.uid == uid)
    return [tuple(row) for row in db.session.execute(query.order_by(AcceptanceItem.id))]


def test_what_the_page_shows_is_decided_and_each_has_its_own_decision(three: list[Case], sign_in) -> None:
    """The control: two decisions, two letters with numbers of their own, two entries, two sets of notices."""
    first, second, third = three
    for one in three:
        address = {"email": f"lan{one.body.id}@example.cn", "mobile": ""}
        browser = sign_in(one.account("coordinator"))
        assert browser.post("/office/contact", data=address).status_code == 302
    browser = sign_in(first.account("city_bureau"))
    page = browser.get("/filings/accept").text
    form = shown(page)
    assert {one.split("~")[0] for one in form["filing"]} == {str(first.filing.uid), str(second.filing.uid)}
    assert "留下单独办的 1 份" in page
    assert "择优遴选" in page

    answer = browser.post("/filings/accept", data=form, follow_redirects=True)

    assert "已决定 2" in answer.text
    db.session.expire_all()
    assert [one.filing.state for one in three] == ["filed", "filed", "district_reviewed"]
    decisions = list(db.session.execute(select(FilingDecision).where(FilingDecision.act == "filed")).scalars())
    assert len({one.id for one in decisions}) == 2
    assert {one.officer_name for one in decisions} == {first.account("city_bureau").name}
    numbers = {letters_of(one.filing)[-1].number for one in (first, second)}
    assert numbers == {"佛技评备案〔2026〕0001号", "佛技评备案〔2026〕0002号"}
    with transaction(SYSTEM):
        acted = select(AuditEntry).where(
            AuditEntry.tag == "filing:acted", AuditEntry.payload["after"].astext == "filed"
        )
        assert len({entry.subject_uid for entry in db.session.execute(acted).scalars()}) == 2
        told = select(OutboxNotice.recipient).where(OutboxNotice.payload["subject"].astext.like("备案通知书%"))
        mailboxes = {f"lan{one.body.id}@example.cn" for one in (first, second)}
        assert set(db.session.execute(told).scalars()) == mailboxes
        refused = third.filing.number
    assert refused not in answer.text


def test_one_that_changed_meanwhile_is_left_out_and_named(three: list[Case], sign_in) -> None:
    first, second, _ = three
    browser = sign_in(first.account("city_bureau"))
    form = shown(browser.get("/filings/accept").text)
    comment = {"rule": "capacity.insured_local_min", "subject": "", "text": "名册少两页"}
    second.act("returned", "city_bureau", comments=(comment,))
    answer = browser.post("/filings/accept", data=form, follow_redirects=True)
    assert "已决定 1" in answer.text
    assert "留下没有办 1" in answer.text
    assert second.filing.number in answer.text.split("留下没有办")[1]
    db.session.expire_all()
    assert (first.filing.state, second.filing.state) == ("filed", "returned")


def test_a_question_that_came_up_after_the_page_is_no_acceptance(three: list[Case]) -> None:
    """A ruling is no act: the newest act is the one that was shown, and still the condition is not met any more."""
    first, second, _ = three
    uid = started(first, first, second)
    second.rule("filing.enterprise_selection", "no")
    assert work(uid, first.clock) == 1
    assert [state for _, state in states_of(uid)] == ["decided", "left_out"]


def test_a_run_goes_on_after_its_worker_died_and_decides_nothing_twice(three: list[Case]) -> None:
    first, second, _ = three
    uid = started(first, first, second)

    def die() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        work(uid, first.clock, between=die)
    assert [state for _, state in states_of(uid)] == ["decided", "waiting"]
    with transaction(SYSTEM):
        queued = db.text("SELECT args->>'run_uid' FROM procrastinate_jobs WHERE task_name = 'filings.accept'")
        assert db.session.execute(queued).scalars().all() == [str(uid)]
    assert work(uid, first.clock) == 1
    assert work(uid, first.clock) == 0
    decided = select(func.count()).select_from(FilingDecision).where(FilingDecision.act == "filed")
    assert db.session.execute(decided).scalar_one() == 2
    with transaction(SYSTEM):
        assert db.session.execute(select(AcceptanceRun.state)).scalar_one() == "done"


def test_a_run_is_cut_between_two_filings(three: list[Case]) -> None:
    first, second, _ = three
    uid = started(first, first, second)

    def stop() -> None:
        with transaction(SYSTEM):
            cut(running.run_by_uid(uid), actor=first.actor("city_bureau"), clock=first.clock)

    assert work(uid, first.clock, between=stop) == 1
    assert [state for _, state in states_of(uid)] == ["decided", "waiting"]
    assert (first.filing.state, second.filing.state) == ("filed", "district_reviewed")


def test_more_than_a_few_are_left_to_the_queue_with_progress(three: list[Case], sign_in, monkeypatch) -> None:
    monkeypatch.setattr("examops.filings.accepting.pages.FEW", 1)
    first = three[0]
    browser = sign_in(first.account("city_bureau"))
    answer = browser.post("/filings/accept", data=shown(browser.get("/filings/accept").text))
    page = browser.get(answer.location).text
    assert "没有轮到 2" in page
    assert "data-progress" in page
    tray = browser.get(f"{answer.location}/progress").json
    assert (tray["done"], tray["finished"]) == ("0", False)
    work(answer.location.rsplit("/", 1)[1], first.clock)
    assert browser.get(f"{answer.location}/progress").json["finished"] is True
    assert browser.post(f"{answer.location}/cut", follow_redirects=True).status_code == 200


def test_whoever_lost_the_grant_decides_no_more(three: list[Case]) -> None:
    first = three[0]
    uid = started(first, first)
    account = first.account("city_bureau")
    first.make.run_as_owner("UPDATE user_account SET is_active = false WHERE id = :user", user=account.id)
    assert work(uid, first.clock) == 0
    assert [state for _, state in states_of(uid)] == ["waiting"]


def test_the_district_passes_on_what_only_the_city_is_still_to_rule_on(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    case.read_all()
    browser = sign_in(case.account("district_bureau"))
    assert "没有可以一并办理的申报" in browser.get("/filings/accept").text
    case.check_all()
    case.rule("filing.enterprise_tie", subject=ELECTRICIAN, role="district_bureau")
    page = browser.get("/filings/accept").text
    browser.post("/filings/accept", data=shown(page))
    db.session.expire_all()
    assert case.filing.state == "district_reviewed"
    assert browser.post("/filings/accept", data={}).status_code == 409


def test_one_that_its_body_took_back_meanwhile_is_named_as_well(case: Case, sign_in) -> None:
    """It has no clock any more; whoever ticked it is told so, on a page that is found again."""
    case.fill()
    case.act("submitted", "coordinator")
    case.read_all()
    case.check_all()
    case.rule("filing.enterprise_tie", subject=ELECTRICIAN, role="district_bureau")
    browser = sign_in(case.account("district_bureau"))
    page = browser.get("/filings/accept").text
    assert "上一次一并办理的结果" not in page
    case.act("withdrawn", "coordinator")
    answer = browser.post("/filings/accept", data=shown(page))
    result = browser.get(answer.location).text
    assert "留下没有办 1" in result
    assert "撤回" in result.split("留下没有办")[1]
    assert case.filing.number in result
    assert answer.location in browser.get("/filings/accept").text

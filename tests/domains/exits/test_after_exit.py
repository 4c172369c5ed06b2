"""A body has left, and misconduct is found afterwards: its entity is barred from then on, nothing else moves."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.errors import Invalid
from examops.exits.acting import Decision, decide, set_aside
from examops.exits.invariants import INVARIANTS, barred
from examops.exits.models import ExitLetter
from examops.exits.opening import ask_to_leave
from examops.exits.refusals import AlreadyLeft, BarOnly
from examops.filings.editing import begin
from examops.organisations import EntityBarred, bar_of
from examops.organisations.directory import DirectoryEntry
from tests.domains.exits.conftest import FACT, Exit

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
UNTIL = date(2028, 11, 22)


@pytest.fixture
def gone(exit_of: Exit) -> Exit:
    """It left by its own wish, which bars nobody."""
    case = ask_to_leave(exit_of.body, "业务调整", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    exit_of.do(decide, case, "city", Decision("removed", "同意"))
    assert exit_of.body.state == "exited"
    return exit_of


def listed() -> list[tuple[str, object]]:
    query = select(DirectoryEntry.uid, DirectoryEntry.valid).order_by(DirectoryEntry.id)
    return [(str(row.uid), row.valid) for row in db.session.execute(query)]


def test_misconduct_found_afterwards_bars_the_entity_and_moves_nothing_else(gone: Exit) -> None:
    before, entity = listed(), gone.body.legal_entity_id
    assert bar_of(entity, gone.today) is None
    case = gone.decided("barred", bar_until=UNTIL)
    assert (case.decision, case.state, case.bar_until, gone.body.state) == ("barred", "decided", UNTIL, "exited")
    bar = bar_of(entity, gone.today)
    assert (bar.from_on, bar.until_on, bar.case_number) == (gone.today, UNTIL, case.number)
    assert listed() == before
    with pytest.raises(EntityBarred) as refused:
        begin(gone.body, "new", actor=gone.actor("coordinator"), clock=gone.clock)
    assert (case.number in refused.value.words, refused.value.clause) == (True, case.clause)
    db.session.rollback()
    letters = db.session.execute(select(ExitLetter).where(ExitLetter.case_id == case.id).order_by(ExitLetter.id))
    assert [one.content["has_left"] for one in letters.scalars()] == [True, True]
    assert [fault for one in INVARIANTS for fault in one.find(gone.clock)] == []


def test_of_a_body_that_left_nothing_else_is_opened_or_decided(gone: Exit) -> None:
    with pytest.raises(AlreadyLeft, match=r"exit\.already_left"):
        gone.opened("idle")
    db.session.rollback()
    case = gone.heard()
    for outcome in ("removed", "suspended"):
        with pytest.raises(BarOnly):
            gone.do(decide, case, "city", Decision(outcome, "事实清楚", UNTIL))
        db.session.rollback()
    with pytest.raises(Invalid, match="没有写限制申请到哪一天"):
        gone.do(decide, case, "city", Decision("barred", "事实清楚"))
    db.session.rollback()
    gone.do(decide, case, "city", Decision("dismissed", "查无实据"))
    assert bar_of(gone.body.legal_entity_id, gone.today) is None


def test_a_body_that_stands_is_not_only_barred(exit_of: Exit) -> None:
    with pytest.raises(BarOnly):
        exit_of.decided("barred", bar_until=UNTIL)


def test_a_bar_that_does_not_stand_is_set_aside_and_the_body_stays_gone(gone: Exit) -> None:
    case = gone.decided("barred", bar_until=UNTIL)
    gone.do(set_aside, case, "other", "复议认定事实不清", "佛府复〔2026〕9号")
    assert (gone.body.state, bar_of(gone.body.legal_entity_id, gone.today)) == ("exited", None)
    assert barred(gone.clock) == []
    assert begin(gone.body, "new", actor=gone.actor("coordinator"), clock=gone.clock).kind == "new"


def test_the_check_finds_a_bar_alone_of_a_body_that_had_not_left(gone: Exit) -> None:
    case = gone.decided("barred", bar_until=UNTIL)
    gone.make.run_as_owner("UPDATE exit_case SET decision = 'dismissed' WHERE ground = 'own_wish'")
    assert [fault for fault in barred(gone.clock) if case.number in fault and "没有退出" in fault] != []


def test_by_pages_an_office_opens_it_and_the_city_decides(gone: Exit, sign_in) -> None:
    district = sign_in(gone.account("district"))
    assert "已退出" in district.get("/exits/new").text
    told = {"body": str(gone.body.uid), "text": FACT.text, "read_in": FACT.read_in, "read_on": "2026-11-20"}
    wrong = district.post("/exits/new", data={**told, "ground": "idle"})
    assert (wrong.status_code, "只决定限制申请" in wrong.text) == (409, True)
    case = gone.heard()
    page = sign_in(gone.account("city")).get(f"/exits/{case.uid}").text
    offered = [word for word in ("限制申请", "取消备案", "暂停备案", "不予处理") if f">{word}</button>" in page]
    assert offered == ["限制申请", "不予处理"]

"""A removal that does not stand: set aside on paper by somebody who had no hand in it, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.core.database import db
from examops.core.errors import Invalid
from examops.exits.acting import set_aside
from examops.exits.effects import end_exit
from examops.exits.invariants import INVARIANTS
from examops.exits.models import ExitAct, ExitCase, ExitLetter
from examops.exits.refusals import NotRemovedByThis, SetAsideByOther
from examops.exits.timed import settle_exits
from examops.filings.editing import begin
from examops.organisations import EntityBarred, bar_of
from examops.organisations.directory import publish
from examops.organisations.directory.models import DirectoryCard
from examops.organisations.models import EntityBar
from tests.domains.exits.conftest import Exit
from tests.factories import DAY

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
BAR, PAPER = date(2027, 6, 30), "佛府行复〔2026〕88号"


@pytest.fixture
def removed(exit_of: Exit) -> ExitCase:
    """With a bar, and decided by the city's first officer."""
    publish(exit_of.body, exit_of.today)
    db.session.commit()
    case = exit_of.decided("removed", bar_until=BAR)
    assert exit_of.body.state == "exited"
    return case


def undone(exit_of: Exit, case: ExitCase, by: str = "other", reason: str = "代考认定有误", paper: str = PAPER) -> None:
    exit_of.do(set_aside, case, by, reason, paper)


def faults(exit_of: Exit) -> dict[str, list[str]]:
    db.session.rollback()
    return {one.name: found for one in INVARIANTS if (found := one.find(exit_of.clock))}


def test_body_directory_and_bar_come_back_from_that_day_and_promises_hold(exit_of: Exit, removed: ExitCase) -> None:
    body = exit_of.body
    listed = select(DirectoryCard.standing).where(DirectoryCard.body_id == body.id)
    assert db.session.execute(listed).scalar_one_or_none() != "filed"
    coordinator: dict[str, Any] = {"actor": exit_of.actor("coordinator"), "clock": exit_of.clock}
    with pytest.raises(EntityBarred):
        begin(body, "new", **coordinator)
    db.session.rollback()
    exit_of.clock.instant += timedelta(days=2)
    undone(exit_of, removed)
    assert (body.state, removed.state, removed.decision, removed.bar_until) == ("filed", "decided", "removed", BAR)
    assert db.session.execute(listed).scalar_one() == "filed"
    bar = db.session.execute(select(EntityBar)).scalar_one()
    assert (bar.lifted_on, bar.until_on, bar.lifted_by_name) == (exit_of.today, BAR, exit_of.actor("other").name)
    assert bar_of(body.legal_entity_id, exit_of.today - timedelta(days=1)) is not None
    assert bar_of(body.legal_entity_id, exit_of.today) is None
    letter = db.session.execute(select(ExitLetter).where(ExitLetter.kind == "set_aside")).scalar_one()
    assert (letter.content["document"], letter.content["officer"]) == (PAPER, exit_of.actor("other").name)
    begin(body, "renewal", **coordinator)
    db.session.commit()
    assert settle_exits(exit_of.clock) == 0
    assert not end_exit(body, actor=exit_of.actor("city"), clock=exit_of.clock)
    assert faults(exit_of) == {}


def test_nobody_who_acted_in_the_case_sets_it_aside_nor_without_paper(exit_of: Exit, removed: ExitCase) -> None:
    with pytest.raises(SetAsideByOther):
        undone(exit_of, removed, by="city")
    db.session.rollback()
    for given in ({"reason": ""}, {"paper": ""}):
        with pytest.raises(Invalid):
            undone(exit_of, removed, **given)
        db.session.rollback()
    suspended = exit_of.make.exit_case(exit_of.make.body(), state="winding_down")
    with pytest.raises(NotRemovedByThis):
        exit_of.do(set_aside, suspended, "other", "误", PAPER)
    db.session.rollback()
    undone(exit_of, removed)
    with pytest.raises(SetAsideByOther):  # whoever did it did something in the case
        undone(exit_of, removed)
    db.session.rollback()
    # Where the code would miss it, the database does not.
    exit_of.make.run_as_owner("UPDATE exit_case SET set_aside_at = NULL, set_aside_by = NULL")
    exit_of.make.run_as_owner("DELETE FROM exit_letter WHERE kind = 'set_aside'")
    exit_of.make.run_as_owner("DELETE FROM exit_act WHERE act = 'set_aside'")
    own = {"case_id": removed.id, "body_id": removed.body_id, "district": removed.district}
    actor = exit_of.actor("city")
    act = ExitAct(
        **own,
        act="set_aside",
        reason="误",
        document=PAPER,
        officer=actor.uid,
        officer_name=actor.name,
        officer_role="city_bureau",
        acted_at=DAY,
    )
    with pytest.raises(IntegrityError, match="nobody decides"):
        exit_of.make.save(act)
    exit_of.make.session.rollback()


def test_a_body_that_was_suspended_before_is_suspended_again(exit_of: Exit) -> None:
    exit_of.decided("suspended")
    case = exit_of.decided("removed", ground="condition_lost")
    undone(exit_of, case)
    assert exit_of.body.state == "suspended"
    assert faults(exit_of) == {}


def test_cancelled_sessions_are_listed_and_stay_so_and_pages_say_who_may(exit_of: Exit, sign_in) -> None:
    make, body = exit_of.make, exit_of.body
    room = make.room(make.site(body), stations=1)
    soon, _ = make.session_with_turns(make.batch(body), room, starts_at=DAY + timedelta(days=9))
    case = exit_of.decided("removed", bar_until=BAR)
    city = sign_in(exit_of.account("city"))
    sent = {"session": str(soon.uid), "choice": "cancel", "note": "机构退出"}
    assert city.post(f"/exits/{case.uid}/sessions", data=sent).status_code == 302
    assert "请市局没有办过它的经办人撤销" in city.get(f"/exits/{case.uid}").text
    page = sign_in(exit_of.account("other")).get(f"/exits/{case.uid}").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {"act": "set_aside", "seen": seen, "reason": "复议认定事实不清", "document": PAPER}
    other = sign_in(exit_of.account("other"))
    without = other.post(f"/exits/{case.uid}/act", data={**form, "document": ""})
    assert (without.status_code, "没有写依据的文号" in without.text) == (422, True)
    assert other.post(f"/exits/{case.uid}/act", data=form).status_code == 302
    page = other.get(f"/exits/{case.uid}").text
    assert all(words in page for words in (soon.number, "不会自动恢复", PAPER, "撤销取消备案决定通知书", "起撤销"))
    db.session.refresh(soon)
    assert soon.state == "cancelled"
    own = sign_in(exit_of.account("coordinator")).get(f"/exits/{case.uid}").text
    assert ("要考的请重新排" in own, "复议认定事实不清" in own) == (True, True)
    again = sign_in(exit_of.account("city")).post(f"/exits/{case.uid}/sessions", data=sent)
    assert again.status_code == 409


def test_the_checks_see_what_was_broken(exit_of: Exit, removed: ExitCase) -> None:
    undone(exit_of, removed)
    run = exit_of.make.run_as_owner
    run("UPDATE entity_bar SET lifted_on = NULL, lifted_by_name = ''")
    assert set(faults(exit_of)) == {"bars-hold"}
    run("UPDATE entity_bar SET lifted_on = :day, lifted_by_name = 'x'", day=exit_of.today)
    run("UPDATE exit_act SET officer = (SELECT decided_by FROM exit_case) WHERE act = 'set_aside'")
    assert set(faults(exit_of)) == {"removals-set-aside-by-strangers"}

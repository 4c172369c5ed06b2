"""An officer's step in an exit case is taken by them or, signed "X 代 Y", by their deputy; own hands bar both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.audit.models import AuditEntry
from examops.core.database import db, owner_of
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.exits.acting import Decision, decide, lift, set_aside, state_case, tell_body
from examops.exits.history import acts_of, seen_of
from examops.exits.invariants import decided_by_own_hand, set_aside_by_own_hand
from examops.exits.models import ExitAct, ExitCase, ExitLetter
from examops.exits.refusals import CaseOvertaken, OwnCase, SetAsideByOther
from examops.offices import NotDeputy, Office
from examops.offices.deputies import Entry, enter
from tests.domains.exits.conftest import Exit
from tests.factories import DAY

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
CITY = Office("city_bureau")
CLEAR = Decision("removed", "事实清楚")


def represent(exit_of: Exit, officer: str, away: str, office: Office = CITY) -> None:
    entry = Entry(exit_of.account(officer).uid, exit_of.account(away).uid, date(2026, 11, 23), date(2026, 12, 31))
    with transaction(SYSTEM):
        enter(office, entry, actor=exit_of.actor(away), clock=exit_of.clock)


def act_for(exit_of: Exit, act: Any, case: ExitCase, by: str, away: str, *given: Any) -> None:
    signed = {"actor": exit_of.actor(by), "for_officer": exit_of.account(away).uid}
    act(case, *given, seen_of(acts_of(case)), clock=exit_of.clock, **signed)
    db.session.commit()


def payloads(tag: str) -> list[Any]:
    with transaction(SYSTEM):
        return list(db.session.execute(select(AuditEntry.payload).where(AuditEntry.tag == tag)).scalars())


def test_the_deputy_decides_for_the_officer_and_case_letter_and_log_name_both(exit_of: Exit, sign_in) -> None:
    case, names = exit_of.heard(), f"{exit_of.account('other').name} 代 {exit_of.account('city').name}"
    with pytest.raises(NotDeputy):
        act_for(exit_of, decide, case, "other", "city", CLEAR)
    db.session.rollback()
    represent(exit_of, "other", "city")
    browser = sign_in(exit_of.account("other"))
    assert f"代 {exit_of.account('city').name}" in browser.get(f"/exits/{case.uid}").text
    form = {"act": "decided", "outcome": "removed", "reason": "事实清楚", "seen": seen_of(acts_of(case))}
    done = browser.post(f"/exits/{case.uid}/act", data={**form, "for": str(exit_of.account("city").uid)})
    assert done.status_code == 302
    db.session.refresh(case)
    assert (case.decided_by, case.decided_for_name) == (exit_of.account("other").uid, exit_of.account("city").name)
    letter = db.session.execute(select(ExitLetter).where(ExitLetter.kind == "decided")).scalar_one()
    assert names in browser.get(f"/exits/{case.uid}/letters/{letter.uid}").text
    assert browser.get(f"/exits/{case.uid}").text.count(names) >= 2
    assert [one["for_officer"] for one in payloads("exit_case:decided")] == [exit_of.account("city").name]
    assert decided_by_own_hand() == []


def test_nobody_decides_for_whoever_had_a_hand_nor_after_acting_for_another(exit_of: Exit) -> None:
    case = exit_of.opened()
    represent(exit_of, "other", "city")
    act_for(exit_of, tell_body, case, "other", "city")
    exit_of.do(state_case, case, "coordinator", "属实")
    for by in ("city", "other"):
        with pytest.raises(OwnCase):
            exit_of.do(decide, case, by, CLEAR)
        db.session.rollback()
    third = exit_of.make.user("city_bureau")
    exit_of.people["third"] = (third, type(exit_of.actor("city"))("user", third.uid, third.name, "city_bureau"))
    exit_of.do(decide, case, "third", CLEAR)


def test_a_deputy_who_told_the_body_does_not_decide_for_somebody_else(exit_of: Exit) -> None:
    case = exit_of.opened()
    exit_of.do(tell_body, case, "other")
    exit_of.do(state_case, case, "coordinator", "属实")
    represent(exit_of, "other", "city")
    with pytest.raises(OwnCase):
        act_for(exit_of, decide, case, "other", "city", CLEAR)
    db.session.rollback()
    with pytest.raises(IntegrityError, match="nobody decides"):
        exit_of.make.save(act_row(exit_of, case, "decided", "city", "other"))
    exit_of.make.session.rollback()


def test_who_was_acted_for_sets_nothing_aside_and_a_late_one_reads_both_names(exit_of: Exit) -> None:
    represent(exit_of, "other", "city")
    case = exit_of.heard()
    act_for(exit_of, decide, case, "other", "city", CLEAR)
    names = f"{exit_of.account('other').name} 代 {exit_of.account('city').name}"
    with pytest.raises(CaseOvertaken) as late:
        decide(case, CLEAR, "", actor=exit_of.actor("city"), clock=exit_of.clock)
    assert names in str(late.value.words)
    db.session.rollback()
    with pytest.raises(SetAsideByOther):
        exit_of.do(set_aside, case, "city", "误", "佛府行复〔2026〕1号")
    db.session.rollback()
    exit_of.make.run_as_owner("ALTER TABLE exit_act DISABLE TRIGGER USER")
    exit_of.make.save(act_row(exit_of, case, "set_aside", "city"))
    exit_of.make.run_as_owner("ALTER TABLE exit_act ENABLE TRIGGER USER")
    assert len(set_aside_by_own_hand()) == 1


def test_a_suspension_is_lifted_for_the_officer(exit_of: Exit) -> None:
    case = exit_of.decided("suspended")
    represent(exit_of, "other", "city")
    act_for(exit_of, lift, case, "other", "city", "条件恢复")
    assert acts_of(case)[-1].for_officer_name == exit_of.account("city").name
    assert [one["for_officer"] for one in payloads("exit_case:lifted")] == [exit_of.account("city").name]


def act_row(exit_of: Exit, case: ExitCase, act: str, by: str, away: str = "") -> ExitAct:
    actor = exit_of.actor(by)
    signed = {"officer": actor.uid, "officer_name": actor.name, "officer_role": actor.role}
    if away:
        signed["for_officer"] = exit_of.account(away).uid
    told = {"case_id": case.id, "act": act, "reason": "误", "document": "文", "acted_at": DAY}
    return ExitAct(**owner_of(case), **told, **signed)

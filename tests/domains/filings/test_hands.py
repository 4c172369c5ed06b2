"""An officer's filing is decided by them or, signed "X 代 Y", by their deputy; the rule of own hands holds for both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import NotAllowed
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.gathering import dossier
from examops.filings.hands import hand_over
from examops.filings.invariants import decided_by_own_hand
from examops.filings.letters import letters_of
from examops.filings.models import FilingDecision
from examops.filings.refusals import InOtherHands, OwnHand
from examops.offices import NotDeputy, Office
from examops.offices.deputies import Entry, enter
from tests.domains.filings.conftest import Case

CITY = Office("city_bureau")
pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def add(case: Case, name: str, role: str, **where: Any) -> Any:
    """Another account of the role, under a name of its own among the people of the case."""
    account = case.make.user(role, **where)
    case.people[name] = (account, Actor("user", account.uid, account.name, role))
    return account


def represent(case: Case, officer: str, away: str, office: Office = CITY) -> None:
    entry = Entry(case.account(officer).uid, case.account(away).uid, date(2026, 11, 23), date(2026, 12, 31))
    with transaction(SYSTEM):
        enter(office, entry, actor=case.actor(away), clock=case.clock)


def give(case: Case, to: str | None, by: str) -> None:
    uid = case.account(to).uid if to else None
    hand_over(case.filing, uid, actor=case.actor(by), clock=case.clock)
    db.session.commit()


def test_the_deputy_decides_for_the_officer_and_letter_log_and_page_say_so(case: Case, sign_in) -> None:
    add(case, "colleague", "city_bureau")
    case.to_city()
    give(case, "city_bureau", "city_bureau")
    with pytest.raises(InOtherHands):
        case.act("filed", "colleague")
    db.session.rollback()
    represent(case, "colleague", "city_bureau")
    browser = sign_in(case.account("colleague"))
    away = case.account("city_bureau")
    inbox = browser.get(f"/filings?whose={away.uid}").text
    assert case.filing.number in inbox
    assert f"代 {away.name}" in inbox
    form = {"act": "filed", "seen": dossier(case.filing).seen, "for": str(away.uid)}
    assert browser.post(f"/filings/{case.filing.uid}/act", data=form).status_code == 302

    signed = f"{case.account('colleague').name} 代 {away.name}"
    decision = dossier(case.filing).acts[-1]
    assert (decision.officer, decision.for_officer) == (case.account("colleague").uid, away.uid)
    assert signed in browser.get(f"/filings/{case.filing.uid}").text
    letter = letters_of(case.filing)[-1]
    assert (letter.content["officer"], letter.content["for_officer"]) == (decision.officer_name, away.name)
    assert signed in browser.get(f"/filings/{case.filing.uid}/letters/{letter.uid}").text
    with transaction(SYSTEM):
        query = select(AuditEntry).where(AuditEntry.tag == "filing:acted").order_by(AuditEntry.id.desc()).limit(1)
        entry = db.session.execute(query).scalar_one()
        assert entry.payload["for_officer"] == away.name
        assert (entry.actor_name, signed in entry.subject_words or "officer" in entry.subject_words) == (
            decision.officer_name,
            True,
        )
    coordinator = sign_in(case.account("coordinator"))
    assert signed in coordinator.get(f"/filings/{case.filing.uid}").text


def test_what_the_officer_has_in_hand_is_signed_for_them_without_being_asked(case: Case) -> None:
    add(case, "colleague", "city_bureau")
    case.to_city()
    give(case, "city_bureau", "city_bureau")
    represent(case, "colleague", "city_bureau")
    decision = case.act("filed", "colleague")
    assert decision.for_officer_name == case.account("city_bureau").name


def test_nobody_signs_for_whom_they_do_not_represent(case: Case) -> None:
    add(case, "colleague", "city_bureau")
    case.to_city()
    with pytest.raises(NotDeputy):
        case.act("filed", "colleague", for_officer=case.account("city_bureau").uid)


# Who reviewed, for whom, and who then tries to decide, for whom: one person in both, whichever way.
OWN_HANDS = [
    ("both", None, "both", None),
    ("district_bureau", "both", "both", None),
    ("both", None, "city_bureau", "both"),
    ("district_bureau", "both", "city_bureau", "both"),
]


@pytest.mark.parametrize(("reviewer", "review_for", "decider", "decide_for"), OWN_HANDS)
def test_own_hands_hold_for_the_deputy_and_whom_they_act_for(
    case: Case, reviewer: str, review_for: str | None, decider: str, decide_for: str | None
) -> None:
    """Somebody who is an officer of the district and of the city."""
    account = add(case, "both", "city_bureau")
    district = f"INSERT INTO role_grant (user_id, role, reach, district, uid) VALUES ({account.id}, 'district_bureau', "
    case.make.run_as_owner(f"{district}'district', '440606', gen_random_uuid())")
    as_role = {name: Actor("user", case.account(name).uid, case.account(name).name, "") for name in case.people}
    offices = {"district_bureau": Office("district_bureau", "440606"), "city_bureau": Office("city_bureau")}

    def in_role(name: str, role: str) -> str:
        one = as_role[name]
        case.people["now"] = (case.account(name), Actor("user", one.uid, one.name, role))
        return "now"

    for officer, away, role in ((reviewer, review_for, "district_bureau"), (decider, decide_for, "city_bureau")):
        if away:
            entry = Entry(case.account(officer).uid, case.account(away).uid, date(2026, 11, 23), date(2026, 12, 31))
            with transaction(SYSTEM):
                enter(offices[role], entry, actor=case.actor(away), clock=case.clock)
    case.fill()
    case.act("submitted", "coordinator")
    case.read_all()
    case.rule_all()
    for_whom = {"for_officer": case.account(review_for).uid} if review_for else {}
    case.act("reviewed", in_role(reviewer, "district_bureau"), **for_whom)
    for_whom = {"for_officer": case.account(decide_for).uid} if decide_for else {}
    with pytest.raises(OwnHand):
        case.act("filed", in_role(decider, "city_bureau"), **for_whom)
    db.session.rollback()
    reviewed = dossier(case.filing).acts[-1]
    hands = {"officer": case.account(decider).uid, "for_officer": case.account(decide_for).uid if decide_for else None}
    with pytest.raises(IntegrityError, match="handed in or reviewed"):
        case.make.filing_decision(case.filing, "filed", officer_role="city_bureau", **hands)
    db.session.rollback()
    assert reviewed.act == "reviewed"


def test_the_check_sees_a_decision_for_somebody_who_reviewed(case: Case) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    with transaction(SYSTEM):
        assert decided_by_own_hand() == []
    reviewer = case.account("district_bureau").uid
    disable = "ALTER TABLE filing_decision {} TRIGGER ALL"
    case.make.run_as_owner(disable.format("DISABLE"))
    changed = "UPDATE filing_decision SET for_officer = :uid WHERE act = 'filed'"
    case.make.run_as_owner(
        f"WITH open AS (SELECT set_config('examops.everything', 'on', true)) {changed}", uid=reviewer
    )
    case.make.run_as_owner(disable.format("ENABLE"))
    with transaction(SYSTEM):
        found = db.session.execute(select(FilingDecision.for_officer).where(FilingDecision.act == "filed")).scalar_one()
        assert found == reviewer
        assert len(decided_by_own_hand()) == 1


def test_work_is_taken_given_back_and_handed_out_by_the_head(case: Case, sign_in) -> None:
    add(case, "colleague", "city_bureau")
    case.to_city()
    give(case, "colleague", "colleague")
    with pytest.raises(NotAllowed):
        give(case, "city_bureau", "city_bureau")
    db.session.rollback()
    give(case, None, "colleague")
    leader = case.account("city_bureau")
    case.make.run_as_owner("UPDATE role_grant SET is_head = true WHERE user_id = :user", user=leader.id)
    browser = sign_in(leader)
    to = str(case.account("colleague").uid)
    assert browser.post(f"/filings/{case.filing.uid}/officer", data={"officer": to}).status_code == 302
    assert case.account("colleague").name in browser.get("/filings").text
    case.act("returned", "colleague", comments=({"rule": "capacity.insured_local_min", "subject": "", "text": "x"},))
    assert (case.filing.clock_owner, case.filing.clock_officer) == ("coordinator", None)

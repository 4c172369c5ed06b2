"""An amendment in hand when its body is removed ends with the exit, and both sides are told."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.exits.acting import set_aside
from examops.filings.acting import Act, act
from examops.filings.editing import begin
from examops.filings.gathering import dossier
from examops.filings.models import Filing, FilingDecision
from examops.filings.refusals import FilingOvertaken
from examops.offices.models import AccountContact
from examops.outbox.models import OutboxNotice
from tests.domains.exits.conftest import Exit

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ADDRESSES = {"coordinator": "lan@example.cn", "district": "chu@example.cn"}


def reachable(exit_of: Exit, *names: str) -> None:
    db.session.add_all(AccountContact(user_id=exit_of.account(name).id, email=ADDRESSES[name]) for name in names)
    db.session.commit()


@pytest.fixture
def amendment(exit_of: Exit) -> Filing:
    """Handed in: the district has it in hand. Both sides gave an address."""
    filing = begin(exit_of.body, "amendment", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    filing.submitted_at, filing.submitted_by = exit_of.clock.now(), uuid.uuid4()
    filing.state, filing.due_on, filing.clock_owner = "submitted", date(2026, 12, 7), "district_bureau"
    db.session.commit()
    reachable(exit_of, *ADDRESSES)
    return filing


def told() -> list[tuple[str, str]]:
    db.session.rollback()
    with transaction(SYSTEM):
        query = select(OutboxNotice.recipient, OutboxNotice.payload["text"].astext)
        rows = db.session.execute(query.where(OutboxNotice.key.startswith("filing-ended:"))).all()
    return sorted((row[0], row[1]) for row in rows)


def test_a_removal_ends_it_and_tells_the_body_and_whoever_has_it(exit_of: Exit, amendment: Filing, sign_in) -> None:
    district, number, uid = sign_in(exit_of.account("district")), amendment.number, amendment.uid
    assert number in district.get("/filings").text
    seen = dossier(amendment).seen
    case = exit_of.decided("removed")
    db.session.refresh(amendment)
    assert (amendment.state, amendment.due_on, amendment.clock_owner) == ("withdrawn", None, "")
    (decision,) = db.session.execute(select(FilingDecision).where(FilingDecision.act == "ended")).scalars()
    assert (decision.reason, decision.clause, decision.officer) == (case.number, case.clause, exit_of.actor("city").uid)
    entries = select(AuditEntry.payload).where(AuditEntry.tag == "filing:acted", AuditEntry.subject_uid == uid)
    (entry,) = db.session.execute(entries).scalars()
    assert (entry["before"], entry["after"], entry["reason"]) == ("submitted", "withdrawn", case.number)
    case_number, case_uid = case.number, case.uid
    with pytest.raises(FilingOvertaken):
        act(amendment, Act("reviewed", seen), actor=exit_of.actor("district"), clock=exit_of.clock)
    assert [one[0] for one in told()] == sorted(ADDRESSES.values())
    assert all(case_number in text and number in text for _, text in told())
    assert number not in district.get("/filings").text
    page = district.get(f"/filings/{uid}").text
    assert ("机构退出，申报随之结束" in page, case_number in page) == (True, True)
    assert number in district.get(f"/exits/{case_uid}").text


@pytest.mark.parametrize("outcome", ["suspended", "dismissed"])
def test_any_other_outcome_leaves_it_as_it_is(exit_of: Exit, amendment: Filing, outcome: str) -> None:
    exit_of.decided(outcome)
    db.session.refresh(amendment)
    assert (amendment.state, told()) == ("submitted", [])


def test_a_removal_that_is_set_aside_brings_it_not_back_and_says_so(exit_of: Exit, amendment: Filing) -> None:
    case = exit_of.decided("removed")
    exit_of.do(set_aside, case, "other", "代考认定有误", "佛府行复〔2026〕88号")
    db.session.refresh(amendment)
    assert (exit_of.body.state, amendment.state) == ("filed", "withdrawn")
    begin(exit_of.body, "amendment", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    with transaction(SYSTEM):
        query = select(OutboxNotice.payload["text"].astext).where(OutboxNotice.key.contains("set_aside"))
        assert "随之结束的申报不会自动恢复" in (db.session.execute(query).scalars().first() or "")


def test_a_draft_ends_as_well_and_the_office_hears_nothing_of_it(exit_of: Exit) -> None:
    reachable(exit_of, *ADDRESSES)
    draft = begin(exit_of.body, "renewal", actor=exit_of.actor("coordinator"), clock=exit_of.clock)
    db.session.commit()
    exit_of.decided("removed")
    db.session.refresh(draft)
    assert (draft.state, [one[0] for one in told()]) == ("withdrawn", [ADDRESSES["coordinator"]])

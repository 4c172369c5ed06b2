"""The way of a filing from the first page to the decision, and who may not take which step."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.filings.editing import begin
from examops.filings.gathering import dossier
from examops.filings.models import FilingLetter, FilingVerdict
from examops.filings.refusals import FilingIsClosed, FilingOvertaken, NotComplete, NotMet, OneOpenFiling, OwnHand
from examops.organisations import must_be_filed
from examops.organisations.directory import DirectoryEntry
from examops.organisations.models import BodyOccupation
from tests.domains.filings.conftest import Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
DAY = date(2026, 11, 23)


def test_a_body_is_filed_by_the_city_and_may_assess_from_that_moment(case: Case) -> None:
    case.to_city()
    with pytest.raises(Conflict):
        must_be_filed(case.body, ELECTRICIAN, "4", DAY)

    case.act("filed", "city_bureau")

    db.session.refresh(case.body)
    assert (case.filing.state, case.body.state, case.body.filed_on) == ("filed", "filed", DAY)
    row = db.session.execute(select(BodyOccupation).where(BodyOccupation.body_id == case.body.id)).scalar_one()
    assert row.levels == ["4"]
    must_be_filed(case.body, ELECTRICIAN, "4", DAY)
    listed = select(DirectoryEntry.occupation_code, DirectoryEntry.level).where(DirectoryEntry.body_id == case.body.id)
    assert db.session.execute(listed).all() == [(ELECTRICIAN, "4")]


def test_every_verdict_of_the_decision_is_kept_with_rule_hash_and_inputs(case: Case) -> None:
    case.to_city()
    decision = case.act("filed", "city_bureau")
    kept = list(db.session.execute(select(FilingVerdict).where(FilingVerdict.decision_id == decision.id)).scalars())
    assert {row.outcome for row in kept} == {"met"}
    insured = next(row for row in kept if row.rule == "capacity.insured_local_min")
    assert insured.inputs["facts"]["insured_local"]["value"] == 300
    assert insured.clause == "市工作方案 一(二)"
    assert len(insured.hash) == 64


def test_letters_go_out_with_numbers_of_their_own_series(case: Case) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    numbers = list(db.session.execute(select(FilingLetter.number).order_by(FilingLetter.id)).scalars())
    assert numbers == ["佛技评受理〔2026〕0001号", "佛技评备案〔2026〕0001号"]


def test_the_clock_runs_for_whoever_must_act_and_a_decided_filing_has_none(case: Case) -> None:
    """2026-11-23 is a Monday: five working days for the district, ten for the city."""
    case.fill()
    assert case.filing.due_on is None
    case.act("submitted", "coordinator")
    assert (case.filing.clock_owner, case.filing.due_on) == ("district_bureau", date(2026, 11, 30))
    case.read_all()
    case.rule_all()
    case.act("reviewed", "district_bureau")
    assert (case.filing.clock_owner, case.filing.due_on) == ("city_bureau", date(2026, 12, 7))
    case.act("filed", "city_bureau")
    assert (case.filing.clock_owner, case.filing.due_on) == ("", None)


def test_what_is_missing_is_named_with_its_clause_and_nothing_is_submitted(case: Case) -> None:
    case.occupation()
    with pytest.raises(NotComplete) as refused:
        case.act("submitted", "coordinator")
    db.session.rollback()
    assert "市工作方案 一(二)" in refused.value.clause
    assert "本市参保职工" in refused.value.words
    assert case.filing.state == "draft"


def test_the_district_passes_on_nothing_that_nobody_has_read(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    with pytest.raises(NotMet) as refused:
        case.act("reviewed", "district_bureau")
    db.session.rollback()
    assert "接受监督的承诺" in refused.value.words
    case.read_all()
    with pytest.raises(NotMet, match="5 项"):
        case.act("reviewed", "district_bureau")  # who counts, nobody has gone through yet
    db.session.rollback()
    case.check_all()
    case.act("reviewed", "district_bureau")
    assert case.filing.state == "district_reviewed"


def test_the_city_files_nothing_that_is_still_a_question(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    case.read_all()
    case.check_all()
    case.act("reviewed", "district_bureau")
    with pytest.raises(NotMet) as refused:
        case.act("filed", "city_bureau")
    db.session.rollback()
    assert "择优遴选" in refused.value.words


def test_a_filing_comes_back_with_comments_on_its_clauses_and_is_handed_in_again(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    comment = {"rule": "capacity.insured_local_min", "subject": "", "text": "名册少两页"}
    case.act("returned", "district_bureau", comments=(comment,))
    assert (case.filing.state, case.filing.clock_owner) == ("returned", "coordinator")
    assert dossier(case.filing).acts[-1].comments[0]["clause"] == "市工作方案 一(二)"
    week = sign_in(case.account("coordinator")).get("/sessions/week").text
    assert all(words in week for words in ("被退回", f"备案申报 {case.filing.number}", "去补正"))
    case.save("people", {"insured_local": 312})
    case.act("submitted", "coordinator")
    assert case.filing.state == "submitted"


def test_a_refusal_names_its_clause(case: Case) -> None:
    case.to_city()
    with pytest.raises(Invalid, match="条款"):
        case.act("refused", "city_bureau")
    db.session.rollback()
    case.act("refused", "city_bureau", clause="市工作方案 一(二)", reason="参保人数查实不足")
    assert case.filing.state == "refused"
    db.session.refresh(case.body)
    assert case.body.state == "draft"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("reviewed", "district_centre"),
        ("reviewed", "city_bureau"),
        ("reviewed", "city_centre"),
        ("returned", "city_centre"),
        ("filed", "district_bureau"),
        ("refused", "city_centre"),
        ("withdrawn", "district_bureau"),
    ],
)
def test_each_office_has_its_own_step(case: Case, name: str, role: str) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    with pytest.raises(NotAllowed):
        case.act(
            name, role, clause="x", reason="x", comments=({"rule": "filing.catalogue", "subject": "", "text": "x"},)
        )


def test_what_is_being_decided_is_not_edited_and_the_reason_is_said(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    with pytest.raises(FilingIsClosed) as refused:
        case.save("people", {"insured_local": 999})
    assert "区初审" in refused.value.words
    db.session.rollback()
    with pytest.raises(FilingIsClosed):
        case.upload("other")
    db.session.rollback()
    with pytest.raises(FilingIsClosed):
        case.occupation(levels=("3",))


def test_a_body_has_one_open_filing(case: Case) -> None:
    with pytest.raises(OneOpenFiling):
        begin(case.body, "new", actor=case.actor("coordinator"), clock=case.clock)
    db.session.rollback()
    case.act("withdrawn", "coordinator")
    assert begin(case.body, "new", actor=case.actor("coordinator"), clock=case.clock).state == "draft"


def test_whoever_acts_on_what_somebody_else_already_did_is_told_by_whom(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    seen = dossier(case.filing).seen
    comment = {"rule": "filing.catalogue", "subject": ELECTRICIAN, "text": "核对"}
    case.act("returned", "district_bureau", comments=(comment,))
    with pytest.raises(FilingOvertaken) as refused:
        case.act("reviewed", "district_bureau", seen=seen)
    assert case.actor("district_bureau").name in refused.value.words


def test_nobody_decides_what_they_handed_in_or_reviewed(case: Case) -> None:
    """One account with both grants: the code refuses, and past the code the database does."""
    case.to_city()
    both = case.actor("district_bureau")
    account = case.account("district_bureau")
    case.people["city_bureau"] = (account, type(both)("user", both.uid, both.name, "city_bureau"))
    with pytest.raises(OwnHand):
        case.act("filed", "city_bureau")
    db.session.rollback()


@pytest.mark.parametrize("act", ["filed", "refused"])
def test_the_database_knows_no_decision_by_whoever_reviewed(case: Case, act: str) -> None:
    case.to_city()
    statement = (
        "INSERT INTO filing_decision (uid, body_id, district, filing_id, act, rule, subject, outcome, reason, clause,"
        " comments, officer, officer_name, officer_role, acted_at) SELECT gen_random_uuid(), body_id, district,"
        f" filing_id, '{act}', '', '', '', 'x', 'x', '[]', officer, officer_name, 'city_bureau', now()"
        " FROM filing_decision WHERE act = 'reviewed'"
    )
    with pytest.raises(IntegrityError, match="nobody decides"):
        case.make.run_as_owner(statement)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("decided_by = reviewed_by, state = 'filed', due_on = NULL, clock_owner = ''", "two_offices"),
        ("decided_by = submitted_by, state = 'filed', due_on = NULL, clock_owner = ''", "decided_by_somebody_else"),
        ("reviewed_by = submitted_by", "reviewed_by_somebody_else"),
        ("clock_owner = ''", "clock_has_an_owner"),
        ("due_on = NULL", "clock_has_an_owner"),
        ("state = 'filed', due_on = NULL, clock_owner = ''", "decided"),
    ],
)
def test_the_database_keeps_what_the_code_would_forget(case: Case, change: str, constraint: str) -> None:
    case.to_city()
    with pytest.raises(IntegrityError, match=constraint):
        case.make.run_as_owner(f"UPDATE filing SET {change}")


def test_the_database_writes_no_fact_into_a_filing_that_is_decided(case: Case) -> None:
    case.to_city()
    statement = (
        "INSERT INTO filing_occupation (uid, body_id, district, filing_id, occupation_code, edition, levels, standard)"
        " SELECT gen_random_uuid(), body_id, district, filing_id, '4-10-01-05', edition, levels, standard"
        " FROM filing_occupation"
    )
    with pytest.raises(IntegrityError, match="being decided"):
        case.make.run_as_owner(statement)


def test_an_amendment_adds_and_ends_no_suspension_and_a_renewal_says_everything(case: Case) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    for kind, levels, state in (("amendment", ["4", "3"], "suspended"), ("renewal", ["3"], "filed")):
        case.make.run_as_owner("UPDATE body SET state = 'suspended'")
        case.filing = begin(case.body, kind, actor=case.actor("coordinator"), clock=case.clock)
        db.session.commit()
        case.fill(levels=("3",))
        case.act("submitted", "coordinator")
        case.read_all()
        case.rule_all()
        case.act("reviewed", "district_bureau")
        case.act("filed", "city_bureau")
        query = select(BodyOccupation.levels).where(BodyOccupation.body_id == case.body.id)
        assert db.session.execute(query).scalar_one() == levels
        db.session.refresh(case.body)
        assert case.body.state == state

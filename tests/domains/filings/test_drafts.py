"""What a body has not handed in is its own alone: for offices it is not there, on no page and in no row."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM, Scope, scoped
from examops.core.transaction import transaction
from examops.filings.effects import set_filed
from examops.filings.gathering import dossier
from examops.filings.models import Filing, FilingDocument, FilingFact, FilingOccupation, FilingStep
from examops.organisations.models import Body
from tests.domains.filings.conftest import Case

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
TABLES = (Filing, FilingStep, FilingOccupation, FilingFact, FilingDocument)
OFFICES = ("district_bureau", "district_centre", "city_bureau", "city_centre")


def rows_seen(scope: Scope) -> list[int]:
    db.session.rollback()
    with scoped(scope):
        found = [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]
        db.session.rollback()
    return found


def test_a_draft_is_opened_by_its_body_alone(case: Case, sign_in) -> None:
    case.fill()
    document = db.session.execute(select(FilingDocument.uid).limit(1)).scalar_one()
    address = f"/filings/{case.filing.uid}"
    for role in OFFICES:
        office = sign_in(case.account(role))
        assert office.get(address).status_code == 404, role
        assert office.get(f"{address}/documents/{document}.file").status_code == 404, role
        reading = office.post(f"{address}/documents/{document}/reading", data={"sound": "yes"})
        assert reading.status_code == 404, role
        assert case.filing.number not in office.get("/filings").text, role
    assert sign_in(case.account("coordinator")).get(address).status_code == 200
    case.act("submitted", "coordinator")
    assert [sign_in(case.account(role)).get(address).status_code for role in OFFICES] == [200] * 4


def test_row_security_itself_keeps_a_draft_from_offices(case: Case) -> None:
    """Whatever a query asks: nothing of it is there, and nothing is missing once it was handed in."""
    case.fill()
    of_body, of_district = Scope(bodies=(case.body.id,)), Scope(districts=(case.body.district,))
    whole = rows_seen(SYSTEM)
    assert min(whole) > 0
    assert rows_seen(of_body) == whole
    for office in (of_district, Scope(everything=True), Scope(districts=("440604",))):
        assert rows_seen(office) == [0] * len(TABLES)
    case.act("submitted", "coordinator")
    whole = rows_seen(SYSTEM)
    assert rows_seen(of_district) == rows_seen(Scope(everything=True)) == whole
    case.act("withdrawn", "coordinator")
    assert rows_seen(of_district) == whole, "it was handed in once: the office keeps what it saw"


def test_a_draft_that_was_withdrawn_was_never_the_offices(case: Case) -> None:
    case.act("withdrawn", "coordinator")
    assert rows_seen(Scope(everything=True))[0] == 0
    assert rows_seen(Scope(bodies=(case.body.id,)))[0] == 1


def test_a_social_body_that_asks_for_one_district_is_not_asked_for_volume(make, sign_in, settled: None, clock) -> None:
    """市工作方案 二(一)2 asks years, volume and share of whoever works in the whole city."""
    body = make.body("social", state="draft")
    browser = sign_in(make.user("coordinator", body))
    page = browser.post("/filings", data={"kind": "new"}, follow_redirects=True)
    step = f"{page.request.path}/pages/experience"
    told = {"version": "0", "as_of": "2026-11-20", "training_years": "3", "volume_total": "900", "volume_assessed": "9"}
    assert "只在禅城开展" not in page.text
    assert "写明面向全市或一个区" in page.text
    for version, area, is_asked in (("0", "city", True), ("1", "440604", False)):
        saved = browser.post(step, data={**told, "version": version, "area": area}, follow_redirects=True)
        assert saved.status_code == 200
        lines = browser.get(page.request.path).text
        assert ("不要求：只在禅城开展" in lines) is not is_asked
        assert ("≥ 30,000" in lines, "低于原则上的限值：可以提交" in lines) == (True, is_asked)
    db.session.rollback()
    with transaction(SYSTEM):
        filing = db.session.execute(select(Filing).where(Filing.body_id == body.id)).scalar_one()
        set_filed(dossier(filing), actor=Actor.system("test"), clock=clock)
        assert db.session.get_one(Body, body.id).area == "440604", "what was filed binds"

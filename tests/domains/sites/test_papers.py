"""By what right a site is had, and whether it was verified: never passed before somebody entered or saw it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from config.rulebook import rulebook
from examops.core.clock import local_day, months_later
from examops.organisations.models import Body
from examops.sites.models import SiteTenure, SiteVerification
from examops.sites.standing import SitePapers, papers_of
from tests.factories import DAY, Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
EXAM = date(2027, 1, 15)


@pytest.fixture
def site(make: Factory):
    return make.site(make.body())


@pytest.fixture
def coordinator(make: Factory, sign_in, site):
    return lambda: sign_in(make.user("coordinator", body_of(make, site)))


def body_of(make: Factory, site) -> Body:
    return make.session.get_one(Body, site.body_id)


def outcomes(papers: SitePapers, day: date = EXAM) -> dict[str, str]:
    return {one.code: one.outcome for one in papers.findings(day, rulebook())}


def leased(until: date) -> SitePapers:
    return SitePapers(SiteTenure(kind="leased", until_on=until))


def verified(on: date, result: str = "passed") -> SitePapers:
    return SitePapers(None, SiteVerification(verified_on=on, result=result, note="缺灭火器", officer_name="何敏"))


def test_what_nobody_entered_or_saw_is_a_question_and_a_lease_ends_with_its_day() -> None:
    months = rulebook().value("site.verification_months", EXAM)
    last = months_later(EXAM, -months)
    assert outcomes(SitePapers()) == {"tenure": "unclear", "verification": "unclear"}
    assert outcomes(SitePapers(SiteTenure(kind="owned", until_on=None)))["tenure"] == "pass"
    assert outcomes(leased(EXAM))["tenure"] == "pass"
    assert outcomes(leased(EXAM - timedelta(days=1)))["tenure"] == "fail"
    assert outcomes(verified(last))["verification"] == "pass"
    assert outcomes(verified(last - timedelta(days=1)))["verification"] == "unclear"
    assert outcomes(verified(last, "failed"))["verification"] == "fail"


def test_a_lease_is_warned_of_before_it_ends() -> None:
    today = date(2026, 11, 23)
    days = rulebook().value("site.lease_warning_days", today)
    assert leased(today + timedelta(days=days)).ends_soon(today, rulebook()) is False
    assert leased(today + timedelta(days=days - 1)).ends_soon(today, rulebook()) is True
    assert SitePapers().ends_soon(today, rulebook()) is False


def test_the_body_enters_tenure_with_its_document_and_the_history_stays(make, site, coordinator) -> None:
    client, url = coordinator(), f"/sites/{site.uid}"
    scan = (io.BytesIO(b"%PDF-1.4 %%EOF"), "租约.pdf")
    form = {"kind": "leased", "until_on": "2026-12-31", "document_number": "租 7 号", "file": scan}
    assert client.post(f"{url}/tenures", data=form).status_code == 302
    assert client.post(f"{url}/tenures", data={"kind": "owned"}).status_code == 302
    refused = client.post(f"{url}/tenures", data={"kind": "leased"})
    assert (refused.status_code, "租期到哪一天" in refused.text) == (422, True)
    fake = (io.BytesIO(b"MZ not a document"), "租约.pdf")
    assert client.post(f"{url}/tenures", data={"kind": "owned", "file": fake}).status_code == 422

    make.session.rollback()
    rows = make.session.query(SiteTenure).order_by(SiteTenure.id).all()
    assert [(one.kind, one.document_number, one.document_format) for one in rows] == [
        ("leased", "租 7 号", "pdf"),
        ("owned", "", ""),
    ]
    page = client.get(url).text
    assert all(words in page for words in ("租赁", "到 12-31", "租 7 号", "自有"))
    saved = client.get(f"{url}/tenures/{rows[0].uid}.file")
    assert (saved.data, saved.headers["X-Content-Type-Options"]) == (b"%PDF-1.4 %%EOF", "nosniff")


def test_the_district_verifies_and_nobody_else(make, site, coordinator, sign_in) -> None:
    url, body = f"/sites/{site.uid}/verifications", body_of(make, site)
    form = {"verified_on": local_day(DAY).isoformat(), "result": "passed"}
    assert coordinator().post(url, data=form).status_code == 403
    assert sign_in(make.user("city_bureau")).post(url, data=form).status_code == 403
    elsewhere = sign_in(make.user("district_bureau", district="440605"))
    assert elsewhere.post(url, data=form).status_code == 404
    officer = sign_in(make.user("district_centre", district=body.district, name="何敏"))
    assert officer.post(url, data={**form, "result": "failed"}).status_code == 422
    later = (local_day(DAY) + timedelta(days=1)).isoformat()
    assert officer.post(url, data={**form, "verified_on": later}).status_code == 422
    assert officer.post(url, data={**form, "result": "failed", "note": "缺灭火器"}).status_code == 302
    assert officer.post(url, data=form).status_code == 302

    make.session.rollback()
    assert [one.result for one in make.session.query(SiteVerification).order_by(SiteVerification.id)] == [
        "failed",
        "passed",
    ]
    assert outcomes(papers_of([site.id])[site.id], local_day(DAY))["verification"] == "pass"
    page = officer.get(f"/sites/{site.uid}").text
    assert "缺灭火器" in page
    assert "何敏" in page


def test_records_of_a_site_are_added_never_changed(make, site) -> None:
    of_site = {"body_id": site.body_id, "district": site.district, "site_id": site.id}
    row = make.save(SiteTenure(**of_site, kind="owned", entered_by_name="李小婷", entered_at=DAY))
    row.document_number = "另一份"
    with pytest.raises(ProgrammingError, match="permission denied"):
        make.save(row)
    make.session.rollback()
    with pytest.raises(IntegrityError, match="ck_site_tenure_until"):
        make.save(SiteTenure(**of_site, kind="leased", entered_by_name="李小婷", entered_at=DAY))
    make.session.rollback()


def test_a_lease_that_ends_before_a_session_is_shown_where_it_is_planned_and_first_of_all(
    make, site, coordinator
) -> None:
    body = body_of(make, site)
    session, _ = make.session_with_turns(make.batch(body), make.room(site), starts_at=DAY + timedelta(days=30))
    client = coordinator()
    page = client.get(f"/sessions/{session.uid}").text
    assert "考点核验" in page
    assert "没有核验过" in page
    until = (local_day(DAY) + timedelta(days=29)).isoformat()
    assert client.post(f"/sites/{site.uid}/tenures", data={"kind": "leased", "until_on": until}).status_code == 302
    assert f"租到 {until}" in client.get(f"/sessions/{session.uid}").text
    overview = client.get("/sessions/week").text
    assert "租期不够" in overview
    assert "市工作方案 一(三)" in overview

"""Pages of the wizard survive days and two people; documents are checked, kept, served and read by others."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.extensions import store
from examops.filings import documents
from examops.filings.documents import fetch, read_content
from examops.filings.editing import Entry, save_step
from examops.filings.gathering import dossier, lines_of
from examops.filings.models import FilingDocument, FilingFact
from examops.filings.receipts import receipts_of
from examops.filings.refusals import BadDocument, FilingIsClosed, OwnHand, StepOvertaken
from examops.filings.tags import Tag
from tests.domains.filings.conftest import PDF, Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20 + b"\xff\xd9"


def why(case: Case, rule: str, subject: str = "") -> tuple[str, str]:
    lines = lines_of(dossier(case.filing), today(case.clock), rulebook())
    found = next(line for line in lines if (line.rule.key, line.subject) == (rule, subject))
    return str(found.outcome), str(found.judged.why)


def test_a_page_is_saved_alone_and_found_again_days_later(case: Case) -> None:
    case.save("people", {"insured_local": 299, "managers": 1})
    case.clock.instant += timedelta(days=7)
    assert why(case, "capacity.insured_local_min") == ("missing", "below")
    case.save("people", {"insured_local": 300, "managers": 1})
    assert why(case, "capacity.insured_local_min") == ("open", "typed")


def test_the_second_of_two_people_is_told_what_the_first_changed_and_nothing_is_lost(case: Case) -> None:
    seen, day = case.version("people"), today(case.clock)
    case.save("people", {"insured_local": 312, "experts": 4})
    mine = {"insured_local": Entry(305), "experts": Entry(4), "managers": Entry(2)}
    with pytest.raises(StepOvertaken) as refused:
        save_step(case.filing, "people", seen, mine, day, actor=case.actor("coordinator"), clock=case.clock)
    assert "本市参保职工" in refused.value.words
    db.session.rollback()
    facts = dossier(case.filing).facts
    assert facts["", "insured_local"].value == {"value": 312}
    assert ("", "managers") not in facts


def test_another_page_saved_meanwhile_is_no_clash(case: Case) -> None:
    seen, day = case.version("size"), today(case.clock)
    case.save("people", {"insured_local": 312})
    entries, options = {"employees": Entry(400)}, {"actor": case.actor("coordinator"), "clock": case.clock}
    assert save_step(case.filing, "size", seen, entries, day, **options) == ["employees"]


def test_an_old_value_stays_and_names_what_took_its_place(case: Case) -> None:
    case.save("people", {"insured_local": 299})
    case.save("people", {"insured_local": 300})
    query = select(FilingFact).where(FilingFact.key == "insured_local").order_by(FilingFact.id)
    old, new = db.session.execute(query).scalars()
    assert (old.value, old.superseded_by, new.superseded_by) == ({"value": 299}, new.uid, None)


def test_saving_the_same_again_changes_nothing(case: Case) -> None:
    case.save("people", {"insured_local": 300})
    version = case.version("people")
    assert case.save("people", {"insured_local": 300}) == []
    assert case.version("people") == version


def test_the_page_shows_what_somebody_else_saved_beside_what_was_typed(case: Case, sign_in) -> None:
    browser = sign_in(case.account("coordinator"))
    url = f"/filings/{case.filing.uid}/pages/people"
    first = {"version": "0", "insured_local": "312", "as_of": "2026-11-20"}
    assert browser.post(url, data=first).status_code == 302
    answer = browser.post(url, data={"version": "0", "insured_local": "305", "managers": "2", "as_of": "2026-11-20"})
    assert answer.status_code == 409
    assert "现在存的：312 人" in answer.text
    assert 'value="305"' in answer.text
    assert 'name="version" value="1"' in answer.text
    again = browser.post(url, data={"version": "1", "insured_local": "305", "managers": "2", "as_of": "2026-11-20"})
    assert again.status_code == 302
    assert dossier(case.filing).facts["", "managers"].value == {"value": 2}


def test_a_page_with_a_bad_number_keeps_everything_that_was_typed(case: Case, sign_in) -> None:
    browser = sign_in(case.account("coordinator"))
    data = {"version": "0", "insured_local": "三百", "managers": "2", "as_of": "2026-11-20"}
    answer = browser.post(f"/filings/{case.filing.uid}/pages/people", data=data)
    assert answer.status_code == 422
    assert "“本市参保职工”写 0 到 10,000,000 的整数" in answer.text
    assert 'value="三百"' in answer.text
    # As a yearbook writes it, and as large as the largest company of the city.
    size = {"version": "0", "employees": "198,613", "revenue": "40，907，100", "assets": "60 435 200"}
    answer = browser.post(f"/filings/{case.filing.uid}/pages/size", data={**size, "as_of": "2026-11-20"})
    facts = dossier(case.filing).facts
    read = [facts["", key].value["value"] for key in ("employees", "revenue", "assets")]
    assert (answer.status_code, read) == (302, [198613, 40907100, 60435200])


def take_out(case: Case, document) -> None:
    documents.take_out(case.filing, document, actor=case.actor("coordinator"), clock=case.clock)
    db.session.commit()


def test_a_document_is_taken_out_of_a_draft_and_proves_nothing_any_more(case: Case, sign_in) -> None:
    promise, licence = case.upload("promise"), case.upload("licence")
    case.save("people", {"insured_local": 300, "managers": 1}, licence)
    browser = sign_in(case.account("coordinator"))
    page = " ".join(browser.get(f"/filings/{case.filing.uid}").text.split())
    assert "它现在证明：接受监督的承诺。" in page
    assert "它现在证明：本市参保职工、专职评价管理人员。" in page
    for one in (promise, licence):
        answer = browser.post(f"/filings/{case.filing.uid}/documents/{one.uid}/removal")
        assert answer.location.endswith("#documents")
    found = dossier(case.filing)
    assert found.documents == []
    fact = found.facts["", "insured_local"]
    assert (fact.value, fact.source, fact.document_id) == ({"value": 300}, "typed", None)
    page = browser.get(f"/filings/{case.filing.uid}").text
    assert "取下的材料 2 份" in page
    again = browser.post(f"/filings/{case.filing.uid}/documents/{promise.uid}/removal")
    assert (again.status_code, "已由" in again.text) == (409, True)
    query = select(AuditEntry.payload).where(AuditEntry.tag == str(Tag.FILING_DOCUMENT_REMOVED)).order_by(AuditEntry.id)
    assert [one["facts"] for one in db.session.execute(query).scalars()] == [[], ["insured_local", "managers"]]


def test_a_page_that_was_open_when_its_document_went_is_told(case: Case, sign_in) -> None:
    licence = case.upload("licence")
    case.save("people", {"insured_local": 300}, licence)
    seen, step = case.version("people"), f"/filings/{case.filing.uid}/pages/people"
    take_out(case, licence)
    browser = sign_in(case.account("coordinator"))
    data = {"version": str(seen), "insured_local": "300", "document-insured_local": str(licence.uid)}
    assert browser.post(step, data={**data, "as_of": "2026-11-20"}).status_code == 409
    data["version"] = str(case.version("people"))
    answer = browser.post(step, data={**data, "as_of": "2026-11-20"})
    assert (answer.status_code, "licence.pdf”已由" in answer.text) == (409, True)
    assert dossier(case.filing).facts["", "insured_local"].document_id is None


def test_what_was_handed_in_stays_in_that_version_with_its_mark_and_its_bytes(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    promise = next(one for one in dossier(case.filing).documents if one.kind == "promise")
    with pytest.raises(FilingIsClosed):
        take_out(case, promise)  # it is being judged
    db.session.rollback()
    case.read(promise, note="公章清楚")
    receipt, digest = receipts_of(case.filing)[0].content, case.filing.digest
    comments = ({"rule": "filing.enterprise_promise", "subject": "", "text": "换一份"},)
    case.act("returned", "district_bureau", comments=comments)
    draft = case.upload("venue")
    for document in (promise, draft):
        take_out(case, document)
    assert (promise.is_sound, promise.note, promise.read_by is not None) == (True, "公章清楚", True)
    assert (receipts_of(case.filing)[0].content, case.filing.digest) == (receipt, digest)
    assert why(case, "filing.enterprise_promise") == ("missing", "absent")
    at = f"/filings/{case.filing.uid}"
    files = [f"{at}/documents/{one.uid}.file" for one in (promise, draft)]
    reading = f"{at}/documents/{promise.uid}/reading"
    body = sign_in(case.account("coordinator"))
    assert ("取下的材料 2 份" in body.get(at).text, [body.get(one).data for one in files]) == (True, [PDF, PDF])
    office = sign_in(case.account("district_bureau"))
    page = office.get(at).text
    assert ("取下的材料 1 份" in page, "以前交过" in page, "venue.pdf" in page) == (True, True, False)
    assert [office.get(one).status_code for one in files] == [200, 404]
    again = office.post(reading, data={"sound": "yes", "note": ""})
    assert (again.status_code, "已由" in again.text) == (409, True)


def test_figures_of_tomorrow_are_refused(case: Case, sign_in) -> None:
    browser = sign_in(case.account("coordinator"))
    data = {"version": "0", "insured_local": "300", "as_of": "2026-11-24"}
    assert "截止日期不能晚于今天" in browser.post(f"/filings/{case.filing.uid}/pages/people", data=data).text


@pytest.mark.parametrize(
    ("data", "kind", "pages"),
    [(PDF, "pdf", 1), (PDF.replace(b"endobj", b" /Type/Page >"), "pdf", 1), (PNG, "png", 1), (JPEG, "jpeg", 1)],
)
def test_a_document_is_what_is_in_it(data: bytes, kind: str, pages: int) -> None:
    content = read_content(data)
    assert content.format == kind
    assert content.pages >= pages


@pytest.mark.parametrize(
    "data",
    [b"<html><script>alert(1)</script>", b"PK\x03\x04", PDF[:-8], PNG[:-4], JPEG[:-2], b" " + PDF, b"GIF89a", b"%PDF-"],
)
def test_anything_else_is_refused_whatever_its_name_says(case: Case, data: bytes) -> None:
    with pytest.raises(BadDocument):
        case.upload("promise", data)


def test_an_empty_or_too_long_file_is_refused_before_it_is_stored(case: Case) -> None:
    most = rulebook().value("filing.document_bytes_max", today(case.clock))
    with pytest.raises(BadDocument, match="没有选文件"):
        case.upload("promise", b"")
    with pytest.raises(BadDocument) as refused:
        case.upload("promise", b"%PDF-" + b" " * (most - 9) + b"%%EOF")
    assert "21 MB" in refused.value.words
    fits = case.upload("promise", b"%PDF-" + b" " * (most - 10) + b"%%EOF")
    assert fits.size == most


def test_a_document_comes_back_as_it_was_and_never_opens_inside_the_site(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    document = next(one for one in dossier(case.filing).documents if one.kind == "promise")
    answer = sign_in(case.account("district_centre")).get(f"/filings/{case.filing.uid}/documents/{document.uid}.file")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Type"] == "application/pdf"


def test_other_bytes_in_the_store_are_not_given_out(case: Case, sign_in) -> None:
    document = case.upload("promise")
    store().put("documents", document.object_key, PDF + b" ")
    with pytest.raises(Exception, match="与上传时不同"):
        fetch(document, store())
    answer = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}/documents/{document.uid}.file")
    assert answer.status_code == 409


def test_another_body_s_document_is_not_found(case: Case, sign_in, make) -> None:
    document = case.upload("promise")
    stranger = sign_in(make.user("coordinator", make.body()))
    assert stranger.get(f"/filings/{case.filing.uid}/documents/{document.uid}.file").status_code == 404


def test_a_document_counts_once_somebody_else_has_read_it(case: Case) -> None:
    document = case.upload("promise")
    assert why(case, "filing.enterprise_promise") == ("open", "unread")
    case.read(document, is_sound=False, note="没有盖章")
    assert why(case, "filing.enterprise_promise") == ("missing", "unsound")
    case.read(document)
    assert why(case, "filing.enterprise_promise") == ("met", "")


def test_a_fact_rests_on_its_document_and_a_changed_value_is_read_again(case: Case) -> None:
    proof = case.upload("insured_list")
    case.save("people", {"insured_local": 300}, proof)
    assert why(case, "capacity.insured_local_min") == ("open", "unread")
    case.read(proof)
    assert why(case, "capacity.insured_local_min") == ("met", "")
    case.save("people", {"insured_local": 3000}, proof)
    assert why(case, "capacity.insured_local_min") == ("open", "unread")
    case.read(proof, is_sound=False, note="名册只有 300 人")
    assert why(case, "capacity.insured_local_min") == ("missing", "unsound")


def test_a_fact_goes_stale_after_twelve_months(case: Case) -> None:
    proof = case.upload("statistics")
    case.save("entity", {"has_good_credit": True}, proof)
    case.read(proof)
    case.clock.instant += timedelta(days=365)
    assert why(case, "filing.enterprise_credit") == ("met", "")
    case.clock.instant += timedelta(days=1)
    assert why(case, "filing.enterprise_credit") == ("open", "stale")


def test_nobody_reads_what_they_uploaded(case: Case) -> None:
    document = case.upload("promise")
    with pytest.raises(OwnHand):
        case.read(document, role="coordinator")
    db.session.rollback()
    with pytest.raises(IntegrityError, match="read_by_somebody_else"):
        case.make.run_as_owner("UPDATE filing_document SET read_by = uploaded_by, read_at = now(), is_sound = true")


def test_an_unsound_document_needs_a_word_about_it(case: Case) -> None:
    document = case.upload("promise")
    with pytest.raises(Invalid):
        case.read(document, is_sound=False)


def test_a_coordinator_has_no_form_to_mark_a_document_read(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    document = dossier(case.filing).documents[0]
    url = f"/filings/{case.filing.uid}/documents/{document.uid}/reading"
    assert sign_in(case.account("coordinator")).post(url, data={"sound": "yes"}).status_code == 403
    answer = sign_in(case.account("district_centre")).post(url, data={"sound": "yes"})
    assert answer.status_code == 302
    query = select(FilingDocument).where(FilingDocument.uid == document.uid)
    row = db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    assert (row.read_by_name, row.is_sound) == (case.account("district_centre").name, True)


def test_an_upload_by_the_page_stands_in_the_list(case: Case, sign_in) -> None:
    browser = sign_in(case.account("coordinator"))
    form = {"kind": "promise", "file": (io.BytesIO(PDF), "承诺书.exe")}
    answer = browser.post(f"/filings/{case.filing.uid}/documents", data=form, follow_redirects=True)
    assert "承诺书.exe" in answer.text
    assert "还没有人看" in answer.text


def test_an_occupation_comes_and_goes_and_its_figures_are_judged_only_while_it_is_there(case: Case) -> None:
    case.occupation()
    case.save(f"occupation-{ELECTRICIAN}", {"covered_workstations": 9})
    assert why(case, "capacity.min_workstations", ELECTRICIAN) == ("missing", "below")
    from examops.filings.editing import remove_occupation

    options = {"actor": case.actor("coordinator"), "clock": case.clock}
    remove_occupation(case.filing, case.version("occupations"), ELECTRICIAN, **options)
    db.session.commit()
    lines = lines_of(dossier(case.filing), today(case.clock), rulebook())
    assert not [line for line in lines if line.subject]
    case.occupation(levels=("3", "4"))
    assert why(case, "capacity.min_workstations", ELECTRICIAN) == ("missing", "below")

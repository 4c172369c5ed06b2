"""Specifications and work plans on their way through a filing: drafted, handed in, given back, made valid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import store
from examops.filings import gathering
from examops.filings.accepting.choosing import candidate
from examops.filings.digests import digest_of_filing
from examops.filings.editing import begin
from examops.filings.gathering import dossier, lines_of
from examops.filings.judging import condition_of
from examops.filings.models import Filing
from examops.filings.publishing import publish_left_out
from examops.filings.versions import attach, detach
from examops.organisations.directory import DirectoryCard
from examops.organisations.models import BodyOccupation
from examops.public.editions import edition_of
from examops.specifications.editing import begin_plan, begin_specification, save_head, save_level, save_line
from examops.specifications.invariants import publications_unlike_versions
from examops.specifications.models import PublishedSpecification, Specification
from tests.domains.filings.conftest import COUNTED, ENTERPRISE, PAPERS, Case
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
SANDBOX = "default-src 'none'; sandbox"
LEVEL = {
    "text": "从事本职业三年",
    "conditions": [{"line": "a", "needs": [{"need": "work", "years": 3}]}],
    "parts": ["theory", "skill"],
    "minutes": {"theory": 90, "skill": 120},
    "pass_mark": 60,
}


def options(case: Case) -> dict:
    return {"actor": case.actor("coordinator"), "clock": case.clock}


def drafted(case: Case, name: str = "华岭电工评价规范") -> Specification:
    row = begin_specification(case.body, catalogue().by_code[ELECTRICIAN], "enterprise", name, **options(case))
    save_level(row, row.edits, "4", LEVEL, **options(case))
    db.session.commit()
    return row


def put(case: Case, row, *, with_document: bool = True) -> None:
    document = case.upload("specification") if with_document else None
    attach(case.filing, row, document, actor=case.actor("coordinator"))
    db.session.commit()


def refusal(work) -> tuple[str, str]:
    try:
        work()
    except DomainError as error:
        db.session.rollback()
        return error.code, error.clause
    raise AssertionError("was not refused")


def test_the_city_makes_a_version_valid_and_the_directory_names_it(case: Case) -> None:
    row = drafted(case)
    plan = begin_plan(case.body, **options(case))
    line = {"parts": ["skill"], "pass_mark": 60, "carry_over_months": 12, "site": "", "site_name": "", "examiners": 3}
    save_line(plan, 0, ELECTRICIAN, "4", {**line, "proctors": 2}, **options(case))
    put(case, row)
    put(case, plan, with_document=False)
    case.to_city()
    assert (row.state, row.valid, plan.state) == ("submitted", None, "submitted")
    case.act("filed", "city_bureau")
    assert (row.state, plan.state) == ("filed", "filed")
    assert (row.valid.lower, row.valid.upper) == (case.clock.now(), None)
    offers = db.session.execute(select(DirectoryCard.offers)).scalar_one()
    assert [(one["standard"], one["levels"]) for one in offers] == [("华岭电工评价规范（第1版）", ["4"])]
    case.clock.instant += timedelta(days=1)
    case.filing = begin(case.body, "amendment", **options(case))
    newer = begin_specification(case.body, catalogue().by_code[ELECTRICIAN], "enterprise", "电工规范", **options(case))
    assert (newer.version, newer.levels) == (2, row.levels)  # begun from what is in force


def test_an_amendment_may_be_a_new_version_alone(case: Case) -> None:
    """Its body's conditions are judged as ever, no occupation has to be named again."""
    first = make_filed(case)
    case.clock.instant += timedelta(days=1)
    case.filing = begin(case.body, "amendment", **options(case))
    second = drafted(case, "华岭电工评价规范二")
    put(case, second)
    proof = case.upload("statistics")
    for step, values in ENTERPRISE.items():
        if not step.startswith("occupation-"):
            case.save(step, values, proof)
    for kind in PAPERS:
        case.upload(kind)
    case.act("submitted", "coordinator")
    case.read_all()
    for key in COUNTED:
        if not condition_of(key).each:
            case.rule(key, role="district_bureau")
    case.rule("filing.enterprise_selection")
    case.act("reviewed", "district_bureau")
    case.act("filed", "city_bureau")
    assert (first.valid.upper, second.valid.lower, second.valid.upper) == (case.clock.now(), case.clock.now(), None)
    offers = db.session.execute(select(DirectoryCard.offers)).scalar_one()
    assert [one["standard"] for one in offers] == ["华岭电工评价规范二（第2版）"]
    assert db.session.execute(select(BodyOccupation.levels)).scalar_one() == ["4"]


def make_filed(case: Case) -> Specification:
    row = drafted(case)
    put(case, row)
    case.to_city()
    case.act("filed", "city_bureau")
    return row


def test_only_what_was_uploaded_as_a_specification_can_be_its_text(case: Case) -> None:
    """The text is published with the decision: a list of people chosen by mistake would be open to everybody."""
    row, people = drafted(case), case.upload("staff_list")
    assert refusal(lambda: attach(case.filing, row, people, actor=case.actor("coordinator"))) == (
        *("invalid", "市工作方案 一(七)"),
    )
    put(case, row)
    assert row.document_id


def test_a_specification_of_an_occupation_that_is_not_asked_for_is_not_handed_in(case: Case) -> None:
    welder = catalogue().by_code["6-18-02-04"]
    row = begin_specification(case.body, welder, "enterprise", "焊工规范", **options(case))
    save_level(row, row.edits, "4", LEVEL, **options(case))
    put(case, row)
    case.fill()
    assert refusal(lambda: case.act("submitted", "coordinator")) == ("version.incomplete", "市工作方案 一(七)")

    detach(case.filing, row, actor=case.actor("coordinator"))
    case.act("submitted", "coordinator")
    assert (case.filing.state, row.state) == ("submitted", "draft")


def test_without_a_version_an_amendment_names_an_occupation(case: Case) -> None:
    case.filing.kind = "amendment"
    db.session.commit()
    assert refusal(lambda: case.act("submitted", "coordinator")) == ("conflict", "市工作方案 三")


def test_the_kind_of_a_draft_can_be_put_right(case: Case) -> None:
    row = drafted(case)
    save_head(row, row.edits, "改行业", "industry", **options(case))
    assert (row.kind, list(row.levels), row.national_version) == ("industry", ["4"], "")
    save_head(row, row.edits, "用国标", "national", **options(case))
    assert (row.kind, row.levels, row.national_version) == ("national", {}, "2018")


def test_accepting_together_leaves_out_what_nobody_has_read(case: Case) -> None:
    put(case, drafted(case))
    case.fill()
    case.act("submitted", "coordinator")
    case.rule_all()
    for one in [one for one in dossier(case.filing).documents if one.kind != "specification"]:
        case.read(one)
    actor, now = case.actor("district_bureau"), case.clock.now()
    assert "随报版本的材料还没有人看过" in str(candidate(case.filing, actor, DAY.date(), now, rulebook()).why)
    case.read_all()
    assert candidate(case.filing, actor, DAY.date(), now, rulebook()).is_fit


def test_the_digest_covers_the_versions_and_nothing_changes_while_offices_have_them(case: Case, sign_in) -> None:
    row = drafted(case)
    put(case, row)
    case.fill()
    bare = digest_of_filing(dossier(case.filing), DAY.date())
    case.act("submitted", "coordinator")
    office, address = sign_in(case.account("district_bureau")), f"/specifications/{row.uid}"
    assert (address in office.get(f"/filings/{case.filing.uid}").text, office.get(address).status_code) == (True, 200)
    assert row.hash
    assert case.filing.digest == digest_of_filing(dossier(case.filing), DAY.date()) != bare
    assert refusal(lambda: save_head(row, row.edits, "别的", "enterprise", **options(case))) == (
        "version.not_a_draft",
        "市工作方案 一(七)",
    )
    assert refusal(lambda: detach(case.filing, row, actor=case.actor("coordinator")))[0] == "filing.closed"
    comment = {"rule": "filing.enterprise_promise", "subject": "", "text": "补"}
    case.act("returned", "district_bureau", comments=(comment,))
    assert (row.state, row.filing_id) == ("draft", case.filing.id)
    page = office.get(f"/filings/{case.filing.uid}").text
    assert (address in page, "再提交后能看" in page, office.get(address).status_code) == (False, True, 404)
    db.session.rollback()
    case.act("withdrawn", "coordinator")
    assert (row.state, row.filing_id, row.document_id) == ("draft", None, None)


def test_what_a_version_lacks_stops_the_filing_with_its_clause(case: Case) -> None:
    row = drafted(case)
    save_level(row, row.edits, "3", {**LEVEL, "conditions": []}, **options(case))
    put(case, row, with_document=False)
    plan = begin_plan(case.body, **options(case))
    put(case, plan, with_document=False)
    case.fill()
    code, clause = refusal(lambda: case.act("submitted", "coordinator"))
    assert (code, clause) == ("version.incomplete", "市工作方案 一(七)；市工作方案 四(四)")
    detach(case.filing, plan, actor=case.actor("coordinator"))
    save_level(row, row.edits, "3", None, **options(case))
    put(case, row)
    case.act("submitted", "coordinator")
    documents = [one for one in dossier(case.filing).documents if one.kind != "specification"]
    for one in documents:
        case.read(one)
    case.rule_all()
    assert refusal(lambda: case.act("reviewed", "district_bureau"))[0] == "version.unread"


def test_a_specification_says_what_the_catalogue_lacks(make, clock, case: Case, monkeypatch) -> None:
    """No national standard: in the way of a filing unless the enterprise hands in its own specification."""
    from examops.catalogue import FilingAnswer
    from examops.catalogue.filing import Obstacle, Reason
    from examops.catalogue.values import Value

    reasons = (Reason(Obstacle.NO_STANDARD, Value("standard", "", "")),)
    monkeypatch.setattr(gathering, "may_be_filed", lambda *_args: FilingAnswer(reasons))
    case.occupation()

    def outcome() -> str:
        lines = lines_of(dossier(case.filing), DAY.date(), rulebook())
        return next(str(line.outcome) for line in lines if line.rule.key == "filing.catalogue")

    assert outcome() == "missing"
    put(case, drafted(case))
    assert outcome() == "met"
    case.filing.body_kind = "social"
    assert outcome() == "missing"
    db.session.rollback()


def test_two_people_on_one_draft_lose_nothing(case: Case) -> None:
    row = drafted(case)
    save_head(row, row.edits, "甲改的", "enterprise", **options(case))
    db.session.commit()
    assert refusal(lambda: save_level(row, row.edits - 1, "4", None, **options(case)))[0] == "version.overtaken"
    assert refusal(lambda: drafted(case))[0] == "version.one_draft"


def test_an_enterprise_specification_is_refused_to_a_social_organisation(make, clock, case: Case) -> None:
    social = make.body("social")
    options_of = {"actor": case.actor("coordinator"), "clock": clock}
    welder = catalogue().by_code["6-18-02-04"]
    quality = catalogue().by_code["6-31-03-05"]
    assert refusal(lambda: begin_specification(social, welder, "enterprise", "规范", **options_of)) == (
        "version.bad",
        "市工作方案 三(二)",
    )
    assert refusal(lambda: begin_specification(social, quality, "national", "标准", **options_of))[0] == "version.bad"
    assert begin_specification(social, welder, "national", "焊工标准", **options_of).national_version == "2018"


CHANGES = {
    "the content of a filed one": "UPDATE specification SET name = 'x' WHERE state = 'filed'",
    "its beginning": "UPDATE specification SET valid = tstzrange('2020-01-01', NULL) WHERE state = 'filed'",
    "filed without a decision": "UPDATE specification SET state = 'filed', valid = tstzrange(now(), NULL), hash = 'x',"
    " filing_id = (SELECT max(filing_id) FROM specification) WHERE state = 'draft'",
    "a draft that begins as filed": "INSERT INTO specification (uid, body_id, district, occupation_code, kind, name,"
    " national_version, levels, version, state, filing_id, valid, hash, edits, written_by) SELECT gen_random_uuid(),"
    " body_id, district, 'x', kind, name, '', levels, 9, 'filed', filing_id, valid, hash, 0, '' FROM specification"
    " WHERE state = 'filed'",
    "two in force": "UPDATE specification SET occupation_code = occupation_code, valid = valid WHERE state = 'filed';"
    " UPDATE specification SET valid = tstzrange('2026-10-01', NULL) WHERE state = 'filed'",
    "a rule that was published": "UPDATE published_rule SET text = text || 'x', object_key = object_key || 'x'",
    "fees below nothing": "INSERT INTO fee_schedule (uid, body_id, district, version, note, amounts, published_by,"
    " valid) SELECT gen_random_uuid(), id, district, 1, '', '[{\"fen\": -1}]', gen_random_uuid(), '[2026-11-01,)'"
    " FROM body",
    "fees in parts of a fen": "INSERT INTO fee_schedule (uid, body_id, district, version, note, amounts, published_by,"
    " valid) SELECT gen_random_uuid(), id, district, 1, '', '[{\"fen\": 0.5}]', gen_random_uuid(), '[2026-11-01,)'"
    " FROM body",
}


def test_the_database_refuses_what_the_code_would_miss(make, case: Case) -> None:
    make.specification(case.body, since=DAY - timedelta(days=30))
    make.specification(case.body)
    make.published_rule(case.body)
    taken = []
    for name, statements in CHANGES.items():
        try:
            for statement in statements.split(";"):
                db.session.execute(text(statement))
            taken.append(name)
        except IntegrityError:
            pass
        db.session.rollback()
    assert taken == []


def test_a_document_rests_in_the_store_of_filings(case: Case) -> None:
    row = drafted(case)
    put(case, row)
    document = next(one for one in dossier(case.filing).documents if one.id == row.document_id)
    assert store().get("documents", document.object_key).startswith(b"%PDF")
    assert db.session.execute(select(Filing.id)).scalar_one() == row.filing_id


def test_the_document_of_a_filed_version_is_public_and_nothing_else(case: Case, make, client) -> None:
    first = make_filed(case)
    card = db.session.execute(select(DirectoryCard.uid)).scalar_one()
    published = db.session.execute(select(PublishedSpecification)).scalar_one()
    address = f"/directory/{card}/specifications/{published.uid}.file"
    page = client.get(f"/directory/{card}")
    assert address in page.text
    file = client.get(address)
    assert (file.status_code, file.data[:4]) == (200, b"%PDF")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert (file.mimetype, file.headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert (file.headers["Content-Security-Policy"], "public" in file.headers["Cache-Control"]) == (SANDBOX, True)
    assert client.get(address, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    other = make.body()
    make.body_occupation(other, ELECTRICIAN, ("4",))
    foreign = db.session.execute(select(DirectoryCard.uid).where(DirectoryCard.body_id == other.id)).scalar_one()
    draft, plan = make.specification(case.body), make.work_plan(case.body, since=case.clock.now())
    for card_uid, uid in ((foreign, published.uid), *((card, one.uid) for one in (first, draft, plan))):
        assert client.get(f"/directory/{card_uid}/specifications/{uid}.file").status_code == 404
    with pytest.raises(IntegrityError):  # what was published stays
        db.session.execute(text("UPDATE published_specification SET object_key = object_key || 'x'"))
    db.session.rollback()
    assert publications_unlike_versions() == []
    db.session.execute(text("UPDATE published_specification SET valid = tstzrange(lower(valid), now())"))
    assert publications_unlike_versions() == [f"评价规范 {first.uid} 与公开的文本不一致"]
    db.session.rollback()


def test_what_the_release_before_filed_without_publishing_it_is_public_the_next_day(case: Case, make) -> None:
    first = make_filed(case)
    make.run_as_owner("DELETE FROM published_specification")
    assert publications_unlike_versions() == [f"评价规范 {first.uid} 与公开的文本不一致"]
    before = edition_of(DAY).revision
    assert [publish_left_out(), publish_left_out()] == [1, 0]
    assert (publications_unlike_versions(), edition_of(DAY).revision > before) == ([], True)
    db.session.rollback()

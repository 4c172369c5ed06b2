"""Amendments and renewals beside the filing before; copying it; receipts; the whole filing on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.extensions import store
from examops.filings.comparing import changes, compared
from examops.filings.copying import copy_last
from examops.filings.editing import begin
from examops.filings.gathering import dossier
from examops.filings.models import FilingLetter, FilingReceipt
from examops.filings.rulings import look_up
from tests.domains.filings.conftest import Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
WELDER = "6-18-02-04"


def following(case: Case, kind: str) -> Case:
    """The body was filed, and begins the next filing half a year later."""
    case.to_city()
    case.act("filed", "city_bureau")
    case.clock.instant += timedelta(days=180)
    filing = begin(case.body, kind, actor=case.actor("coordinator"), clock=case.clock)
    db.session.commit()
    return replace(case, filing=filing)


def copied(case: Case) -> int:
    options: dict[str, Any] = {"actor": case.actor("coordinator"), "clock": case.clock, "store": store()}
    done = copy_last(case.filing, **options, rules=rulebook(), day=today(case.clock))
    db.session.commit()
    return done


def told(case: Case) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    return {
        (one["what"], one["subject"], one["key"]): (one["before"], one["after"])
        for one in changes(dossier(case.filing))
    }


def test_a_renewal_copied_from_the_last_filing_differs_in_nothing_and_proves_nothing(case: Case) -> None:
    before = dossier(case.filing).filing
    renewal = following(case, "renewal")
    assert renewal.filing.supersedes == before.uid
    assert copied(renewal) == 15
    found = dossier(renewal.filing)
    assert changes(found) == []
    assert len(compared(found)) > 20
    assert {fact.seen_by for fact in found.facts.values()} == {""}
    assert {fact.as_of for fact in found.facts.values()} == {today(case.clock) - timedelta(days=180)}
    assert {one.read_by for one in found.documents} == {None}
    assert store().get("documents", found.documents[0].object_key).startswith(b"%PDF")
    with pytest.raises(Conflict, match="没有这一份还缺的"):
        copied(renewal)


def test_a_renewal_shows_old_and_new_of_every_kind(case: Case) -> None:
    renewal = following(case, "renewal")
    copied(renewal)
    renewal.occupation(levels=("3", "4"))
    renewal.occupation(WELDER, levels=("5",))
    renewal.save("people", {"insured_local": 420})
    renewal.upload("quality")
    found = told(renewal)
    assert found["occupation", ELECTRICIAN, ""] == (
        {"levels": ["4"], "standard": "国家标准 2018"},
        {"levels": ["4", "3"], "standard": "国家标准 2018"},
    )
    assert found["occupation", WELDER, ""][0] is None
    assert found["fact", "", "insured_local"] == (300, 420)
    assert (found["document", "", "quality"][0], len(found["document", "", "quality"][1])) == (None, 1)
    assert set(found) == {
        ("occupation", ELECTRICIAN, ""),
        ("occupation", WELDER, ""),
        ("fact", "", "insured_local"),
        ("document", "", "quality"),
    }


def test_an_amendment_does_not_speak_of_what_it_leaves_out(case: Case) -> None:
    amendment = following(case, "amendment")
    assert copied(amendment) == 12
    amendment.occupation(WELDER, levels=("4",))
    assert set(told(amendment)) == {("occupation", WELDER, "")}


def test_the_decision_letter_cites_what_changed_and_the_pages_show_it(case: Case, sign_in, make) -> None:
    amendment = following(case, "amendment")
    make.work_plan(case.body, since=case.clock.now())  # asked for by then
    url = f"/filings/{amendment.filing.uid}"
    browser = sign_in(case.account("coordinator"))
    assert "照上一次填" in browser.get(url).text
    assert browser.post(f"{url}/copy").status_code == 302
    assert browser.post(f"{url}/copy").status_code == 409
    assert "照上一次填" not in browser.get(url).text.split("</header>")[0]
    db.session.rollback()
    amendment.occupation(levels=("4",))
    proof = amendment.upload("statistics")
    for step, values in {
        "entity": {"is_registered": True, "is_legal_person": True, "has_good_credit": True, "does_training": False},
        "people": {"insured_local": 301, "managers": 1, "experts": 1, "supervisors": 1},
        "size": {"industry": "industry", "employees": 300, "revenue": 2000, "assets": 900},
        f"occupation-{ELECTRICIAN}": {"covered_workstations": 10, "examiners": 3, "applicants": 50},
    }.items():
        amendment.save(step, values, proof)
    amendment.act("submitted", "coordinator")
    # By then a stated number waits for a list, or for an office that looks it up.
    officer, day = amendment.actor("district_bureau"), today(case.clock)
    look_up(amendment.filing, "", "insured_local", 301, "社保系统", day, actor=officer)
    look_up(amendment.filing, ELECTRICIAN, "applicants", 50, "社保系统", day, actor=officer)
    db.session.commit()
    page = sign_in(case.account("district_bureau")).get(f"{url}/changes").text
    for words in ("和上一次对照", "本市参保职工", "300 人", "301 人", "四级", "变动"):
        assert words in page
    amendment.read_all()
    amendment.rule_all()
    amendment.act("reviewed", "district_bureau")
    amendment.act("filed", "city_bureau")
    query = select(FilingLetter).where(FilingLetter.filing_id == amendment.filing.id, FilingLetter.kind == "filed")
    letter = db.session.execute(query).scalar_one()
    assert {"what": "fact", "subject": "", "name": "", "key": "insured_local", "before": 300, "after": 301} in (
        letter.content["changes"]
    )
    page = sign_in(case.account("coordinator")).get(f"{url}/letters/{letter.uid}").text
    assert "与上一次备案相比，变动如下" in page
    assert "→ <b>301 人</b>" in page


def test_a_filing_that_is_handed_in_is_answered_on_the_same_day(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    receipt = db.session.execute(select(FilingReceipt)).scalar_one()
    assert receipt.number == "佛技评收件〔2026〕0001号"
    assert receipt.content["day"] == "2026-11-23"
    assert receipt.content["until"] == "2026-11-30"
    assert receipt.content["digest"] == case.filing.digest.hex()
    assert len(receipt.content["documents"]) == 7
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    assert f"{url}/receipts/{receipt.uid}" in browser.get(url).text
    page = browser.get(f"{url}/receipts/{receipt.uid}").text
    for words in ("收件不等于受理", "2026-11-30", "promise.pdf"):
        assert words in page


def test_the_whole_filing_prints_with_an_index(case: Case, sign_in) -> None:
    case.to_city()
    page = sign_in(case.account("city_bureau")).get(f"/filings/{case.filing.uid}/print").text
    targets = {"main"} ^ {part.split('"')[0] for part in page.split('href="#')[1:]}
    assert len(targets & {part.split('"')[0] for part in page.split('id="')[1:]}) == 8
    for words in ("本市参保职工", "promise.pdf", "择优遴选", "受理通知书", "收件回执", "初审通过"):
        assert words in page

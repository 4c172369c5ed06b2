"""What holds in principle (原则上, 二(一)2): handed in below it, read by the district, excepted by the city by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.rulebook import rulebook, use_decisions
from examops.core.clock import today
from examops.core.database import db
from examops.demo import DECISIONS
from examops.filings.editing import begin
from examops.filings.gathering import dossier, filing_by_uid, lines_of
from examops.filings.judging import judge_stored
from examops.filings.letters import letters_of
from examops.filings.refusals import NotComplete, NotMet
from examops.filings.shown import shown
from tests.domains.filings.conftest import Case, people_of
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
SHARE = "filing.social_assessed_share"
BELOW = [[year, 3501, 1500] for year in range(2021, 2027)]  # 30,006, of which 9,000: 29.99 %
PAPERS = ("finance", "management", "volume_proof", "assessment_unit", "staff_list", "venue", "quality", "promise")


@pytest.fixture
def case(make, clock, settled: None) -> Iterator[Case]:
    use_decisions(DECISIONS)
    body = make.body("social", state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    made = Case(body, filing, people, make, clock)
    made.occupation()
    proof = made.upload("volume_proof")
    made.save("entity", {"is_registered": True, "is_trainer": True, "has_good_credit": True}, proof)
    made.save("experience", {"area": "city", "training_years": 6, "volume_years": BELOW}, proof)
    made.save(f"occupation-{ELECTRICIAN}", {"volume_years": [[2026, 4001, 1999]]}, proof)
    for kind in PAPERS:
        made.upload(kind)
    yield made
    use_decisions(None)


def share(case: Case):
    db.session.rollback()
    found = dossier(filing_by_uid(case.filing.uid))
    return next(line for line in lines_of(found, today(case.clock), rulebook()) if line.rule.key == SHARE)


def test_below_a_limit_in_principle_it_is_handed_in_reviewed_and_filed_by_exception(case: Case, sign_in) -> None:
    (told,) = shown([share(case)], to_office=False)
    assert (told.mark, "可以提交" in told.advice, told.found[:6]) == ("fail", True, "29.9 %")
    case.act("submitted", "coordinator")
    with pytest.raises(NotMet):
        case.act("reviewed", "district_bureau")  # nobody has read what the figures rest on
    db.session.rollback()
    case.read_all()
    page = sign_in(case.account("district_bureau")).get(f"/filings/{case.filing.uid}").text
    assert ("由市人社局决定" in page, f'value="{SHARE}~"' in page) == (True, False)
    case.act("reviewed", "district_bureau")
    case.rule("filing.social_selection")
    with pytest.raises(NotMet):
        case.act("filed", "city_bureau")
    db.session.rollback()
    case.rule(SHARE, "waived")
    case.act("filed", "city_bureau")
    line = share(case)
    letter = letters_of(case.filing)[-1]
    read = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}/letters/{letter.uid}").text
    assert ("准予例外" in read, "评价人数占比（市工作方案 二(一)2） 理由：看过现场和资料" in read) == (True, True)
    assert (line.judged.why, judge_stored(SHARE, "", line.inputs).judged) == ("waived", line.judged)


def test_the_limit_of_each_occupation_does_not_hold_in_principle(case: Case) -> None:
    case.save(f"occupation-{ELECTRICIAN}", {"volume_years": [[2026, 4000, 1999]]})
    with pytest.raises(NotComplete):
        case.act("submitted", "coordinator")


def test_what_was_not_filled_in_is_missing_though_it_may_be_waived(case: Case) -> None:
    case.save("experience", {"area": "city", "training_years": None, "volume_years": BELOW})
    with pytest.raises(NotComplete):
        case.act("submitted", "coordinator")

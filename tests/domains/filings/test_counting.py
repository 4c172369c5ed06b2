"""Figures of people and places: who counts, who not and why, what stands beside, and that a decision keeps them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.core.clock import today
from examops.core.database import db
from examops.filings.counting import count_figures
from examops.filings.digests import digest_of_filing
from examops.filings.gathering import dossier, lines_of
from examops.filings.invariants import verdicts_that_changed
from examops.filings.judging import judge_stored
from examops.filings.models import FilingVerdict
from examops.filings.refusals import NotComplete, NotMet
from examops.sites.models import Camera, CameraCoverage, Workstation, WorkstationOutage
from examops.staff.models import Qualification, StaffMember
from tests.domains.filings.conftest import COUNTED, Case
from tests.factories import DAY, ELECTRICIAN, WELDER

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ON = date(2026, 11, 23)
EXAMINERS = "capacity.examiners_per_occupation_min"


def figure(case: Case, key: str, subject: str = ELECTRICIAN) -> dict[str, Any]:
    db.session.rollback()
    db.session.expire_all()
    return count_figures(case.body.id, dossier(case.filing).occupations, ON)[subject, key]


def whys(found: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["why"] for one in found["who"]}


def line(case: Case, key: str, subject: str = "") -> Any:
    db.session.rollback()
    db.session.expire_all()
    found = lines_of(dossier(case.filing), today(case.clock), rulebook())
    return next(one for one in found if (one.condition.key, one.subject) == (key, subject))


def card(case: Case, member: StaffMember, **columns: Any) -> None:
    row = case.make.session.query(Qualification).filter_by(staff_id=member.id).one()
    for name, value in columns.items():
        setattr(row, name, value)
    case.make.save(row)


def test_examiners_count_by_card_occupation_level_and_once_for_each_human_being(case: Case) -> None:
    case.occupation(levels=("4", "3"))
    make, body = case.make, case.body
    people = {name: make.staff(body, name=name) for name in ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛")}
    senior = make.staff(body, "senior_examiner", name="壬")
    card(case, people["乙"], valid_until=ON - timedelta(days=1))
    card(case, people["丙"], valid_from=ON + timedelta(days=1))
    card(case, people["丁"], occupation_code=WELDER)
    card(case, people["戊"], levels=["5"])
    card(case, people["己"], levels=["3"], valid_until=ON)
    ended = {"printed_until": date(2028, 6, 30), "end_reason": "调离"}
    card(case, people["庚"], valid_until=ON - timedelta(days=1), **ended)
    people["辛"].is_active = False
    make.save(people["辛"])
    user = make.user("examiner", body)
    for one in (senior, make.staff(body, name="壬二")):
        one.user_id = user.id
        make.save(one)
    found = figure(case, "examiners")
    assert whys(found) == {
        "甲": "",
        "乙": "expired",
        "丙": "later",
        "戊": "level",
        "己": "",
        "庚": "ended",
        "辛": "inactive",
        "壬": "",
        "壬二": "twice",
    }
    assert found["value"] == 3


def test_workstations_count_that_fit_work_and_are_seen_by_an_admitted_camera(case: Case) -> None:
    case.occupation()
    make = case.make
    room = make.room(make.site(case.body), stations=6)
    make.camera(room)
    first, other, broken, out, unseen, last = make.stations(room)
    other.occupations, broken.is_usable = [WELDER], False
    make.save(other, broken)
    owner = {"body_id": room.body_id, "district": room.district}
    during = Range(DAY - timedelta(days=1), DAY + timedelta(days=9))
    make.save(WorkstationOutage(**owner, workstation_id=out.id, during=during, reason="检修"))
    mark = make.session.query(CameraCoverage).filter_by(workstation_id=unseen.id).one()
    mark.valid = Range(DAY - timedelta(days=9), DAY)
    make.save(mark)
    found = figure(case, "covered_workstations")
    expected = {first.code: "", broken.code: "unusable", out.code: "outage", unseen.code: "unseen", last.code: ""}
    assert (whys(found), found["value"]) == (expected, 2)
    theory = make.room(make.site(case.body), stations=1, kind="computer")
    make.camera(theory)
    figures = figure(case, "covered_workstations")
    assert (figures["value"], [one["why"] for one in figures["who"]].count("seat")) == (2, 1)
    for camera in make.session.query(Camera):
        camera.admitted_at = None
        make.save(camera)
    assert figure(case, "covered_workstations")["value"] == 0
    assert make.session.query(Workstation).count() == 7


def test_what_is_stated_does_not_count_and_stands_beside_what_does(case: Case, sign_in) -> None:
    case.fill()
    case.save(f"occupation-{ELECTRICIAN}", {"covered_workstations": 10, "examiners": 7, "applicants": 50})
    spare = case.make.staff(case.body, name="何大明")
    card(case, spare, valid_until=date(2026, 11, 1))
    page = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text
    for words in (
        "数出 3 人",
        "填报 7 人，以数出的为准",
        "算数的 3，不算的 1",
        "何大明",
        "证件已到期",
        "等审核部门核对名单",
    ):
        assert words in page
    case.filing.state, case.filing.submitted_at = "returned", DAY  # an office sees what was handed in once
    case.filing.due_on, case.filing.clock_owner = DAY.date(), "coordinator"
    case.make.save(case.filing)
    office = sign_in(case.account("district_bureau")).get(f"/filings/{case.filing.uid}").text
    assert ("何大明" in office, "何*明" in office) == (False, True)
    card(case, case.make.session.query(StaffMember).filter(StaffMember.id < spare.id).all()[-1], kind="proctor")
    with pytest.raises(NotComplete) as refused:
        case.act("submitted", "coordinator")
    db.session.rollback()
    assert "考评人员" in refused.value.words
    assert "监控下的工位" not in refused.value.words


def test_a_check_covers_the_list_that_was_seen(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    office, url = sign_in(case.account("district_bureau")), f"/filings/{case.filing.uid}"
    about = f"{EXAMINERS}~{ELECTRICIAN}"
    seen = figure(case, "examiners")["digest"]
    assert f'value="{seen}"' in office.get(url).text
    form = {"about": about, "outcome": "yes", "reason": "逐人看过", "counted": seen}
    assert office.post(f"{url}/rulings", data=form).status_code == 302
    assert line(case, EXAMINERS, ELECTRICIAN).judged.outcome == "met"
    one = case.make.staff(case.body)
    assert line(case, EXAMINERS, ELECTRICIAN).judged.why == "changed"
    case.rule(EXAMINERS, subject=ELECTRICIAN, role="district_bureau")
    assert line(case, EXAMINERS, ELECTRICIAN).judged.outcome == "met"
    case.rule(EXAMINERS, "no", subject=ELECTRICIAN, role="district_bureau")
    assert line(case, EXAMINERS, ELECTRICIAN).judged.why == "refused"
    assert one.is_active


def test_the_digest_of_a_filing_covers_who_counts(case: Case) -> None:
    case.fill()
    day = today(case.clock)
    case.act("submitted", "coordinator")
    handed_in = case.filing.digest
    assert digest_of_filing(dossier(case.filing), day) == handed_in
    member = case.make.staff(case.body, "internal_supervisor")
    db.session.rollback()
    assert digest_of_filing(dossier(case.filing), day) != handed_in
    card(case, member, valid_until=day - timedelta(days=1))
    db.session.rollback()
    db.session.expire_all()
    assert digest_of_filing(dossier(case.filing), day) == handed_in


def test_a_decided_filing_stands_as_it_was_decided(case: Case, sign_in) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    for member in case.make.session.query(StaffMember):
        member.is_active = False
        case.make.save(member)
    db.session.rollback()
    assert figure(case, "examiners")["value"] == 0
    assert verdicts_that_changed() == []
    page = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text
    assert ("数出 3 人" in page, "缺或不符合 0" in page) == (True, True)


def test_a_filing_of_before_judges_again_by_what_was_stated(case: Case) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    query = select(FilingVerdict).where(FilingVerdict.moment == "decided", FilingVerdict.rule.in_(COUNTED))
    rows = db.session.execute(query).scalars().all()
    assert len(rows) == len(COUNTED)
    for row in rows:
        old = {key: value for key, value in row.inputs.items() if key != "counted"} | {"ruling": None}
        assert judge_stored(row.rule, row.subject, old).outcome == "met", row.rule


def test_the_city_refuses_where_too_few_count_on_the_day_of_the_decision(case: Case) -> None:
    case.to_city()
    member = case.make.session.query(StaffMember).order_by(StaffMember.id.desc()).first()
    member.is_active = False
    case.make.save(member)
    db.session.rollback()
    with pytest.raises(NotMet, match="1 项"):
        case.act("filed", "city_bureau")
    db.session.rollback()

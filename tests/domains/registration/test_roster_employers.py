"""“Is this you?”: an employer written otherwise than the body is registered. Asked once, kept, taken back, logged."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.eligibility import plain_name
from examops.registration.models import EmployerName, Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, workbook
from tests.domains.registration.test_roster_changing import counts, fresh

SHORT, FORMER, ELSEWHERE = "佛山市华岭电器有限公司", "华岭电器（顺德）厂", "广东美好家居制造有限公司"
OTHER, THIRD = "440604199001010034", "440604199001010050"


def agency(name: str, number: str, host: str) -> list[str]:
    row = person(name, number, "劳务派遣", "2024-01-05")
    row[HEAD.index("用工单位")] = host
    return row


ROWS = [HEAD, agency("陈小明", GOOD, SHORT), agency("李国强", OTHER, SHORT), agency("何志兰", THIRD, ELSEWHERE)]


def answered(desk, job_app, clock, roster: Roster, name: str, act: str):
    said = desk[2].post(f"/rosters/{roster.uid}/employers", data={"name": name, "act": act})
    assert said.status_code == 302, said.text
    uid = roster.uid
    db.session.rollback()
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    fresh(roster)
    return desk[2].get(said.location).text


def test_it_asks_for_every_other_name_those_alike_first(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    assert counts(roster) == {"no": 3}
    page = desk[2].get(f"/rosters/{roster.uid}").text

    assert page.index(SHORT) < page.index(ELSEWHERE)
    assert roster.sheet["reading"]["employers"] == [[SHORT, 2, True], [ELSEWHERE, 1, False]]
    assert page.count("名称相近") == 1


def test_yes_is_remembered_for_the_body_and_everybody_is_judged_again(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    page = answered(desk, job_app, clock, roster, SHORT, "ours")
    assert counts(roster) == {"ok": 2, "no": 1}
    assert f"“{SHORT}”算本单位：李婷" in page
    assert "名称相近" not in page

    again = examined(desk, job_app, clock, workbook([HEAD, agency("覃勇", "440604199001010077", f" {SHORT} ")]))
    assert counts(again) == {"ok": 1}
    kept = db.session.execute(select(EmployerName)).scalar_one()
    assert (kept.plain, kept.is_own, str(kept.decided_on)) == (plain_name(SHORT), True, "2026-11-23")


def test_no_is_remembered_too_and_changes_nobody(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    page = answered(desk, job_app, clock, roster, ELSEWHERE, "other")
    assert counts(roster) == {"no": 3}
    assert f"<b>{ELSEWHERE}</b>" not in page
    assert f"<b>{SHORT}</b>" in page


def test_an_answer_is_taken_back_and_both_are_logged(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    answered(desk, job_app, clock, roster, SHORT, "ours")
    page = answered(desk, job_app, clock, roster, SHORT, "undo")

    assert counts(roster) == {"no": 3}
    assert f"<b>{SHORT}</b>" in page
    tags = select(AuditEntry.tag).where(AuditEntry.tag.like("body:employer%")).order_by(AuditEntry.id)
    assert list(db.session.execute(tags).scalars()) == ["body:employer_answered", "body:employer_taken_back"]
    assert db.session.execute(select(EmployerName.id)).first() is None


def test_what_was_changed_on_the_preview_stays_changed(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    desk[2].post(f"/rosters/{roster.uid}/rows/2/team", data={"value": "注塑"})
    answered(desk, job_app, clock, roster, SHORT, "ours")
    row = db.session.execute(select(RosterRow).where(RosterRow.row_number == 2)).scalar_one()

    assert row.cells["values"]["team"] == "注塑"


@pytest.mark.parametrize(
    "written", ["华岭电器(顺德)厂", "华岭电器〔顺德〕厂", "华岭电器 ［顺德］ 厂", "华岭电器【顺德】厂"]
)
def test_brackets_and_blanks_make_no_other_name(desk, job_app, clock, written) -> None:
    roster = examined(desk, job_app, clock, workbook([HEAD, agency("陈小明", GOOD, FORMER)]))
    answered(desk, job_app, clock, roster, FORMER, "ours")
    again = examined(desk, job_app, clock, workbook([HEAD, agency("李国强", OTHER, written)]))

    assert counts(again) == {"ok": 1}
    assert again.sheet["reading"]["employers"] == []


def test_names_of_another_body_and_saved_rosters_are_left_alone(desk, make, sign_in, job_app, clock) -> None:
    stranger = make.user("coordinator", make.body())
    roster = examined(desk, job_app, clock, workbook(ROWS))
    address, form = f"/rosters/{roster.uid}/employers", {"name": SHORT, "act": "ours"}
    fresh(roster).state = "saved"
    db.session.commit()
    assert desk[2].post(address, data=form).status_code == 409
    assert sign_in(stranger).post(address, data=form).status_code == 404
    assert desk[2].post(address, data={"name": SHORT, "act": "?"}).status_code == 422


def test_a_name_that_no_row_has_is_not_kept(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(ROWS))
    desk[2].post(f"/rosters/{roster.uid}/employers", data={"name": "某某公司", "act": "ours"})

    assert db.session.execute(select(EmployerName.id)).first() is None

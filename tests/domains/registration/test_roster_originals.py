"""Originals are confirmed person by person, with reader and day; a tick for everybody is not the only way."""

from __future__ import annotations

from sqlalchemy import select, update

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.eligibility.models import Candidate
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, workbook

OTHER = "440604199001010034"
TWO = [HEAD, person("陈小明", GOOD), person("李国强", OTHER)]


def outcomes(roster: Roster) -> dict[int, str]:
    db.session.rollback()
    db.session.refresh(roster)
    rows = db.session.execute(select(RosterRow).where(RosterRow.roster_id == roster.id)).scalars()
    return {row.row_number: row.outcome for row in rows}


def confirm(desk, roster: Roster, row: int, group: str):
    return desk[2].post(f"/rosters/{roster.uid}/rows/{row}/originals/{group}")


def test_the_person_whose_originals_were_seen_passes_and_nobody_else(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    assert outcomes(roster) == {2: "unclear", 3: "unclear"}

    for group in ("employment", "certificates"):
        assert confirm(desk, roster, 2, group).status_code == 302
    assert outcomes(roster) == {2: "ok", 3: "unclear"}
    assert roster.counts == {"ok": 1, "no": 0, "unclear": 1}
    row = db.session.execute(select(RosterRow).where(RosterRow.row_number == 2)).scalar_one()
    (held,) = row.facts["certificates"]
    assert (held["source"], held["as_of"]) == ("document", {"day": "2026-11-23"})
    assert held["seen_by"].startswith("李婷")
    kept = select(AuditEntry.actor_uid).where(AuditEntry.tag == "roster:original_seen")
    assert len(db.session.execute(kept).all()) == 2


def test_the_page_says_who_saw_which_paper_on_which_day(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    page = desk[2].get(f"/rosters/{roster.uid}?tab=unclear&open=2").text
    assert all(words in page for words in ("我见过用工、社保记录", "我见过原有证书"))

    page = desk[2].get(confirm(desk, roster, 2, "certificates").location).text
    assert "11-23 周一 见过" in page
    assert "我见过原有证书" not in page


def test_somebody_with_a_permit_passes_once_it_was_seen_and_is_saved(desk, job_app, clock) -> None:
    heads = [*HEAD, "证件类型", "性别"]
    rows = [heads, [*person("黄家俊", "H12345678"), "港澳居民来往内地通行证", "男"]]
    roster = examined(desk, job_app, clock, workbook(rows))
    assert outcomes(roster) == {2: "unclear"}
    page = desk[2].get(f"/rosters/{roster.uid}?tab=unclear&open=2").text
    assert "我见过证件" in page
    assert "H12345678" not in page

    assert confirm(desk, roster, 2, "identity").status_code == 302
    assert outcomes(roster) == {2: "ok"}
    desk[2].post(f"/rosters/{roster.uid}/save")
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    db.session.rollback()
    candidate = db.session.execute(select(Candidate)).scalar_one()
    assert (candidate.sex, candidate.born_on) == ("男", None)


def test_a_resident_has_no_other_document_to_look_at(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    assert "我见过证件" not in desk[2].get(f"/rosters/{roster.uid}?tab=unclear&open=2").text


def test_the_first_reader_stays_and_nothing_is_judged_twice(desk, make, sign_in, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    confirm(desk, roster, 2, "certificates")
    first = dict(roster_seen(roster))
    other = sign_in(make.user("coordinator", desk[0], name="何晓敏"))
    assert other.post(f"/rosters/{roster.uid}/rows/2/originals/certificates").status_code == 302

    assert roster_seen(roster) == first
    assert "何晓敏" not in str(first)


def roster_seen(roster: Roster) -> dict:
    db.session.rollback()
    db.session.refresh(roster)
    return roster.sheet["seen"]


def test_an_examination_run_again_and_a_corrected_cell_keep_what_was_seen(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    for group in ("employment", "certificates"):
        confirm(desk, roster, 2, group)
    assert desk[2].post(f"/rosters/{roster.uid}/rows/2/team", data={"value": "注塑"}).status_code == 302
    assert outcomes(roster) == {2: "ok", 3: "unclear"}

    assert desk[2].post(f"/rosters/{roster.uid}/columns").status_code == 302
    uid = roster.uid
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    assert outcomes(roster) == {2: "ok", 3: "unclear"}


def test_another_id_number_is_another_person_whose_papers_nobody_saw(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    for group in ("employment", "certificates"):
        confirm(desk, roster, 2, group)
    corrected = desk[2].post(f"/rosters/{roster.uid}/rows/2/id_number", data={"value": "440604199001010050"})

    assert corrected.status_code == 302
    assert outcomes(roster)[2] != "ok"


def test_a_row_without_an_id_number_names_nobody(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEAD, person("陈小明", "")]), vouched=())
    answer = confirm(desk, roster, 2, "certificates")

    assert answer.status_code == 409
    assert "先改好身份证号" in answer.text


def test_rosters_of_another_body_and_saved_ones_are_left_alone(desk, make, sign_in, job_app, clock) -> None:
    stranger = make.user("coordinator", make.body())
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    address = f"/rosters/{roster.uid}/rows/2/originals/certificates"
    db.session.execute(update(Roster).where(Roster.uid == roster.uid).values(state="saved"))
    db.session.commit()
    assert desk[2].post(address).status_code == 409
    assert sign_in(stranger).post(address).status_code == 404


def test_the_office_reads_names_of_its_own_roster_in_full(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    page = desk[2].get(f"/rosters/{roster.uid}?tab=unclear").text

    assert "陈小明" in page
    assert "李国强" in page
    assert GOOD not in page


def take_back(desk, roster: Roster, row: int, group: str):
    return desk[2].post(f"/rosters/{roster.uid}/rows/{row}/originals/{group}/take-back")


def test_what_was_confirmed_by_mistake_is_taken_back_and_judged_without_it(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    for group in ("employment", "certificates"):
        confirm(desk, roster, 2, group)
    assert outcomes(roster) == {2: "ok", 3: "unclear"}
    assert "take-back" in desk[2].get(f"/rosters/{roster.uid}?tab=ok&open=2").text

    answer = take_back(desk, roster, 2, "employment")
    assert answer.status_code == 302
    assert outcomes(roster) == {2: "unclear", 3: "unclear"}
    assert "我见过用工、社保记录" in desk[2].get(answer.location).text
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "roster:original_taken_back")).scalar_one()
    assert (entry.payload["kind"], entry.payload["seen_on"]) == ("employment", "2026-11-23")
    assert entry.payload["seen_by"].startswith("李婷")
    assert (entry.payload["before"], entry.payload["after"]) == ("ok", "unclear")


def test_taking_back_what_nobody_confirmed_changes_nothing_and_what_was_vouched_for_stays(
    desk,
    job_app,
    clock,
) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO))
    assert take_back(desk, roster, 2, "certificates").status_code == 302
    assert outcomes(roster) == {2: "ok", 3: "ok"}
    assert db.session.execute(select(AuditEntry.id).where(AuditEntry.tag.like("%taken_back"))).first() is None


def test_after_the_save_nothing_is_taken_back(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook(TWO), vouched=())
    confirm(desk, roster, 2, "certificates")
    db.session.execute(update(Roster).where(Roster.uid == roster.uid).values(state="saved"))
    db.session.commit()
    assert take_back(desk, roster, 2, "certificates").status_code == 409

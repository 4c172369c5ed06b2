"""A file imported again, or a newer one, is an update: who is new, changed, the same or gone, and what is written."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility.invariants import verdicts_that_changed
from examops.eligibility.models import Candidate, Credential, Employment, StoredVerdict
from examops.eligibility.rejudging import next_verdicts
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, workbook
from tests.domains.registration.test_roster_changing import change, counts, fresh

OTHER, THIRD = "440604199001010034", "440604199001010050"
THREE = [person("陈小明", GOOD), person("李国强", OTHER), person("何志兰", THIRD)]


def with_cell(row: list[str], head: str, value: str) -> list[str]:
    changed = list(row)
    changed[HEAD.index(head)] = value
    return changed


def imported(desk, job_app, clock, *rows: list[str]) -> Roster:
    roster = examined(desk, job_app, clock, workbook([HEAD, *rows]))
    return save(desk, job_app, clock, roster)


def save(desk, job_app, clock, roster: Roster) -> Roster:
    assert desk[2].post(f"/rosters/{roster.uid}/save").status_code == 302
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    return fresh(roster)


def people() -> dict[str, str]:
    db.session.rollback()
    return {row.name: row.team for row in db.session.execute(select(Candidate)).scalars()}


def test_the_same_file_again_has_nobody_under_no_and_nothing_to_write(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, *THREE)
    again = examined(desk, job_app, clock, workbook([HEAD, *THREE]))
    assert counts(again) == {"same": 3}
    page = desk[2].get(f"/rosters/{again.uid}").text
    assert "已报名，没有变" in page
    assert 'id="row-2"' in page
    assert desk[2].post(f"/rosters/{again.uid}/save").status_code == 409


def test_the_same_people_only_typed_this_time_are_the_same(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, *THREE)
    again = examined(desk, job_app, clock, workbook([HEAD, *THREE]), vouched=())
    assert counts(again) == {"same": 3}


def test_a_newer_file_tells_new_changed_same_and_gone_and_what_will_be_written(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, *THREE[:2], person("覃勇", "440604199001010077"))
    newer = [THREE[0], with_cell(THREE[1], "班组", "注塑"), THREE[2]]
    again = examined(desk, job_app, clock, workbook([HEAD, *newer]))
    assert counts(again) == {"ok": 1, "same": 1, "changed": 1}

    page = desk[2].get(f"/rosters/{again.uid}?tab=changed&open=3").text
    assert "班组" in page
    assert "总装线 → 注塑" in page
    assert "保存时写入" in page
    assert "上次名单里的 1 人这次没有：覃勇" in page
    assert people()["李国强"] == "总装线"

    save(desk, job_app, clock, again)
    assert people() == {"陈小明": "总装线", "李国强": "注塑", "何志兰": "总装线", "覃勇": "总装线"}
    assert len(db.session.execute(select(Application.id)).all()) == 4
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "application:updated")).scalar_one()
    assert entry.payload["fields"] == ["team"]


def test_new_evidence_that_holds_is_added_and_judged_beside_the_verdict_of_before(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    first = verdict_now()
    again = examined(desk, job_app, clock, workbook([HEAD, with_cell(THREE[0], "派遣起始日期", "2014-01-06")]))
    assert counts(again) == {"changed": 1}
    save(desk, job_app, clock, again)
    days = {str(day) for day in db.session.execute(select(Employment.started_on)).scalars()}
    assert days == {"2015-03-01", "2014-01-06"}
    second = verdict_now()
    assert (second.outcome, second.inputs["instead_of"]) == ("ok", str(first.uid))
    assert first.inputs["facts"]["certificates"] == second.inputs["facts"]["certificates"]
    assert len(db.session.execute(select(Credential.id)).all()) == 1  # what stays is on record already
    with job_app.app_context(), transaction(SYSTEM):
        assert verdicts_that_changed(keyring()) == []


def verdict_now() -> StoredVerdict:
    db.session.rollback()
    query = select(StoredVerdict).join(Application, Application.verdict_id == StoredVerdict.id)
    return db.session.execute(query).scalar_one()


def state_of(name: str) -> tuple[str, str]:
    db.session.rollback()
    query = select(Application.state, StoredVerdict.outcome).join(Candidate, Candidate.id == Application.candidate_id)
    query = query.join(StoredVerdict, StoredVerdict.id == Application.verdict_id).where(Candidate.name == name)
    return tuple(db.session.execute(query).one())


def test_who_no_longer_passes_is_told_before_and_listed_after_and_comes_back(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, *THREE[:2])
    elsewhere = with_cell(THREE[0], "参保单位", "广州某某制造有限公司")
    again = examined(desk, job_app, clock, workbook([HEAD, elsewhere, THREE[1]]))
    assert counts(again) == {"changed": 1, "same": 1}
    page = desk[2].get(f"/rosters/{again.uid}?tab=changed&open=2").text
    assert "其中 1 人按新资料不再符合" in page
    assert "本单位 → 广州某某制造有限公司" in page
    assert state_of("陈小明") == ("accepted", "ok")

    save(desk, job_app, clock, again)
    assert state_of("陈小明") == ("draft", "no")
    assert state_of("李国强") == ("accepted", "ok")
    shown = desk[2].get(f"/rosters/{again.uid}").text
    assert "按新资料不再符合，报名改为材料未齐" in shown
    assert "陈小明" in shown
    own_page = desk[2].get(re.search(r"/candidates/[0-9a-f-]{36}", shown)[0]).text
    assert "参保单位填错的，更正并附参保证明" in own_page
    number = db.session.execute(select(Application.number).where(Application.state == "draft")).scalar_one()
    assert payloads("roster:saved")[-1]["falls"] == [number]
    assert [(one["before"], one["after"]) for one in payloads("application:judged_again")] == [("ok", "no")]

    back = imported(desk, job_app, clock, THREE[0])
    assert state_of("陈小明") == ("accepted", "ok")
    assert payloads("roster:saved")[-1]["rises"] == [number]
    assert "按新资料符合了" in desk[2].get(f"/rosters/{back.uid}").text


def payloads(tag: str) -> list[dict]:
    query = select(AuditEntry.payload).where(AuditEntry.tag == tag).order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def test_what_nobody_has_proven_changes_no_verdict_and_says_what_is_missing(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    typed = with_cell(THREE[0], "派遣起始日期", "2014-01-06")
    again = examined(desk, job_app, clock, workbook([HEAD, typed]), vouched=())
    assert counts(again) == {"differs": 1}
    assert "补上证明" in desk[2].get(f"/rosters/{again.uid}?tab=differs&open=2").text


def test_a_sheet_that_says_less_changes_nothing(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    short = [0, 1, 2, 3]
    again = examined(desk, job_app, clock, workbook([[row[at] for at in short] for row in (HEAD, THREE[0])]))
    assert counts(again) == {"same": 1}


def test_a_verdict_that_newer_facts_replaced_is_not_judged_by_corrected_rules(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    first = verdict_now().id
    imported(desk, job_app, clock, with_cell(THREE[0], "派遣起始日期", "2014-01-06"))
    second = verdict_now().id
    with transaction(SYSTEM):
        for verdict in db.session.execute(select(StoredVerdict)).scalars():
            verdict.inputs = {**verdict.inputs, "context": {**verdict.inputs["context"], "rules_known_on": None}}
    with job_app.app_context(), transaction(SYSTEM):
        asked = {row[0].id for row in next_verdicts(rulebook(), 0, 10)}
    assert (first in asked, second in asked) == (False, True)


def test_what_would_not_hold_is_told_and_not_written(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    again = examined(desk, job_app, clock, workbook([HEAD, with_cell(THREE[0], "派遣起始日期", "not a day")]))
    assert counts(again) == {"differs": 1}
    page = desk[2].get(f"/rosters/{again.uid}?tab=differs&open=2").text
    assert "不写入" in page
    assert desk[2].post(f"/rosters/{again.uid}/save").status_code == 409


def test_a_corrected_or_dropped_update_is_judged_again(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, *THREE)
    again = examined(desk, job_app, clock, workbook([HEAD, with_cell(THREE[0], "班组", "注塑"), THREE[1]]))
    assert counts(again) == {"same": 1, "changed": 1}
    desk[2].post(f"/rosters/{again.uid}/rows/2/team", data={"value": "总装线"})
    assert counts(again) == {"same": 2}
    desk[2].post(f"/rosters/{again.uid}/rows/2/team", data={"value": "喷涂"})
    change(desk, again, "drop", 2)
    assert counts(again) == {"same": 1, "dropped": 1}


def test_an_application_withdrawn_meanwhile_writes_nothing(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    again = examined(desk, job_app, clock, workbook([HEAD, with_cell(THREE[0], "班组", "注塑"), THREE[1]]))
    with transaction(SYSTEM):
        db.session.execute(update(Application).values(state="withdrawn"))
    save(desk, job_app, clock, again)
    assert people()["陈小明"] == "总装线"
    assert counts(again) == {"ok": 1, "unclear": 1}
    row = db.session.execute(select(RosterRow).where(RosterRow.roster_id == again.id, RosterRow.row_number == 2))
    assert "报名已经撤回" in str(row.scalar_one().lines[0])


def test_an_application_at_another_body_still_refuses(desk, job_app, clock, make) -> None:
    other = make.body(name="别家公司")
    make.application(make.batch(other), make.candidate(other, id_number=GOOD))
    roster = examined(desk, job_app, clock, workbook([HEAD, THREE[0]]))
    assert counts(roster) == {"no": 1}


def test_a_cell_that_is_empty_this_time_keeps_what_is_on_record_and_its_proof(desk, job_app, clock) -> None:
    imported(desk, job_app, clock, THREE[0])
    less = with_cell(with_cell(THREE[0], "派遣起始日期", ""), "工作地", "佛山南海")
    again = examined(desk, job_app, clock, workbook([HEAD, less]))
    assert counts(again) == {"changed": 1}
    save(desk, job_app, clock, again)
    (spell,) = verdict_now().inputs["facts"]["spells"]
    assert (spell["start"], spell["source"], spell["works_in"]["value"]) == (
        {"day": "2015-03-01"},
        "document",
        "佛山南海",
    )
    assert state_of("陈小明") == ("accepted", "ok")

"""A roster's way: file in, columns recognised, judged, one cell corrected, saved; nothing is lost or half done."""

import html
import io
import json
import re
import uuid

from sqlalchemy import func, select

from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.language import to_json
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate, Employment, StoredVerdict
from examops.eligibility.verdicts import Verdict
from examops.registration.models import Application, ColumnMemory, Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import (
    ACTOR,
    GOOD,
    HEAD,
    LATE,
    PEOPLE,
    WRONG,
    examined,
    saved,
    upload,
    workbook,
)
from tests.statements import counted


def test_people_fall_into_three_tabs(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock)
    assert roster.counts == {"ok": 1, "no": 2, "unclear": 0}


def test_what_is_only_typed_is_unclear_and_never_passes(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEAD, PEOPLE[0]]), vouched=())
    assert roster.counts == {"ok": 0, "no": 0, "unclear": 1}


def test_the_preview_shows_the_clause_the_gap_and_the_cell(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock)
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=3").text
    assert "差 10 天" in page
    assert "市工作方案" in page
    assert "2025-12-05" in page
    assert "黎豪" in page  # of the reader's own body


def test_a_list_reads_what_its_lines_show_and_each_leads_to_its_row(app, desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock)
    with counted(app) as seen:
        page = desk[2].get(f"/rosters/{roster.uid}?tab=no").text
    rows = [one for one in seen if "roster_row.cells" in one]
    assert len(rows) == 1
    assert not any(name in rows[0] for name in ("roster_row.facts", "roster_row.problems", "roster_row.id_sealed"))

    (link, number) = re.search(r'href="([^"]*open=(\d+)#row-\d+)"', page).groups()
    assert link == f"/rosters/{roster.uid}?tab=no&amp;open={number}#row-{number}"
    opened = desk[2].get(html.unescape(link)).text
    assert f'<tr id="row-{number}" class="sel">' in opened
    assert f'href="/rosters/{roster.uid}?tab=no"' in opened  # closed again


def test_no_id_number_stands_in_the_clear_anywhere(desk, job_app, clock) -> None:
    examined(desk, job_app, clock)
    for row in db.session.execute(select(RosterRow)).scalars():
        kept = json.dumps(to_json([row.cells, row.facts, row.lines, row.problems, row.id_masked]), ensure_ascii=False)
        assert not any(number in kept for number in (GOOD, LATE, WRONG))


def test_a_corrected_cell_is_judged_at_once_and_the_counts_follow(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock)
    answer = desk[2].post(f"/rosters/{roster.uid}/rows/3/started_on", data={"value": "2024-01-05"})
    assert answer.status_code == 302
    db.session.refresh(roster)
    assert roster.counts == {"ok": 2, "no": 1, "unclear": 0}


def test_a_wrong_id_number_is_typed_anew(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock)
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=4").text
    assert f"/rosters/{roster.uid}/rows/4/id_number" in page
    assert 'name="value" value=""' in page  # a masked number sent back would be judged as one
    desk[2].post(f"/rosters/{roster.uid}/rows/4/id_number", data={"value": WRONG[:-1] + "0"})
    db.session.refresh(roster)
    assert roster.counts == {"ok": 2, "no": 1, "unclear": 0}


def test_the_columns_are_remembered_for_the_next_file(desk, job_app, clock) -> None:
    examined(desk, job_app, clock)
    memory = db.session.execute(select(ColumnMemory.mapping)).scalar_one()
    assert memory["派遣起始日期"] == "started_on"


def test_saving_makes_candidates_evidence_verdicts_and_applications(desk, job_app, clock) -> None:
    roster = saved(desk, job_app, clock)
    assert roster.state == "saved"
    application = db.session.execute(select(Application)).scalar_one()
    candidate = db.session.execute(select(Candidate)).scalar_one()
    assert (application.state, candidate.name, candidate.sex) == ("accepted", "陈小明", "男")
    assert db.session.execute(select(Employment.source)).scalar_one() == "document"
    assert "已报名 1 人" in desk[2].get(f"/rosters/{roster.uid}").text


def test_a_stored_verdict_judged_again_gives_the_same_outcome(desk, job_app, clock) -> None:
    from dataclasses import replace

    from examops.eligibility.context import Context
    from examops.eligibility.facts import Facts
    from examops.eligibility.rules import judge

    saved(desk, job_app, clock)
    kept = db.session.execute(select(StoredVerdict)).scalar_one()
    facts = replace(Facts.from_json(kept.inputs["facts"]), id_number=GOOD)
    again: Verdict = judge(facts, Context.from_json(kept.inputs["context"]))
    assert str(again.outcome) == kept.outcome
    assert [line["rule_hash"] for line in kept.lines] == [line.rule_hash for line in again.lines]


def test_a_suspended_body_prepares_a_list_and_saves_none(desk, job_app, clock, make) -> None:
    """Of it the directory says that it takes no applications."""
    body, _, browser = desk
    roster = examined(desk, job_app, clock)
    make.run_as_owner("UPDATE body SET state = 'suspended', filed_on = '2020-09-01' WHERE id = :body", body=body.id)
    assert "不能公告批次、保存报名" in browser.get(f"/rosters/{roster.uid}").text
    refused = browser.post(f"/rosters/{roster.uid}/save")
    assert refused.status_code == 409
    assert "名单可以先核对" in refused.text
    make.run_as_owner("UPDATE body SET state = 'filed' WHERE id = :body", body=body.id)
    assert browser.post(f"/rosters/{roster.uid}/save").status_code == 302


def test_a_level_that_a_later_filing_left_out_is_saved_for_nobody(desk, job_app, clock, make) -> None:
    body, _, browser = desk
    roster = examined(desk, job_app, clock, workbook([HEAD, PEOPLE[0]]))
    make.run_as_owner("UPDATE body_occupation SET levels = '{}' WHERE body_id = :body", body=body.id)
    assert browser.post(f"/rosters/{roster.uid}/save").status_code == 302
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    assert db.session.execute(select(func.count(Application.id))).scalar() == 0
    page = browser.get(f"/rosters/{roster.uid}?tab=no&open=2").text
    assert "先办增项备案" in page
    assert "未备案" in page


def test_saving_twice_changes_nothing(desk, job_app, clock) -> None:
    roster = saved(desk, job_app, clock)
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    assert db.session.execute(select(func.count(Application.id))).scalar() == 1


def test_somebody_with_a_live_application_elsewhere_is_told_so_but_not_where(desk, job_app, clock, make) -> None:
    other = make.body(name="别家公司")
    make.application(make.batch(other), make.candidate(other, id_number=GOOD))
    roster = examined(desk, job_app, clock, workbook([HEAD, PEOPLE[0]]))
    assert roster.counts["no"] == 1
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=2").text
    assert "有效报名" in page
    assert "别家公司" not in page


def test_a_gbk_csv_and_a_paste_read_like_the_workbook(desk, job_app, clock) -> None:
    text = "\n".join(",".join(row) for row in [HEAD, *PEOPLE])
    assert examined(desk, job_app, clock, text.encode("gbk"), name="名单.csv").counts["ok"] == 1
    _, batch, client = desk
    paste = "\n".join("\t".join(row) for row in [HEAD, *PEOPLE])
    assert client.post("/rosters/", data={"batch": str(batch.uid), "pasted": paste}).status_code == 302


def test_too_many_rows_are_refused_before_anything_is_kept(desk) -> None:
    rows = "\n".join(["姓名,身份证号", *["陈,1"] * 50_001])
    answer = upload(desk, rows.encode(), name="大.csv")
    assert answer.status_code == 422
    assert "50" in answer.text
    assert db.session.execute(select(func.count(Roster.id))).scalar() == 0


def test_a_cancelled_examination_leaves_no_rows(desk, job_app, clock) -> None:
    answer = upload(desk, workbook([HEAD, *PEOPLE]))
    client = desk[2]
    client.post(answer.location)
    uid = answer.location.split("/")[2]
    assert client.post(f"/rosters/{uid}/cancel").status_code == 302
    with job_app.app_context():
        examine_roster(uuid.UUID(uid), actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    assert db.session.execute(select(func.count(RosterRow.id))).scalar() == 0


def test_the_rows_to_mend_are_a_workbook_with_reasons(desk, job_app, clock) -> None:
    import python_calamine

    roster = examined(desk, job_app, clock)
    answer = desk[2].get(f"/rosters/{roster.uid}/to-mend.xlsx")
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [int(row[0]) for row in rows[1:]] == [3, 4]
    assert all(row[4] for row in rows[1:])


def test_another_bodys_roster_is_not_found(desk, job_app, clock, make, sign_in) -> None:
    roster = examined(desk, job_app, clock)
    stranger = sign_in(make.user("coordinator", make.body()))
    assert stranger.get(f"/rosters/{roster.uid}").status_code == 404
    with transaction(SYSTEM):
        assert db.session.execute(select(func.count(Roster.id))).scalar() == 1

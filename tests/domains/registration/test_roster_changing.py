"""Every cell of the preview can be changed, many rows at once, rows are dropped and taken back, the last change is
undone: each change is logged, and whoever is concerned is judged again at once."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.language import to_json
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, workbook
from tests.domains.registration.test_roster_correcting import (
    HEADS,
    OTHER,
    TWICE,
    TWO_AGENCIES,
    correct,
    own,
    rows_of,
    spell,
)

THIRD = "440604199001010050"
AWAY = [
    HEAD,
    *(person(name, number, "劳务派遣", insured="广州") for name, number in (("陈小明", GOOD), ("李国强", OTHER))),
]
for row in AWAY[1:]:
    row[HEAD.index("工作地")] = "广州"


def change(desk, roster: Roster, act: str, *rows: int, **more: str):
    data = {"act": act, "row": [str(row) for row in rows], **more}
    return desk[2].post(f"/rosters/{roster.uid}/rows", data=data)


def undo(desk, roster: Roster, number: int | None = None):
    fresh(roster)
    number = number or roster.sheet["changes"][-1]["number"]
    return desk[2].post(f"/rosters/{roster.uid}/undo", data={"change": str(number)})


def fresh(roster: Roster) -> Roster:
    db.session.rollback()
    db.session.refresh(roster)
    return roster


def counts(roster: Roster) -> dict[str, int]:
    return {name: count for name, count in fresh(roster).counts.items() if count}


def tags(*wanted: str) -> list[str]:
    found = db.session.execute(select(AuditEntry.tag).order_by(AuditEntry.id)).scalars()
    return [tag for tag in found if tag in wanted]


def test_every_column_that_is_used_can_be_opened_and_changed(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own()]))
    page = desk[2].get(f"/rosters/{roster.uid}?tab=ok&open=2").text
    for _index, _letter, _header, field, *_rest in roster.sheet["layout"]["columns"]:
        if field not in ("", "remark"):
            assert f"field={field}#row-2" in page, field

    page = desk[2].get(f"/rosters/{roster.uid}?tab=ok&open=2&field=insured_in").text
    assert f"/rosters/{roster.uid}/rows/2/insured_in" in page
    assert 'name="value" value="佛山"' in page
    correct(desk, roster, 2, "insured_in", "广州")
    assert rows_of(roster)[2][1]["values"]["insured_in"] == "广州"


def test_a_dropped_duplicate_lets_the_other_row_pass_and_is_not_saved(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWICE]))
    assert counts(roster) == {"no": 2}

    assert change(desk, roster, "drop", 3).status_code == 302
    assert counts(roster) == {"ok": 1, "dropped": 1}
    page = desk[2].get(f"/rosters/{roster.uid}?tab=dropped").text
    assert 'id="row-3"' in page
    assert 'id="row-3"' not in desk[2].get(f"/rosters/{roster.uid}?tab=no").text
    assert tags("roster:row_dropped") == ["roster:row_dropped"]

    desk[2].post(f"/rosters/{roster.uid}/save")
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    db.session.rollback()
    assert len(db.session.execute(select(Application)).all()) == 1


def test_a_row_taken_back_is_judged_as_before(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWICE, own(OTHER)]))
    before = rows_of(roster)
    change(desk, roster, "drop", 3)
    assert change(desk, roster, "restore", 3).status_code == 302
    assert rows_of(roster) == before
    assert counts(roster) == {"no": 2, "ok": 1}
    assert tags("roster:row_dropped", "roster:row_restored") == ["roster:row_dropped", "roster:row_restored"]


def test_a_person_of_several_spells_is_dropped_and_taken_back_whole(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWO_AGENCIES, own(OTHER)]))
    before = rows_of(roster)
    change(desk, roster, "drop", 2)
    assert counts(roster) == {"ok": 1, "dropped": 1}
    change(desk, roster, "restore", 2)
    assert rows_of(roster) == before


@pytest.mark.parametrize(
    ("field", "value"), [("started_on", "2025-12-05"), ("id_number", OTHER), ("insured_in", ""), ("name", "陈大明")]
)
def test_the_last_change_is_undone(desk, job_app, clock, field, value) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWO_AGENCIES, own(OTHER)]))
    before, first = rows_of(roster), dict(roster.counts)
    correct(desk, roster, 2, field, value)
    assert rows_of(roster) != before
    kept = json.dumps(to_json(roster.sheet), ensure_ascii=False)
    assert GOOD not in kept
    assert OTHER not in kept

    assert undo(desk, roster).status_code == 302
    assert rows_of(roster) == before
    assert counts(roster) == {name: count for name, count in first.items() if count}
    assert tags("roster:change_undone") == ["roster:change_undone"]
    assert fresh(roster).sheet["changes"] == []


def test_a_number_cell_is_a_number_again_when_undone(desk, job_app, clock) -> None:
    row = own()
    row[HEAD.index("从事本职业起始日期")] = 42064.25
    roster = examined(desk, job_app, clock, workbook([HEADS, row]))
    before = rows_of(roster)
    correct(desk, roster, 2, "work_since", "2016-01-01")
    undo(desk, roster)
    assert rows_of(roster) == before


def test_changes_are_undone_one_after_the_other_and_none_twice(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    before = rows_of(roster)
    correct(desk, roster, 2, "team", "注塑")
    first = fresh(roster).sheet["changes"][-1]["number"]
    change(desk, roster, "drop", 3)
    answer = undo(desk, roster, first)
    assert answer.status_code == 409
    assert "已经不是最后一处" in answer.text

    undo(desk, roster)
    assert counts(roster) == {"ok": 2}
    undo(desk, roster)
    assert rows_of(roster) == before
    assert undo(desk, roster, first).status_code == 409


def test_a_click_on_an_unchanged_cell_leaves_nothing_to_undo(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own()]))
    correct(desk, roster, 2, "team", "总装线")
    assert fresh(roster).sheet.get("changes", []) == []


def test_many_rows_take_one_value_at_once_and_back(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([*AWAY, person("何志兰", THIRD, insured="广州")]))
    before = rows_of(roster)
    assert counts(roster) == {"no": 2, "ok": 1}

    answer = change(desk, roster, "set", 2, 3, field="works_in", value="佛山")
    assert answer.status_code == 302
    assert counts(roster) == {"ok": 3}
    assert {row[1]["values"]["works_in"] for row in rows_of(roster).values()} == {"佛山"}
    assert "改了 2 人的“工作地”" in desk[2].get(answer.location).text
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "roster:rows_changed")).scalar_one()
    assert (entry.payload["field"], entry.payload["rows"]) == ("works_in", [2, 3])

    undo(desk, roster)
    assert rows_of(roster) == before
    assert counts(roster) == {"no": 2, "ok": 1}


def test_all_people_of_a_reason_are_changed_without_ticking_each(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([*AWAY, person("何志兰", THIRD)]))
    (reason,) = {code for row in rows_of(roster).values() if row[0] == "no" for code in row[3]}
    change(desk, roster, "set", all="1", tab="no", reason=reason, field="team", value="外派组")
    teams = {number: row[1]["values"]["team"] for number, row in rows_of(roster).items()}
    assert teams == {2: "外派组", 3: "外派组", 4: "总装线"}


def test_a_value_that_cannot_be_read_is_told_in_each_row_and_can_be_undone(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    change(desk, roster, "set", 2, 3, field="kind", value="外星人")
    assert counts(roster) == {"no": 2}
    undo(desk, roster)
    assert counts(roster) == {"ok": 2}


def test_people_of_several_spells_keep_the_columns_of_a_spell(desk, job_app, clock) -> None:
    rows = [HEADS, *TWO_AGENCIES, spell("2020-01-01", number=OTHER)]
    roster = examined(desk, job_app, clock, workbook(rows))
    before = rows_of(roster)
    answer = change(desk, roster, "set", 2, 4, field="started_on", value="2019-01-01")
    assert "1 人有几段派遣" in desk[2].get(answer.location).text
    after = rows_of(roster)
    assert after[2] == before[2]
    assert after[4][1]["values"]["started_on"] == "2019-01-01"

    change(desk, roster, "set", 2, 4, field="team", value="注塑")
    assert [one["values"]["team"] for one in rows_of(roster)[2][1]["continued"]] == ["注塑"]


@pytest.mark.parametrize("field", ["id_number", "name", "certificate_number"])
def test_what_differs_from_person_to_person_is_not_set_for_many(desk, job_app, clock, field) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    before = rows_of(roster)
    answer = change(desk, roster, "set", 2, 3, field=field, value="甲")
    assert answer.status_code == 409
    assert "一人一个样" in answer.text
    assert rows_of(roster) == before


def test_nothing_chosen_is_told(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own()]))
    answer = change(desk, roster, "drop")
    assert answer.status_code == 409
    assert "还没有选人" in answer.text


def test_another_examination_keeps_what_was_changed_and_dropped(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), *TWICE[:1], own(OTHER)]))
    correct(desk, roster, 3, "id_number", THIRD)
    correct(desk, roster, 3, "name", "何志兰")
    change(desk, roster, "drop", 4)
    before = rows_of(roster)
    assert counts(roster) == {"ok": 2, "dropped": 1}

    desk[2].post(f"/rosters/{roster.uid}/columns")
    with job_app.app_context():
        examine_roster(roster.uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    assert rows_of(roster) == before
    assert counts(roster) == {"ok": 2, "dropped": 1}
    undo(desk, roster)
    assert counts(roster) == {"ok": 3}


def test_a_saved_roster_and_that_of_another_body_are_left_alone(desk, make, sign_in, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    correct(desk, roster, 2, "team", "注塑")
    before = rows_of(roster)
    with transaction(SYSTEM):
        db.session.execute(update(Roster).where(Roster.uid == roster.uid).values(state="saved"))
    assert change(desk, roster, "drop", 2).status_code == 409
    assert undo(desk, roster).status_code == 409
    assert rows_of(roster) == before
    stranger = sign_in(make.user("coordinator", make.body()))
    data = {"act": "drop", "row": ["2"]}
    assert stranger.post(f"/rosters/{roster.uid}/rows", data=data).status_code == 404
    assert stranger.post(f"/rosters/{roster.uid}/undo", data={"change": "1"}).status_code == 404


def test_a_dropped_row_leaves_the_workbook_of_corrections(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWICE]))
    change(desk, roster, "drop", 2, 3)
    assert counts(roster) == {"dropped": 2}
    page = desk[2].get(f"/rosters/{roster.uid}?tab=dropped").text
    assert "to-mend.xlsx" not in page
    assert db.session.execute(select(RosterRow.outcome)).scalars().all() == ["no", "no"]  # for the release before

"""A correction judges the person, with every row they stand in, exactly as the examination of the whole list did."""

import pytest
from sqlalchemy import delete, select, update

from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Roster, RosterRow
from tests.domains.registration.roster_files import GOOD, HEAD, examined, person, workbook

HEADS = [*HEAD, "派遣结束日期", "备注"]
OTHER = "440604199001010034"
HOST, AGENCY = HEAD.index("用工单位"), HEAD.index("劳务派遣单位")


def spell(start: str, end: str = "", host: str = "", number: str = GOOD) -> list[str]:
    row = [*person("陈小明", number, "劳务派遣", start), end, ""]
    row[HOST] = host
    return row


def own(number: str = GOOD) -> list[str]:
    return [*person("陈小明", number), "", ""]


TWO_AGENCIES = [spell("2024-01-05", "2025-09-30"), spell("2025-10-01")]
TWO_AGENCIES[1][AGENCY] = "佛山市顺德区新源人力资源有限公司"
TWO_HOSTS = [
    spell("2024-01-05", "2026-02-28", host="别的公司"),
    spell("2026-03-01", host="佛山市顺德区华岭电器有限公司"),
]
TWICE = [own(), own()]
CASES = {"two agencies": TWO_AGENCIES, "two hosts": TWO_HOSTS, "a duplicate": TWICE}
OUTCOMES = {"two agencies": {2: "ok"}, "two hosts": {2: "no"}, "a duplicate": {2: "no", 3: "no"}}


def rows_of(roster: Roster) -> dict[int, tuple]:
    """Everything that an examination writes, but for keys that are new each time."""
    db.session.rollback()
    db.session.refresh(roster)
    rows = db.session.execute(select(RosterRow).where(RosterRow.roster_id == roster.id)).scalars()
    return {
        row.row_number: (row.outcome, row.cells, row.facts, row.reasons, row.problems, row.lines, row.shortfall_days)
        for row in rows
    }


def outcomes(roster: Roster) -> dict[int, str]:
    found = {number: row[0] for number, row in rows_of(roster).items()}
    assert {name: count for name, count in roster.counts.items() if count} == {
        name: list(found.values()).count(name) for name in set(found.values())
    }
    return found


def correct(desk, roster: Roster, row: int, field: str, value: str):
    return desk[2].post(f"/rosters/{roster.uid}/rows/{row}/{field}", data={"value": value})


def shown(roster: Roster, row: int, field: str) -> str:
    """What the page puts into the box of a cell."""
    column = next(one for one in roster.sheet["layout"]["columns"] if one[3] == field)
    return "" if field == "id_number" else rows_of(roster)[row][1]["raw"][column[0]]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("field", ["started_on", "team", "id_number", "certificate_number"])
def test_judging_again_without_a_change_changes_nothing(desk, job_app, clock, case, field) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *CASES[case]]))
    before = rows_of(roster)
    assert outcomes(roster) == OUTCOMES[case]
    for row in before:
        assert correct(desk, roster, row, field, shown(roster, row, field)).status_code == 302
    assert rows_of(roster) == before
    assert outcomes(roster) == OUTCOMES[case]


@pytest.mark.parametrize("case", CASES)
def test_a_cell_that_decides_nothing_leaves_the_outcome(desk, job_app, clock, case) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *CASES[case]]))
    correct(desk, roster, 2, "team", "注塑二车间")
    assert outcomes(roster) == OUTCOMES[case]
    assert rows_of(roster)[2][1]["values"]["team"] == "注塑二车间"


def test_numbers_stay_numbers_when_judged_again(desk, job_app, clock) -> None:
    """A day with its time as a bare number: its text reads as no day."""
    row = own()
    row[HEAD.index("从事本职业起始日期")] = 42064.25
    roster = examined(desk, job_app, clock, workbook([HEADS, row]))
    before = rows_of(roster)
    correct(desk, roster, 2, "team", "总装线")
    assert rows_of(roster) == before
    assert outcomes(roster) == {2: "ok"}


def test_a_duplicate_given_its_own_number_makes_two_people(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWICE]))
    correct(desk, roster, 3, "id_number", OTHER)
    assert outcomes(roster) == {2: "ok", 3: "ok"}


def test_a_number_corrected_to_somebody_elses_is_a_duplicate_in_both_rows(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    assert outcomes(roster) == {2: "ok", 3: "ok"}
    correct(desk, roster, 3, "id_number", GOOD)
    assert outcomes(roster) == {2: "no", 3: "no"}


def test_spells_part_and_join_again(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWO_AGENCIES]))
    before = rows_of(roster)
    correct(desk, roster, 2, "started_on", "2025-10-01")  # both on one day: a duplicate
    assert outcomes(roster) == {2: "no", 3: "no"}
    answer = correct(desk, roster, 3, "ended_on", "2025-11-01")
    assert answer.location.endswith("#row-3")
    correct(desk, roster, 3, "ended_on", "")
    answer = correct(desk, roster, 2, "started_on", "2024-01-05")
    assert answer.location.endswith("#row-2")
    assert rows_of(roster) == before
    assert outcomes(roster) == {2: "ok"}


def test_a_row_that_becomes_a_spell_of_another_leads_to_that_one(desk, job_app, clock) -> None:
    same_day = [TWO_AGENCIES[0], spell("2024-01-05")]
    roster = examined(desk, job_app, clock, workbook([HEADS, *same_day]))
    assert outcomes(roster) == {2: "no", 3: "no"}
    answer = correct(desk, roster, 3, "started_on", "2025-10-01")
    assert answer.location.endswith("open=2#row-2")
    assert outcomes(roster) == {2: "ok"}
    assert desk[2].get(answer.location).status_code == 200


def test_spells_examined_before_their_rows_were_kept_are_not_judged_alone(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, *TWO_AGENCIES]))
    row = db.session.execute(select(RosterRow)).scalar_one()
    older = {name: value for name, value in row.cells.items() if name not in ("continued", "numbers")}
    with transaction(SYSTEM):
        db.session.execute(update(RosterRow).values(cells=older))
    answer = correct(desk, roster, 2, "team", "注塑二车间")
    assert answer.status_code == 409
    assert "再核对一次" in answer.text
    assert outcomes(roster) == {2: "ok"}


def test_somebody_elses_rows_are_left_alone(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEADS, own(), own(OTHER)]))
    with transaction(SYSTEM):
        db.session.execute(delete(RosterRow).where(RosterRow.row_number == 3))
    correct(desk, roster, 2, "team", "注塑二车间")
    assert set(rows_of(roster)) == {2}

"""A whole roster: every fault of every row at once, doubles, spells in several rows, what is on record."""

import io
import json
from datetime import date

import pytest
import python_calamine

from examops.eligibility.facts import Fact, Facts, Source
from examops.eligibility.roster import Evidence, PeopleOnRecord, examine, guess_columns, read_file, read_text
from examops.eligibility.roster.export import reasons, reasons_workbook, summary, values_to_json
from examops.eligibility.roster.wording import OF_LISTS, WORDS, word_cell, word_cell_at
from examops.eligibility.rules import judge, judge_stored, stored_inputs
from examops.eligibility.verdicts import Decision, Outcome
from tests.domains.eligibility.people import an_id, line_of, spell
from tests.domains.eligibility.sheets import HEADERS, codes, examined, roster_context, xlsx

ONE, TWO = an_id(), an_id(sequence="002")
PROVEN = dict.fromkeys(
    ("kind", "started_on", "insured_in", "insured_by", "works_in", "certificate_level", "work_since"),
    Evidence(Source.DOCUMENT, date(2026, 11, 1), "李婷"),
)
WIDE = (*HEADERS, "原证书等级", "发证日期", "从事本职业起始日期")


def a_row(number=ONE, name="何志兰", start="2024-01-01", *, kind="劳务派遣", level="四级", **changes):
    row = [name, number, kind, "电工", level, start, "佛山", "顺德", "五级", "2020.1.1", "2018年1月1日"]
    for at, value in changes.items():
        row[int(at[1:])] = value
    return row


def test_an_eligible_person_is_eligible_only_with_proof():
    typed = examined([WIDE, a_row()])
    proven = examined([WIDE, a_row()], evidence=PROVEN)

    assert (typed.counts(), proven.counts()) == ({"ok": 0, "no": 0, "unclear": 1}, {"ok": 1, "no": 0, "unclear": 0})


def test_every_fault_of_a_row_is_told_with_its_place_and_value():
    result = examined([["标题"], WIDE, a_row(), a_row(440606199001010010, "王2", "25.12.5", level="九级", c3="电竞")])
    row = result.rows[1]

    assert (row.row_no, row.outcome) == (4, Decision.NO)
    assert [(cell.letter, cell.code) for cell in row.errors] == [
        ("A", "name.digits"),
        ("B", "id.lost_digits"),
        ("D", "occupation.unknown"),
        ("E", "level.unknown"),
        ("F", "day.short_year"),
    ]
    assert word_cell_at(row.errors[4]) == "第 4 行 F 列 派遣起始日期“25.12.5”：年份须写四位"


def test_a_missing_name_number_occupation_or_level_is_told():
    row = examined([WIDE, ["", "", "劳务派遣", "", "", "2024-01-01"]]).rows[0]

    assert codes(row) == ["name.missing", "id_number.missing", "occupation.missing", "level.missing"]
    assert row.verdict is None


def test_what_the_sheet_does_not_say_comes_from_the_batch():
    result = examined(
        [["姓名", "身份证号"], ["何兰", ONE]],
        default_occupation="6-31-01-03",
        default_level="4",
        default_kind="employee",
    )
    row = result.rows[0]

    assert (row.occupation_code, row.level, row.facts.kind.value) == ("6-31-01-03", "4", "employee")


def test_a_soft_fault_leaves_a_person_unclear():
    result = examined([[*WIDE, "手机"], [*a_row(), "138"]], evidence=PROVEN)

    assert (codes(result.rows[0]), result.rows[0].outcome) == (["telephone.unreadable"], Decision.UNCLEAR)


def test_a_person_who_stands_twice_is_told_in_both_rows():
    result = examined([WIDE, a_row(kind="正式工"), a_row(TWO), a_row(kind="正式工")])

    assert [codes(row) for row in result.rows] == [["row.double"], [], ["row.double"]]
    assert [row.errors[0].params["other_row"] for row in (result.rows[0], result.rows[2])] == [4, 2]


def test_one_number_with_two_names_is_told_in_both_rows():
    result = examined([WIDE, a_row(), a_row(name="何志豪")])

    assert [codes(row) for row in result.rows] == [["id.two_names"], ["id.two_names"]]


def test_one_person_may_apply_for_two_levels():
    assert [codes(row) for row in examined([WIDE, a_row(), a_row(level="五级")]).rows] == [[], []]


def test_the_spells_of_an_agency_worker_may_stand_in_several_rows():
    headers = (*WIDE, "派遣单位", "派遣结束日期")
    first, second = [*a_row(start="2025-03-01"), "甲人力", "2026-06-30"], [*a_row(start="2026-07-01"), "乙人力", "至今"]
    result = examined([headers, first, second], evidence=PROVEN)

    assert (result.rows[1].continued_in, result.counts()) == (2, {"ok": 1, "no": 0, "unclear": 0})
    assert line_of(result.rows[0].verdict, "agency.year").params["agencies"] == 2


def test_what_is_on_record_completes_what_is_typed():
    record = Facts("", "", spells=(spell(date(2024, 1, 1), host="乙电器有限公司"),))
    known = {ONE: PeopleOnRecord(record, {("6-31-01-03", "4"): 1})}
    row = examined([WIDE, a_row()], known=known).rows[0]

    assert line_of(row.verdict, "agency.one_host").outcome is Outcome.UNCLEAR
    assert line_of(row.verdict, "application.one").outcome is Outcome.FAIL


def test_an_official_record_wins_over_the_same_day_typed():
    proven = Facts("", "", work_since=Fact(date(2018, 1, 1), Source.OFFICIAL), spells=(spell(date(2024, 1, 1)),))
    row = examined([WIDE, a_row()], known={ONE: PeopleOnRecord(proven)}).rows[0]

    assert line_of(row.verdict, "agency.year").outcome is Outcome.PASS


def test_only_what_the_body_is_filed_for():
    result = examined([WIDE, a_row(), a_row(TWO, level="三级")], offered=frozenset({("6-31-01-03", "4")}))

    assert [any(line.code == "body.not_filed" for line in row.verdict.lines) for row in result.rows] == [False, True]


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_sheet():
    result = examined([WIDE, a_row(), [None], [None], a_row(TWO)])

    assert [row.row_no for row in result.rows] == [2, 5]


def test_a_paste_and_a_workbook_give_the_same_verdicts():
    rows = [WIDE, a_row(), a_row(TWO, start="2025.12.5")]
    pasted = read_text("\n".join("\t".join(map(str, row)) for row in rows))
    result = examine(pasted, guess_columns(pasted), roster_context())

    assert [row.verdict for row in result.rows] == [row.verdict for row in examined(rows).rows]


def test_students_of_a_college():
    headers = ["姓名", "身份证号", "学号", "班级", "专业", "入学日期", "毕业日期"]
    rows = [headers, ["陈勇", ONE, "20240101", "电气2401", "电气自动化", "2024.9", "2027.6"]]
    result = examined(
        rows,
        body_kind="college",
        body_name="佛山市技师学院",
        default_kind="student",
        default_occupation="6-31-01-03",
        default_level="4",
        evidence={"enrolled_on": Evidence(Source.OFFICIAL)},
    )
    verdict = result.rows[0].verdict

    assert line_of(verdict, "student.enrolled").outcome is Outcome.PASS
    assert line_of(verdict, "level.graduation").found["until"] == "2027-06-30"


def test_each_row_can_be_judged_again_from_what_is_stored():
    result = examined([WIDE, a_row(), a_row(TWO, start="2025-12-05")])
    for row in result.rows:
        where = result.contexts[(row.occupation_code, row.level)]
        assert judge(row.facts, where) == row.verdict
        assert judge_stored(json.loads(json.dumps(stored_inputs(row.facts, where)))) == row.verdict
        assert json.dumps(values_to_json(row.values))


def test_progress_is_told_and_ends_at_all():
    told = []
    table = read_file(xlsx([WIDE, *[a_row(an_id(sequence=f"{n:03d}"), start="2024-01-01") for n in range(30)]]))
    examine(table, guess_columns(table), roster_context(), progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (30, 30)


def test_the_rows_to_mend_come_back_as_a_workbook():
    rows = [WIDE, a_row(start="2025-12-05"), a_row(TWO), a_row("123", "=cmd()", level="九级")]
    result = examined(rows)
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(reasons_workbook(result.corrections())))
    lines = sheet.get_sheet_by_index(0).to_python()

    assert [line[0] for line in lines[1:]] == [2, 3, 4]
    assert (
        "✗ 劳务派遣在本企业满一年：11 个月 20 天，表中填报：2025-12-05 起，算到 2026-11-25，限 ≥ 1 年，差 10 天"
        in lines[1][8]
    )
    assert lines[3][1] == "=cmd()"
    assert "等级认不出来" in lines[3][8]
    assert lines[1][7:10:2] == ["不符合", "2026-12-05 起可报"]


def test_reasons_and_summary_name_the_worst_first():
    row = examined([WIDE, a_row(start="25.1.1", level="九级")]).rows[0]

    assert summary(row) == "第 2 行 E 列 等级“九级”：等级认不出来，填五级至一级；另 1 处有误"
    assert len(reasons(row)) == 2


@pytest.mark.parametrize("code", [*WORDS, *OF_LISTS])
def test_every_code_has_words(code):
    from examops.eligibility.roster import Cell

    params = {
        "other_row": 3,
        "day": "1899-01-01",
        "first": 1940,
        "last": 2100,
        "years": 99.0,
        "year": 2022,
        "default": "三级",
        "marks": "␀",
        "found": "1",
        "expected": "X",
        "length": 17,
        "division": "99",
        "province": "广东",
        "digits": "19991331",
    }
    assert "{" not in str(word_cell(Cell(2, "A", "", "name", "x", code, True, params)))

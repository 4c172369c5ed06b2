"""What is no person is passed over and told; what a page's choice fills in is told; nobody is passed over."""

import pytest

from examops.eligibility.roster import examine, guess_columns, read_file, read_sheet
from examops.eligibility.roster.wording import word_cell_at
from examops.eligibility.verdicts import Decision
from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import codes, examined, roster_context
from tests.sheets.books import xlsx

ONE, TWO = an_id(), an_id(sequence="002")
HEAD = ["序号", "姓名", "身份证号", "报考职业", "等级", "派遣单位"]


def sheet_of(rows, **options):
    table = read_file(xlsx({"名单": [HEAD, *rows]}, **options))
    return table, guess_columns(table)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["合计", "2人"], "total"),
        ([None, "小计", 2], "total"),
        (["总计：2人"], "total"),
        (["共2人"], "total"),
        (["制表人：张三", None, "审核人：李四"], "signature"),
        (["填表人：张三　联系电话：13800000000　日期：2026年11月1日"], "signature"),
        (["单位（盖章）："], "signature"),
        (["注：以上人员均为一线员工"], "signature"),
        (HEAD, "header"),
        ([3, "合兰", TWO], ""),
        ([3, "", TWO], ""),
        ([3, "何兰", ""], ""),
        (["注：新人", "何兰", TWO], ""),
        ([3, "", "", "电工"], ""),
    ],
)
def test_lines_that_are_no_people_are_passed_over_and_counted(cells, kind):
    table, columns = sheet_of([[1, "何兰", ONE], cells])
    found = read_sheet(table, columns)
    assert [line.kind for line in found.skipped] == ([kind] if kind else [])
    assert [row.row_no for row in found.rows] == ([2] if kind else [2, 3])


def test_a_line_that_is_passed_over_is_quoted_as_the_sheet_shows_it():
    table, columns = sheet_of([[1, "何兰", ONE], ["合计", 1.0]])
    assert read_sheet(table, columns).skipped[0].text == "合计 1"


def test_hidden_rows_are_left_out_until_they_are_asked_for():
    table, columns = sheet_of([[1, "何兰", ONE], [2, "离职", TWO]], hidden_rows=(3,))
    found = read_sheet(table, columns)
    assert ([row.row_no for row in found.rows], found.skipped[0].kind) == ([2], "hidden")
    assert len(read_sheet(table, columns, with_hidden=True).rows) == 2


def test_merged_cells_count_for_everybody_under_them():
    rows = [[1, "何兰", ONE, "电工", "四级", "甲人力"], [2, "陈勇", TWO]]
    table, columns = sheet_of(rows, merged=("D2:D3", "E2:E3", "F2:F3"))
    context = roster_context(default_occupation="6-18-02-04", default_level="3")
    second = examine(table, columns, context).rows[1]
    assert (second.occupation_code, second.level, second.values["agency"]) == ("6-31-01-03", "4", "甲人力")
    assert codes(second) == []


def test_a_header_merged_over_two_rows_is_one():
    table = read_file(xlsx({"名单": [["姓名", "身份证号"], [None, "", "x"], ["何兰", ONE]]}, merged=("A1:A2", "B1:B2")))
    assert guess_columns(table).first_row == 3


def test_an_empty_cell_that_the_pages_choice_fills_is_told_and_never_passes():
    rows = [
        ["姓名", "身份证号", "报考职业", "等级", "用工形式"],
        ["何兰", ONE, "电工", "四级", "正式"],
        ["陈勇", TWO, "", "", ""],
    ]
    defaults = {"default_occupation": "6-31-01-03", "default_level": "3", "default_kind": "employee"}
    first, second = examined(rows, **defaults).rows
    assert codes(first) == []
    assert codes(second) == ["occupation.defaulted", "level.defaulted", "kind.defaulted"]
    assert second.outcome is not Decision.OK
    assert "三级" in str(word_cell_at(second.errors[1]))


def test_a_column_that_nobody_has_filled_in_is_as_none():
    rows = [["姓名", "身份证号", "报考职业", "等级"], ["何兰", ONE, "", ""]]
    row = examined(rows, default_occupation="6-31-01-03", default_level="4", default_kind="employee").rows[0]
    assert (codes(row), row.level) == ([], "4")


def test_an_open_quote_is_told_in_its_cell():
    row = examined(
        [["姓名", "身份证号", "班组"], ["何兰", ONE, '"大力']], default_occupation="6-31-01-03", default_level="4"
    ).rows[0]
    assert codes(row) == ["quote.open"]


def test_numbers_of_a_workbook_that_counts_from_1904():
    table = read_file(xlsx({"名单": [["姓名", "身份证号", "入职日期"], ["何兰", ONE, 44534]]}, from_1904=True))
    row = read_sheet(table, guess_columns(table)).rows[0]
    assert row.values["started_on"].isoformat() == "2025-12-05"

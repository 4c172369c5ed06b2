"""Hidden rows, merged cells, the date system of 1904 and stray quotes, in every format that has them."""

from datetime import date

import pytest

from examops.eligibility.roster import Limits, read_file, read_text
from tests.domains.eligibility.biff import xls
from tests.sheets.books import ods, xlsb, xlsx

HEAD = ["姓名", "职业", "号"]
ROWS = [HEAD, ["甲", "焊工", "1"], ["乙", None, "2"], ["丙", None, "3"], ["丁", "电工", "4"]]
FILLED = ["职业", "焊工", "焊工", "焊工", "电工"]


def text(rows):
    return [[cell or "" for cell in row] for row in rows]


WRITERS = {
    "xlsx": lambda: xlsx({"名单": ROWS}, hidden_rows=(3, 5), merged=("B2:B4",)),
    "xls": lambda: xls({"名单": ROWS}, hidden_rows=(3, 5), merged=((1, 3, 1, 1),)),
    "ods": lambda: ods(text(ROWS), hidden_rows=(3, 5), deep={(1, 1): 3}),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_hidden_rows_are_told_and_a_merged_cell_counts_for_the_rows_it_covers(kind):
    table = read_file(WRITERS[kind]())
    assert table.hidden_rows == (3, 5)
    assert [row[1] for row in table.rows] == FILLED
    assert table.filled_rows == (3, 4)


def test_hidden_rows_and_the_date_system_of_a_binary_workbook():
    table = read_file(xlsb([*ROWS[:2], ["乙", "电工", 44534]], hidden_rows=(3,), from_1904=True))
    assert (table.hidden_rows, table.from_1904) == ((3,), True)
    assert table.rows[2] == ["乙", "电工", 44534.0]
    assert read_file(xlsb(ROWS)).from_1904 is False


@pytest.mark.parametrize("from_1904", [True, False])
def test_the_date_system_is_handed_on_and_true_days_are_the_same(from_1904):
    serial = 45996 - 1462 * from_1904
    table = read_file(xlsx({"名单": [["日期"], [serial], [date(2025, 12, 5)]]}, from_1904=from_1904))
    assert (table.from_1904, table.rows[1:]) == (from_1904, [[serial], [date(2025, 12, 5)]])
    assert read_file(xls({"名单": [["日期"], [serial]]}, from_1904=from_1904)).from_1904 is from_1904


def test_a_row_number_may_be_left_out_and_the_prefix_may_be_any():
    from tests.domains.eligibility.sheets import SHEET, changed

    data = xlsx({"名单": ROWS}, hidden_rows=(3,))
    plain = changed(data, SHEET, lambda xml: b"".join(xml.split(b' r="3"', 1)))
    assert read_file(plain).hidden_rows == (3,)


def test_a_merged_cell_that_covers_empty_rows_makes_no_people():
    table = read_file(xlsx({"名单": [HEAD, ["甲", "焊工", "1"], [], [], ["合计"]]}, merged=("B2:B5",)))
    assert table.rows[2:4] == [["", "", ""], ["", "", ""]]
    assert table.filled_rows == (5,)


def test_a_sheet_larger_than_a_piece_of_its_part():
    rows = [[f"甲{n}", "x" * 30, n] for n in range(30_000)]
    table = read_file(xlsx({"名单": rows}, hidden_rows=(2, 15_000, 29_999)))
    assert table.hidden_rows == (2, 15_000, 29_999)


PEOPLE = "姓名\t职业\t号\n甲\t{}\t1\n乙\t电工\t2\n丙\t焊工\t3\n"


@pytest.mark.parametrize("mark", ['"大力', '"', '"x"y', '""x'])
def test_a_quote_that_is_never_closed_swallows_nobody(mark):
    table = read_text(PEOPLE.format(mark))
    assert [row[0] for row in table.rows] == ["姓名", "甲", "乙", "丙"]
    assert table.rows[1][1] == mark
    assert table.stray_quotes == ((2, 1),)


def test_two_stray_quotes_do_not_swallow_the_people_between_them():
    table = read_text(PEOPLE.format('"大力').replace("焊工", '焊"'))
    assert [row[0] for row in table.rows] == ["姓名", "甲", "乙", "丙"]
    assert table.stray_quotes == ((2, 1),)


def test_a_cell_with_a_line_break_and_a_separator_is_kept_and_told():
    table = read_text('姓名,职业,号,备注\n甲,电工,1,"一\n二,三"\n乙,电工,2,\n')
    assert table.rows[1] == ["甲", "电工", "1", "一\n二,三"]
    assert [row[0] for row in table.rows] == ["姓名", "甲", "乙"]
    assert table.stray_quotes == ((2, 3),)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_rfc_4180_says(end):
    rows = ['姓名,"职,业",号', '"甲""乙""",电工,1', '"",,']
    table = read_text(end.join(rows) + end)
    assert table.rows == [["姓名", "职,业", "号"], ['甲"乙"', "电工", "1"]]
    assert table.stray_quotes == ()


BLANKS = ["60000 lines", "60000 commas", "16000 columns", "a blank far right", "a blank far below"]


@pytest.mark.parametrize("case", BLANKS)
def test_blanks_far_away_do_not_matter(case):
    table = {
        "60000 lines": lambda: read_text("姓名,号\n甲,1\n" + "\n" * 60_000),
        "60000 commas": lambda: read_text("姓名,号\n甲,1\n" + ", ,\n" * 60_000),
        "16000 columns": lambda: read_text("姓名,号\n甲,1" + "," * 16_383 + " \n"),
        "a blank far right": lambda: read_file(xlsx({"名单": [["姓名", "号"], ["甲", 1, *[None] * 300, " "]]})),
        "a blank far below": lambda: read_file(xlsx({"名单": [["姓名", "号"], ["甲", 1], *[[]] * 59_997, [" "]]})),
    }[case]()
    limit = Limits.of()
    assert len(table.rows) == 2
    assert max(map(len, table.rows)) <= limit.columns


def test_content_far_below_in_a_text_is_told_with_its_place():
    from examops.eligibility.roster.refusals import RosterHasFarCells

    with pytest.raises(RosterHasFarCells) as refusal:
        read_text("姓名,号\n甲,1\n" + "\n" * 60_000 + "x\n")
    assert refusal.value.params["cell"] == "A60003"

"""Files and pastes: formats, encodings, limits, header, columns."""

import dataclasses
from datetime import date

import pytest

from examops.eligibility.roster import Limits, column_letter, guess_columns, read_file, read_text
from examops.eligibility.roster.refusals import (
    RosterEmpty,
    RosterNotATable,
    RosterTooBig,
    RosterTooLong,
    RosterUnreadableText,
    RosterWithoutHeader,
)
from tests.domains.eligibility.biff import xls
from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import HEADERS, xlsx

CSV = f"姓名,身份证号,班组\n何志兰,{an_id()},装配二车间\n"
SMALL = dataclasses.replace(Limits.of(), rows=3, header_rows=2)


def fields(table, remembered=None):
    return [column.field for column in guess_columns(table, remembered).columns]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_text_is_read_in_any_usual_encoding(encoding):
    table = read_file(CSV.encode(encoding))

    assert table.rows[1] == ["何志兰", an_id(), "装配二车间"]
    assert fields(table) == ["name", "id_number", "team"]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_cells_may_be_parted_by_comma_tab_or_semicolon(mark):
    assert fields(read_text(CSV.replace(",", mark))) == ["name", "id_number", "team"]


def test_quoted_cells_may_hold_commas_and_line_breaks():
    table = read_text(f'姓名,身份证号,备注\n"何,兰",{an_id()},"一\n二"\n')

    assert table.rows[1] == ["何,兰", an_id(), "一\n二"]


def test_a_workbook_keeps_days_and_the_rows_of_the_sheet():
    table = read_file(xlsx([["名单"], [None], ["姓名", "身份证号", "入职日期"], ["何兰", an_id(), date(2025, 12, 5)]]))

    assert table.rows[3] == ["何兰", an_id(), date(2025, 12, 5)]
    columns = guess_columns(table)
    assert (columns.header_row, columns.first_row) == (3, 4)


def test_a_workbook_of_old_excel_reads_the_same():
    rows = [["名单"], [None], ["姓名", "身份证号", "入职日期", "班组"], ["何兰", an_id(), date(2025, 12, 5), 3]]
    data = xls({"旧": [["不看"]], "名单": rows, "说明": [["填写说明"]]}, hidden=("旧",))
    table = read_file(data)

    assert data.startswith(b"\xd0\xcf\x11\xe0")
    assert (table.sheet, table.other_sheets) == ("名单", ("说明",))
    assert table.rows[3] == ["何兰", an_id(), date(2025, 12, 5), 3.0]
    assert [column.field for column in guess_columns(table).columns][:2] == ["name", "id_number"]


def test_an_old_workbook_that_is_cut_off_is_refused():
    with pytest.raises(RosterNotATable):
        read_file(xls({"名单": [["姓名", "身份证号"]]})[:900])


def test_the_first_visible_sheet_with_cells_is_read_and_the_others_are_named():
    sheets = {"说明": [], "旧": [HEADERS], "名单": [HEADERS, ["何兰", an_id()]], "附": [["x"]]}
    data = xlsx([], sheets=sheets, hidden=("旧",))

    assert (read_file(data).sheet, read_file(data).other_sheets) == ("名单", ("说明", "附"))
    assert read_file(data, sheet="附").rows == [["x"]]


def test_the_number_of_rows_is_said_before_anything_else():
    """The rows hold no header and nothing that could be read: only their number is spoken of."""
    with pytest.raises(RosterTooLong) as refusal:
        read_file(xlsx([["x"]] * 6), limits=SMALL)

    assert (refusal.value.code, refusal.value.params) == ("roster.too_long", {"rows": 6, "limit": 3})
    with pytest.raises(RosterTooLong):
        read_text("x\n" * 6, limits=SMALL)


def test_the_limit_counts_people_not_titles():
    rows = [["标题"], ["姓名", "身份证号"], *[["何兰", an_id()]] * 3]
    assert len(guess_columns(read_file(xlsx(rows), limits=SMALL), limits=SMALL).columns) == 2
    with pytest.raises(RosterTooLong):
        guess_columns(read_file(xlsx([*rows[1:], ["何兰", an_id()]]), limits=SMALL), limits=SMALL)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", RosterEmpty),
        (b"\n\n,,\n", RosterEmpty),
        (xlsx([]), RosterEmpty),
        (b"PK\x03\x04 broken", RosterNotATable),
        (b"\xd0\xcf\x11\xe0 broken", RosterNotATable),
        (b"<html><table><tr><td>x</td></tr></table>", RosterNotATable),
        (b"%PDF-1.7", RosterNotATable),
        (b"\x81\xff\xff\x80\x80", RosterUnreadableText),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data, refusal):
    with pytest.raises(refusal) as error:
        read_file(data)

    assert error.value.words
    assert error.value.next_step


def test_a_file_too_big_or_bomb_like_is_not_opened():
    limits = dataclasses.replace(Limits.of(), bytes=100)
    with pytest.raises(RosterTooBig):
        read_file(b"x" * 101, limits=limits)
    with pytest.raises(RosterTooBig, match="解压后"):
        read_file(xlsx([["x"] * 50] * 50), limits=dataclasses.replace(Limits.of(), unpacked_bytes=100))


def test_no_header_is_said():
    with pytest.raises(RosterWithoutHeader):
        guess_columns(read_text(f"何兰,{an_id()}\n陈勇,{an_id()}\n"))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("*姓名", "name"),
        ("姓 名（必填）", "name"),
        ("身份证号码", "id_number"),
        ("证件号码\n(18位)", "id_number"),
        ("班组/部门", "team"),
        ("报考职业（工种）", "occupation"),
        ("派遣起始日期（如2025-12-05）", "started_on"),
        ("从事本职业年限", "work_years"),
        ("社保参保地", "insured_in"),
        ("身份證號碼", "id_number"),
        ("手機號碼", "telephone"),
        ("報考職業", "occupation"),
        ("勞務派遣單位", "agency"),
        ("從事本職業年限", "work_years"),
        ("报考职业 Occupation", "occupation"),
        ("Level/等级", "level"),
        ("手机号码(Mobile)", "telephone"),
        ("心情", ""),
        ("已有证书取得日期", "certificate_on"),
        ("本职业工作年限", "work_years"),
    ],
)
def test_headers_are_known_by_many_names(header, field):
    table = read_text(
        f'姓名,身份证号,"{header}"\n何兰,{an_id()},\n'
        if field not in ("name", "id_number")
        else f'"{header}",手机,身份证,姓名\n,13800000000,,\n'
    )

    assert field in fields(table)


def test_groups_above_the_header_fill_in_what_it_lacks():
    rows = [
        ["花名册"],
        ["姓名", "身份证号", "派遣", None, None],
        [None, None, "派遣单位", "派遣起始日期", "派遣结束日期"],
    ]
    columns = guess_columns(read_file(xlsx([*rows, ["何兰", an_id(), "甲", "2025-01-01", ""]])))

    assert (columns.header_row, columns.first_row) == (3, 4)
    assert [one.field for one in columns.columns] == ["name", "id_number", "agency", "started_on", "ended_on"]


def test_two_columns_for_one_field_are_told():
    columns = guess_columns(read_text(f"姓名,身份证号,入职日期,派遣起始日期\n何兰,{an_id()},,\n"))

    assert columns.doubles == (("started_on", ("C", "D")),)
    assert [one.field for one in columns.columns] == ["name", "id_number", "started_on", ""]
    assert [one.field for one in columns.with_field(3, "started_on").columns] == ["name", "id_number", "", "started_on"]
    assert columns.with_field(3, "started_on").doubles == ()


def test_a_choice_is_remembered_for_the_next_file():
    table = read_text(f"姓名,身份证号,岗位起点,派遣起始日期\n何兰,{an_id()},2025-01-01,\n")
    chosen = guess_columns(table).with_field(2, "work_since").with_field(3, "")

    again = guess_columns(table, chosen.to_remember())
    assert [(one.field, one.how) for one in again.columns][2:] == [("work_since", "remembered"), ("", "remembered")]


def test_a_column_without_a_telling_header_is_known_by_its_content():
    lines = "".join(f"何志{x},{an_id()},13800000000,劳务派遣,电工,四级\n" for x in "兰豪秋勇")
    columns = guess_columns(read_text("姓名,身份证号,甲,乙,丙,丁\n" + lines))

    assert [(one.field, one.how) for one in columns.columns][2:] == [
        ("telephone", "content"),
        ("kind", "content"),
        ("occupation", "content"),
        ("level", "content"),
    ]


def test_a_missing_required_column_is_told():
    assert guess_columns(read_text("姓名,手机\n何兰,13800000000\n")).missing == ("id_number",)


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (7, "H"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_the_spreadsheet(index, letter):
    assert column_letter(index) == letter


def test_big5_is_read_and_its_headers_are_known():
    table = read_file(f"姓名,身份證號,單位,聯繫電話\n何蘭,{an_id()},甲公司,13800000000\n".encode("big5"))

    assert table.rows[1][0] == "何蘭"
    assert fields(table) == ["name", "id_number", "employer", "telephone"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xef\xbb\xbf <!-- x -->\n<META charset=utf-8><table>", "网页"),
        ("<style>td{}</style><table><tr><td>姓名".encode("gbk"), "网页"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML 电子表格"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"{\\rtf1", "Word"),
    ],
)
def test_what_is_no_table_is_named_for_what_it_is(data, word):
    with pytest.raises(RosterNotATable, match=word):
        read_file(data)

"""Cells as spreadsheets, web pages and people spoil them: digits dropped, midnight missed, marks that nobody sees."""

from datetime import date, datetime

import pytest

from examops.eligibility.roster import days, values, years
from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.texts import text_of
from examops.eligibility.roster.wording import WORDS

DAY = date(2025, 12, 5)
EARLY = datetime.fromisoformat("2025-12-04T23:59:17")  # a web export in our time zone


@pytest.mark.parametrize("written", [2022.1, "2022.1", " 2022.1 "])
@pytest.mark.parametrize("reader", [days.read_first_day, days.read_last_day])
def test_a_month_that_may_have_lost_its_zero_is_never_guessed(reader, written):
    with pytest.raises(CellFault) as fault:
        reader(written)
    assert (fault.value.code, fault.value.params) == ("day.january_or_october", {"year": 2022})
    assert "写成 {year}年10月" in WORDS[fault.value.code]


@pytest.mark.parametrize(
    ("written", "month"),
    [("2022.10", 10), ("2022.01", 1), (2022.11, 11), (2022.2, 2), ("2022年1月", 1), ("2022-1", 1), ("2022.1月", 1)],
)
def test_a_month_that_is_written_out_is_read(written, month):
    assert days.read_first_day(written) == date(2022, month, 1)


@pytest.mark.parametrize(
    "written",
    [
        EARLY,
        EARLY.replace(minute=54),
        45995.99950231481,
        "2025-12-04 23:59:17",
        "2025-12-04T23:59:17",
        "2025-12-04 23:59",
        "2025/12/4 24:00:00",
        datetime.fromisoformat("2025-12-05T18:30"),
        45996.77,
        "2025-12-05 18:30:00",
    ],
)
def test_a_moment_just_before_midnight_is_the_day_that_was_meant(written):
    assert days.read_day(written) == DAY


def test_such_a_moment_is_its_day_in_a_text_too():
    assert text_of(EARLY) == "2025-12-05"


@pytest.mark.parametrize("written", ["3/1/2023", "3-1-2023", "03.01.2023"])
def test_a_day_of_unclear_order_is_said_to_be_that(written):
    with pytest.raises(CellFault) as fault:
        days.read_day(written)
    assert fault.value.code == "day.order_unclear"
    assert fault.value.params == {"first": "2023-01-03", "last": "2023-03-01"}


@pytest.mark.parametrize(
    "written",
    [
        "5/12/2025 ",
        "2025年12月5号",
        "'2025-12-05",
        "’2025/12/5",
        "\u200b2025-12-05",
        "2025\u202f-\u202f12-05",
        '="2025-12-05"',
    ],
)
def test_days_with_marks_around_them(written):
    if written.startswith("5/12"):
        with pytest.raises(CellFault, match=r"order_unclear"):
            days.read_day(written)
    else:
        assert days.read_day(written) == DAY


@pytest.mark.parametrize("written", ["25/12/2025", "12/25/2025"])
def test_only_one_order_gives_a_day(written):
    assert days.read_day(written) == date(2025, 12, 25)


@pytest.mark.parametrize("written", [float("1e300"), -5.0, 1e15, 3.0, 9999.5])
def test_other_numbers_are_no_days(written):
    with pytest.raises(CellFault):
        days.read_day(written)


def test_a_workbook_that_counts_from_1904():
    assert days.read_day(days.from_1904(45996 - 1462)) == DAY
    assert days.from_1904(20251205) == 20251205
    assert days.from_1904(DAY) == DAY


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("-5", "years.out_of_range"),
        (-5, "years.out_of_range"),
        ("－５", "years.out_of_range"),
        ("nan", "years.unreadable"),
        ("inf", "years.unreadable"),
        ("1e1", "years.unreadable"),
        ("9" * 400, "years.unreadable"),
        ("近5年", "years.unreadable"),
        ("约三年", "years.unreadable"),
        ("5年以下", "years.unreadable"),
        ("半", "years.unreadable"),
        ("年", "years.unreadable"),
        ("三四年", "years.unreadable"),
    ],
)
def test_years_that_are_refused(written, code):
    with pytest.raises(CellFault) as fault:
        years.read_years(written)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("三年", 3),
        ("5年半", 5.5),
        ("满5年", 5),
        ("已满五年", 5),
        ("十五年", 15),
        ("二十三年", 23),
        ("两年", 2),
        ("十年以上", 10),
        ("5年零6个月", 5.5),
        ("五年零六个月", 5.5),
        ("半年", 0.5),
        ("一年半", 1.5),
        ("5年多", 5),
        ("8年余", 8),
        ("５", 5),
        ("5 年", 5),
        ("0", 0),
    ],
)
def test_years_have_many_forms(written, found):
    assert years.read_years(written) == found


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("高级工（三级）", "3"),
        ("三级高级工", "3"),
        ("国家职业资格三级", "3"),
        ("国家职业资格三级（高级工）", "3"),
        ("Ⅲ级", "3"),
        ("III级", "3"),
        ("叁级", "3"),
        ("3级/高级工", "3"),
        ("高级工3级", "3"),
        ("高级技师（一级）", "1"),
        ("二级技师", "2"),
        ("技师 二级", "2"),
        ("Ⅳ", "4"),
        ("职业技能等级四级", "4"),
        ("五级/\n初级工", "5"),
        ("四\u200b级", "4"),
        ("特级技师", "T"),
        ("首席技师", "S"),
        ("学徒工", "X"),
    ],
)
def test_levels_by_number_title_or_both(written, level):
    assert values.read_level(written) == level


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("三级/中级工", "level.contradicts"),
        ("六级", "level.unknown"),
        ("级", "level.unknown"),
        ("（）", "level.unknown"),
    ],
)
def test_levels_that_are_none(written, code):
    with pytest.raises(CellFault) as fault:
        values.read_level(written)
    assert fault.value.code == code


def test_occupation_and_any_form_of_level_share_a_cell():
    assert values.read_occupation("电工高级工（三级）") == ("6-31-01-03", "3")
    assert values.read_occupation("电工（国家职业资格四级）") == ("6-31-01-03", "4")
    with pytest.raises(CellFault, match=r"level\.contradicts"):
        values.read_occupation("电工三级/中级工")


MARKS = ["\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad", "\ufe0f", "\U000e0100", "\u202f", "\u2009", "\n", "\r\n"]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.encode("unicode_escape").decode())
def test_what_nobody_sees_is_no_part_of_a_number_a_name_or_a_telephone(mark):
    assert values.read_id(f"440606{mark}199001010010{mark}") == "440606199001010010"
    assert values.read_name(f"{mark}何{mark}兰") == "何兰"
    assert values.read_telephone(f"138{mark}0000{mark}0000") == "13800000000"


@pytest.mark.parametrize("written", ['="440606199001010010"', "“440606199001010010”", "440606–19900101–0010"])
def test_an_id_number_in_a_formula_in_quotes_or_with_dashes(written):
    assert values.read_id(written) == "440606199001010010"


def test_latin_names_keep_one_blank():
    assert values.read_name(" John \n  Smith ") == "John Smith"
    assert values.read_name("何 兰") == "何兰"


def test_telephones_with_the_country_in_front():
    assert values.read_telephone("+86 138-0000-0000") == "13800000000"


@pytest.mark.parametrize("written", [4419000000000001.0, "4.419E+15"])
def test_a_number_of_a_certificate_that_became_a_number_is_told(written):
    with pytest.raises(CellFault) as fault:
        values.read_number(written)
    assert (fault.value.code, fault.value.stops) == ("number.lost_digits", False)
    assert values.read_number(44190000) == "44190000"

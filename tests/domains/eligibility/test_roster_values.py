"""Cells in every way people write them."""

from datetime import date, datetime

import pytest

from examops.eligibility.roster import days
from examops.eligibility.roster import values as read
from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.years import read_years


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2025-12-05",
            "2025.12.5",
            "2025/12/5",
            "2025年12月5日",
            "2025 年 12 月 5 日",
            "20251205",
            "2025-12-05 00:00:00",
        ),
        *("２０２５－１２－０５", " 2025-12-5 ", 20251205, 20251205.0, 45996, 45996.0, "45996", date(2025, 12, 5)),
        *(datetime(2025, 12, 5, 8, 30), "2025-12-05T08:30:00"),  # noqa: DTZ001 - a cell has no time zone
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert days.read_day(written) == date(2025, 12, 5)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2025-02-29", "day.impossible"),
        ("2025.13.1", "day.impossible"),
        ("20251305", "day.impossible"),
        ("2025年12月", "day.no_day"),
        ("2025.12", "day.no_day"),
        ("25.12.5", "day.short_year"),
        ("12/5/25", "day.short_year"),
        ("去年", "day.unreadable"),
        ("1899-01-01", "day.out_of_range"),
        ("2199-01-01", "day.out_of_range"),
        (3.5, "day.unreadable"),
        (True, "day.unreadable"),
    ],
)
def test_a_day_that_cannot_be_read_says_why(written, code):
    with pytest.raises(CellFault) as fault:
        days.read_day(written)

    assert fault.value.code == code


@pytest.mark.parametrize("written", ["", "无", "/", "—", "N/A", None])
def test_nothing_is_no_day(written):
    assert days.read_day(written) is None


def test_a_month_may_stand_for_its_first_or_last_day():
    assert days.read_first_day("2024年9月") == date(2024, 9, 1)
    assert days.read_last_day("2027.6") == date(2027, 6, 30)
    assert days.read_last_day("2028-02") == date(2028, 2, 29)
    with pytest.raises(CellFault, match=r"day\.impossible"):
        days.read_last_day("2028-13")


@pytest.mark.parametrize("written", ["至今", "在职", "长期", ""])
def test_work_that_goes_on_has_no_last_day(written):
    assert days.read_end(written) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("440606199001010010", "440606199001010010"),
        ("44060619900101001x", "44060619900101001X"),
        (" ４４０６０６199001010010 ", "440606199001010010"),
        ("'440606199001010010", "440606199001010010"),
        (123456, "123456"),
    ],
)
def test_an_id_number_is_read_as_text(written, number):
    assert read.read_id(written) == number


@pytest.mark.parametrize("written", [440606199001010010, 4.4060619900101e17, "4.40606E+17", "4.40606e17"])
def test_an_id_number_that_excel_made_a_number_is_refused(written):
    if written == "4.40606e17":
        assert read.read_id(written) == "4.40606E17"
        return
    with pytest.raises(CellFault, match=r"id\.lost_digits"):
        read.read_id(written)


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("四级", "4"),
        ("四级/中级工", "4"),
        ("中级工", "4"),
        (4, "4"),
        (4.0, "4"),
        ("４", "4"),
        ("高级技师", "1"),
        ("五级（初级工）", "5"),
        ("", None),
    ],
)
def test_levels_have_many_names(written, level):
    assert read.read_level(written) == level


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("电工", ("6-31-01-03", None)),
        ("6-31-01-03", ("6-31-01-03", None)),
        ("电工四级", ("6-31-01-03", "4")),
        ("数控车工 高级工", ("6-18-01-01", "3")),
        ("电工高级技师", ("6-31-01-03", "1")),
        ("", ("", None)),
    ],
)
def test_occupation_and_level_may_share_a_cell(written, found):
    assert read.read_occupation(written) == found


@pytest.mark.parametrize(
    ("reader", "written", "code"),
    [
        (read.read_occupation, "电竞选手", "occupation.unknown"),
        (read.read_level, "七级", "level.unknown"),
        (read.read_kind, "外包", "kind.outsourced"),
        (read.read_kind, "亲戚", "kind.unknown"),
        (read.read_telephone, "1380000", "telephone.unreadable"),
        (read.read_sex, "甲", "sex.unknown"),
        (read_years, "很久", "years.unreadable"),
        (read_years, 99, "years.out_of_range"),
        (read.read_name, "何兰2", "name.digits"),
    ],
)
def test_other_faults_have_codes(reader, written, code):
    with pytest.raises(CellFault) as fault:
        reader(written)

    assert fault.value.code == code


@pytest.mark.parametrize(
    ("written", "years"),
    [(5, 5), ("5", 5), ("5年", 5), ("5年6个月", 5.5), ("6个月", 0.5), ("4.5年", 4.5), ("", None), ("5年以上", 5)],
)
def test_years_are_a_number(written, years):
    assert read_years(written) == years


@pytest.mark.parametrize(
    ("written", "found"), [("是", True), ("未参保", False), ("甲公司", "甲公司"), ("", None), (True, True)]
)
def test_insured_is_yes_no_or_a_name(written, found):
    assert read.read_insured_by(written) == found


@pytest.mark.parametrize("written", [13800000000, 13800000000.0, "138 0000 0000", "138-0000-0000"])
def test_a_telephone_number_may_be_a_number(written):
    assert read.read_telephone(written) == "13800000000"

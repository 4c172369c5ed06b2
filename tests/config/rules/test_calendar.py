"""Working days: holidays rest, make-up days work."""

import re
from datetime import date, timedelta

import pytest

from config.calendar import CalendarFault, calendar, load
from config.strict_yaml import YamlFault


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 28), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2025, 9, 28), True),
        (date(2027, 2, 8), False),
        (date(2020, 1, 19), True),  # worked before the spring festival of 2020
        (date(2020, 1, 31), False),  # the holiday was prolonged to 2 February
        (date(2020, 2, 1), False),
        (date(2020, 2, 3), True),
        (date(2021, 2, 20), True),
        (date(2022, 12, 31), False),  # belongs to the New Year of 2023
        (date(2023, 1, 2), False),
        (date(2023, 10, 8), True),
        (date(2024, 2, 9), True),  # the eve was only recommended as a day off
        (date(2024, 2, 18), True),
    ],
)
def test_a_day_works_or_rests(day, works):
    assert calendar().is_working(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 25), 1, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_working_days_are_added_and_taken_off(start, days, end):
    assert calendar().add(start, days) == end


@pytest.mark.parametrize(
    ("year", "holidays", "worked_weekends"),
    [
        (2020, 30, 6),
        (2021, 31, 7),
        (2022, 32, 7),
        (2023, 26, 7),
        (2024, 28, 8),
        (2025, 28, 5),
        (2026, 33, 6),
    ],
)
def test_a_year_holds_what_was_announced(year, holidays, worked_weekends):
    announced = calendar().year(year)

    assert (announced.kind, len(announced.holidays), len(announced.makeup_days)) == ("law", holidays, worked_weekends)


def test_counting_and_adding_agree_on_every_day_of_a_year():
    book = calendar()
    for offset in range(365):
        start = date(2026, 1, 1) + timedelta(days=offset)
        end = book.add(start, 7) if start < date(2027, 12, 1) else start
        assert book.between(start, end) == 7
        assert book.between(end, start) == -7


def test_a_year_not_announced_is_marked_and_one_not_known_is_refused():
    assert calendar().is_provisional(date(2026, 12, 1), date(2027, 1, 10))
    assert not calendar().is_provisional(date(2025, 12, 1), date(2026, 1, 10))
    with pytest.raises(CalendarFault, match="2031"):
        calendar().is_working(date(2031, 1, 1))


def test_the_next_working_day_is_the_day_itself_when_it_works():
    assert calendar().next_working(date(2026, 10, 1)) == date(2026, 10, 8)
    assert calendar().next_working(date(2026, 10, 8)) == date(2026, 10, 8)


def test_a_wrong_calendar_is_refused(tmp_path):
    file = tmp_path / "calendar.yaml"
    file.write_text("2026:\n  kind: law\n  source: x\n  holidays: [2025-01-01]\n  makeup_days: [2026-11-25]\n")
    with pytest.raises(CalendarFault) as error:
        load(file)

    assert "2025-01-01 is of another year" in str(error.value)
    assert "2026-11-25 is no weekend" in str(error.value)


def test_days_between_are_those_that_counting_them_one_by_one_gives():
    known = calendar().with_weekends_beyond()  # some of the years have holidays, some only weekends
    first = date(2025, 11, 20)
    for length in range(0, 1500, 7):
        for start in (first + timedelta(days=length % 5), first + timedelta(days=length // 3)):
            end = start + timedelta(days=length)
            worked = sum(known.is_working(start + timedelta(days=n)) for n in range(1, length + 1))

            assert known.between(start, end) == worked, (start, end)
            assert known.between(end, start) == -worked, (start, end)


def test_days_of_a_year_that_nobody_knows_are_not_counted():
    last = date(max(calendar().years), 12, 31)

    assert calendar().between(last, last) == 0
    with pytest.raises(CalendarFault):
        calendar().between(last, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("was", "typed", "fault"),
    [
        ("kind: law", "kind: laww", "kind is 'laww', not one of law, provisional"),
        ("source: 国办发明电〔2026〕8号", "source:", "source says nothing"),
        ("[2027-01-01, 2027-01-02]", "2027-01-01", "holidays is no list"),
        ("[2027-01-09]", "", "makeup_days is no list"),
        ("2027-01-02", "2027.1.2", "holidays: '2027.1.2' is no day such as 2027-01-02"),
        ("  makeup_days: [2027-01-09]", "", "missing or unknown 'makeup_days'"),
    ],
)
def test_what_an_operator_types_wrong_is_told_by_year_and_part(tmp_path, was: str, typed: str, fault: str) -> None:
    year = (
        "2027:\n  kind: law\n  source: 国办发明电〔2026〕8号\n  holidays: [2027-01-01, 2027-01-02]\n"
        "  makeup_days: [2027-01-09]\n"
    )
    file = tmp_path / "calendar.yaml"
    file.write_text(year, encoding="utf-8")
    assert load(file).year(2027).kind == "law"
    file.write_text(year.replace(was, typed), encoding="utf-8")
    with pytest.raises(CalendarFault, match=re.escape(f"2027: {fault}")):
        load(file)


def test_a_day_that_does_not_exist_is_told_in_words(tmp_path) -> None:
    file = tmp_path / "calendar.yaml"
    file.write_text("2027: {kind: law, source: x, holidays: [2027-02-30], makeup_days: []}", encoding="utf-8")
    with pytest.raises(YamlFault, match="day is out of range for month"):
        load(file)

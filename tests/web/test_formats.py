"""How things are written for people."""

from datetime import UTC, datetime, timedelta

import pytest

from examops.app.domains import registry
from examops.catalogue.labels import level, level_full, level_short
from examops.web import formats as words

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_2026(monkeypatch):
    monkeypatch.setattr(words, "this_year", lambda: 2026)


@pytest.mark.parametrize(
    ("write", "written"),
    [
        (lambda at: words.day(at), "2027-01-05 周二"),
        (lambda at: words.day(at.date()), "2027-01-05 周二"),
        (lambda at: words.moment(at), "2027-01-05 周二 09:00"),
        (lambda at: words.span(at, at + timedelta(hours=1)), "2027-01-05 周二 09:00–10:00"),
        (lambda at: words.short_day(at), "2027-01-05"),
        (lambda at: words.short_day(START), "11-23"),
    ],
)
def test_a_date_of_another_year_names_its_year(write, written):
    assert write(datetime(2027, 1, 5, 1, 0, tzinfo=UTC)) == written


def test_the_year_is_that_of_the_applications_clock_in_foshan(app, clock, monkeypatch):
    monkeypatch.undo()
    clock.instant = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Foshan
    with app.app_context():
        assert (words.day(clock.now()), words.short_day(START)) == ("01-01 周五", "2026-11-23")


def test_a_span_inside_one_day_names_the_day_once():
    assert words.span(START, START + timedelta(hours=2, minutes=30)) == "11-23 周一 09:00–11:30"


def test_a_span_over_midnight_in_foshan_names_both_days():
    assert words.span(START, START + timedelta(hours=16)) == "11-23 周一 09:00–11-24 周二 01:00"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(4800, "1 小时 20 分"), (140, "2 分 20 秒"), (42, "42 秒"), (0, "0 秒"), (3605, "1 小时"), (-5, "0 秒")],
)
def test_durations_drop_what_does_not_matter(seconds, written):
    assert words.duration(seconds) == written


@pytest.mark.parametrize(
    ("name", "masked"), [("李婷", "李*"), ("陈小明", "陈*明"), ("欧阳子明", "欧**明"), ("何", "何")]
)
def test_names_are_masked(name, masked):
    assert words.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("440604199001010018", "4406**********0018"), ("E1234567", "E1****67"), ("A123", "****"), ("", "")],
)
def test_identity_numbers_keep_their_ends_only(number, masked):
    assert words.mask_id(number) == masked


def test_a_deadline_is_worded_beside_its_date():
    assert words.until(START + timedelta(minutes=3, seconds=10), START) == "还有 3 分"
    assert words.until(START - timedelta(hours=1), START) == "已过 1 小时"


@pytest.mark.parametrize(("seconds", "written"), [(2, "2 s"), (99.4, "99 s"), (200, "3 分"), (7500, "2 小时 5 分")])
def test_ages_of_pictures_are_short(seconds, written):
    assert words.age(seconds) == written


def test_levels_are_written_in_three_ways():
    assert (level("4"), level_full("4"), level_short("4")) == ("四级", "四级 / 中级工", "四级/中级工")


@pytest.mark.parametrize(
    ("share", "length"), [(0, "0%"), (0.618, "61.8%"), (2 / 3, "66.67%"), (1, "100%"), (1.4, "100%"), (-0.03, "0%")]
)
def test_shares_are_lengths_of_a_drawing(share, length):
    assert words.percent(share) == length


@pytest.mark.parametrize(
    ("write", "english"),
    [
        (lambda: words.span(START, START + timedelta(hours=2, minutes=30)), "Mon 23 Nov 09:00–11:30"),
        (lambda: words.span(START, START + timedelta(hours=16)), "Mon 23 Nov 09:00–Tue 24 Nov 01:00"),
        (lambda: words.dated(START), "Mon 23 Nov 2026"),
        (lambda: words.day(START + timedelta(days=43)), "Tue 5 Jan 2027"),
        (lambda: words.duration(4800), "1 h 20 min"),
        (lambda: words.until(START + timedelta(minutes=3), START), "3 min left"),
        (lambda: level_full("4"), "Level 4 (intermediate)"),
        (lambda: level_short("1"), "Level 1 (senior technician)"),
        (lambda: registry().filters()["session_state"]("draft"), ("wait", "To declare")),
        (lambda: registry().filters()["column_read"]("unheard of"), ("wait", "not matched")),
        (lambda: registry().filters()["part"]("a part nobody named"), "a part nobody named"),
    ],
)
def test_an_english_reader_gets_english(app, write, english):
    with app.test_request_context(headers={"Cookie": "examops_language=en"}):
        assert write() == english

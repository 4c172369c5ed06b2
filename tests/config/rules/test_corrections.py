"""A correction applies from the day of what it corrects; what was believed before can still be asked."""

from datetime import date

import pytest

from config.rulebook import RulesError, load, rulebook

CORRECTED = """
demo.days:
  description: How long something takes
  unit: 天
  kind: policy
  clause: 试行办法 一
  text: 三日内办结。
  values:
    2020-01-01: {value: 3, source: Notice 1}
    2024-07-01: {value: 5, source: Notice 2}
    2026-02-01: {value: 4, source: Notice 1 read again, corrects: demo.days@2020-01-01, certainty: copy, decided_by: A}
    2026-03-01: {value: 2, source: The gazette, corrects: demo.days@2026-02-01, certainty: official, decided_by: B}
demo.people:
  description: Entered late
  unit: 人
  kind: policy
  clause: 试行办法 二
  text: 三人。
  values:
    2020-01-01: {value: 3, source: Notice 1, recorded_on: 2026-02-15, certainty: official, decided_by: A}
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "demo.yaml").write_text(CORRECTED, encoding="utf-8")
    return load(tmp_path)


@pytest.mark.parametrize(
    ("known_on", "in_2020", "in_2025"),
    [
        (None, 3, 5),
        (date(2026, 1, 31), 3, 5),
        (date(2026, 2, 1), 4, 5),
        (date(2026, 2, 28), 4, 5),
        (date(2026, 3, 1), 2, 5),
    ],
)
def test_a_correction_applies_from_the_day_of_what_it_corrects(book, known_on, in_2020, in_2025):
    entry = book.known_on(known_on)["demo.days"]

    assert (entry.on(date(2020, 1, 1)).value, entry.on(date(2025, 1, 1)).value) == (in_2020, in_2025)


def test_today_the_newest_correction_counts_and_says_who_decided(book):
    rule = book["demo.days"].on(date(2020, 1, 1))

    assert (rule.value, rule.corrects, rule.certainty, rule.decided_by) == (2, "demo.days@2026-02-01", "official", "B")
    assert (rule.effective_from, rule.recorded_on) == (date(2020, 1, 1), date(2026, 3, 1))
    assert book.last_recorded_on == date(2026, 3, 1)


def test_a_value_entered_late_was_not_known_before(book):
    assert "demo.people" not in book.known_on(date(2026, 2, 14))
    assert book.known_on(date(2026, 2, 15))["demo.people"].on(date(2020, 1, 1)).value == 3


def test_what_was_corrected_keeps_its_name_and_hash(book):
    corrected = book.known_on(None)["demo.days"].on(date(2020, 1, 1))

    assert book.hashes()["demo.days@2020-01-01"] == corrected.content_hash
    assert set(book.hashes()) >= {"demo.days@2026-02-01", "demo.days@2026-03-01"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("demo.days@2020-01-01", "demo.days@2020-01-02", "which is no earlier value of this entry"),
        ("demo.days@2020-01-01", "demo.people@2020-01-01", "which is no earlier value of this entry"),
        ("demo.days@2020-01-01", "demo.days@2026-03-01", "which is no earlier value of this entry"),
        ("demo.days@2026-02-01", "demo.days@2020-01-01", "demo.days@2020-01-01 is corrected twice"),
        (", certainty: copy", "", "missing 'certainty'"),
        ("certainty: copy", "certainty: quite", "certainty must be one of"),
        (", decided_by: A}", "}", "missing 'decided_by'"),
        ("decided_by: A}", "decided_by: ''}", "'decided_by' must be a text"),
        ("source: Notice 2", "source: Notice 2, decided_by: A", "'decided_by' belongs to a correction"),
        ("corrects: demo.days@2020-01-01", "recorded_on: soon", "'recorded_on' must be a day"),
    ],
)
def test_a_wrong_correction_stops_the_start(tmp_path, old, new, complaint):
    assert old in CORRECTED
    (tmp_path / "demo.yaml").write_text(CORRECTED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError) as error:
        load(tmp_path)

    assert complaint in str(error.value)


def test_our_own_corrections_say_what_the_source_is_worth():
    late = [rule for rule in rulebook().rules() if rule.recorded_on]

    assert all(rule.certainty and rule.decided_by for rule in late)

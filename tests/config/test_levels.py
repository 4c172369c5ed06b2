"""Levels are text with an order of their own; numbers of release 0.1.0 are read as text."""

from __future__ import annotations

from itertools import pairwise

import pytest

from config.level_conditions import condition_faults
from config.levels import LETTERS, SKILL_LEVELS, as_level, is_below, is_level, load, lowest_first
from examops.catalogue.labels import LEVEL_TITLES, LEVELS


def test_the_order_is_that_of_the_table():
    assert LETTERS == ("X", "5", "4", "3", "2", "1", "T", "S")
    assert all(is_below(low, high) for low, high in pairwise(LETTERS))
    assert not is_below("3", "3")
    assert lowest_first(["S", "3", "X", "5", "3"]) == ["X", "5", "3", "S"]


@pytest.mark.parametrize(("value", "level"), [(3, "3"), ("3", "3"), ("T", "T")])
def test_a_number_of_before_is_the_same_level(value, level):
    assert as_level(value) == level


@pytest.mark.parametrize("value", [0, 6, "6", "", True, None, "t", 3.0])
def test_anything_else_is_no_level(value):
    assert not is_level(value)
    with pytest.raises(ValueError, match="is no level"):
        as_level(value)


def test_the_words_that_can_be_translated_are_those_of_the_table():
    assert {letter: one.name for letter, one in SKILL_LEVELS.items()} == LEVELS
    assert {letter: one.title for letter, one in SKILL_LEVELS.items() if one.title} == LEVEL_TITLES
    assert SKILL_LEVELS["3"].full_name == "三级/高级工"
    assert SKILL_LEVELS["T"].full_name == "特级技师"


def test_only_the_five_levels_whose_mark_was_found_can_be_exported():
    assert [letter for letter, one in SKILL_LEVELS.items() if one.number] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("letter", ["5", '"55"', '"4"'])
def test_a_wrong_letter_stops_the_start(tmp_path, letter):
    file = tmp_path / "levels.yaml"
    line = '  - {letter: "4", name: n, title: "", number: ""}\n'
    file.write_text(f'levels:\n{line}  - {{letter: {letter}, name: n, title: "", number: ""}}\n', encoding="utf-8")

    with pytest.raises(ValueError, match="must be one character in quotes, and stand once"):
        load(file)


def test_conditions_may_ask_for_any_level_and_for_no_other():
    def faults(level):
        return list(condition_faults([{"line": "a", "needs": [{"need": "certificate", "level": level}]}]))

    assert faults(5) == faults("5") == faults("T") == []
    assert faults(6) == faults("Q") == ["line a: 'level' must be one of X 5 4 3 2 1 T S"]

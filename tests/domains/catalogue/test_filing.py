"""Which occupation and level may be filed on which day, and every reason against: the table that an expert checks."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.occupations import catalogue
from config.rulebook import rulebook
from config.strict_yaml import StrictLoader, content_hash
from examops.catalogue import may_be_filed
from examops.catalogue.labels import reasons_words
from examops.catalogue.values import Standing, values_of

FILE = Path(__file__).parent / "tables" / "filing.yaml"
DAY = date(2026, 11, 25)


@dataclass
class Decided:
    """A decision as the pure functions read it."""

    occupation_code: str
    key: str
    kind: str
    value: dict[str, Any]
    base_hash: str
    revision: int = 1
    document_number: str = "佛人社〔2026〕12号"
    reason: str = "已对照标准原文"
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = None


def decided(code: str, key: str, kind: str, value: Any, start: date, until: date | None = None, revision: int = 1):
    base = values_of(catalogue().by_code[code], start, rulebook(), catalogue())[key].base
    return Decided(code, key, kind, {"value": value}, content_hash(base), revision, valid_from=start, valid_until=until)


def cases():
    for table in yaml.load(FILE.read_text(encoding="utf-8"), Loader=StrictLoader):
        for number, case in enumerate(table["例"], start=1):
            yield pytest.param(table["职业"], str(table["等级"]), case, id=f"{table['题']}-{number}")


@pytest.mark.parametrize(("code", "level", "case"), list(cases()))
def test_each_case_of_the_table(code, level, case):
    decisions = tuple(decided(code, key, *rest) for key, rest in case.get("决定", {}).items())

    answer = may_be_filed(catalogue().by_code[code], level, case["日"], decisions)

    found = [f"{reason.obstacle}:{reason.value.key}" for reason in answer.reasons]
    if "障碍" in case:
        assert found == case["障碍"]
        assert answer.may_be_filed is not bool(found)
    assert set(case.get("含", ())) <= set(found)
    assert not set(case.get("不含", ())) & set(found)


def test_whatever_may_be_filed_rests_on_nothing_illustrative():
    """The promise itself, over every occupation and level. Confirm what the form of an office would: everything."""
    for one in catalogue().by_code.values():
        values = values_of(one, DAY, rulebook(), catalogue())
        waiting = [value for value in values.values() if not value.is_settled and value.base not in (None, "")]
        confirmed = [decided(one.code, value.key, "confirmed", value.base, DAY) for value in waiting]
        for level in one.levels:
            for reason in may_be_filed(one, level, DAY).reasons:
                assert not reason.value.is_settled or reason.obstacle in ("access_type", "no_conditions")
            left = {str(reason.obstacle) for reason in may_be_filed(one, level, DAY, tuple(confirmed)).reasons}
            assert "unconfirmed" not in left, (one.name, level)


def test_today_nothing_may_be_filed_before_the_city_confirms():
    """How sure the data is: the day that this fails, docs/catalogue.md says which occupation got its sources."""
    whole = [
        one.name
        for one in catalogue().by_code.values()
        if any(may_be_filed(one, n, DAY).may_be_filed for n in one.levels)
    ]
    assert whole == []


def test_every_reason_has_words():
    for one in catalogue().by_code.values():
        for level in ("5", "4", "3", "2", "1"):
            reasons = may_be_filed(one, level, DAY).reasons
            words = str(reasons_words(reasons))
            assert ("{" in words, bool(words)) == (False, bool(reasons))


def test_the_newest_decision_of_the_day_counts():
    code, key = "6-20-01-01", "skill_minutes.4"
    older = decided(code, key, "changed", 200, date(2026, 1, 1))
    newer = decided(code, key, "changed", 250, date(2026, 12, 1), revision=2)

    def value(day):
        return values_of(catalogue().by_code[code], day, rulebook(), catalogue(), [newer, older])[key]

    assert [value(day).value for day in (date(2025, 12, 31), date(2026, 11, 30), date(2026, 12, 1))] == [300, 200, 250]
    assert value(date(2026, 11, 30)).revision == 2


def test_a_decision_holds_over_a_changed_source_and_says_so():
    code, key = "6-20-01-01", "skill_minutes.4"
    decision = decided(code, key, "confirmed", 300, date(2026, 1, 1))
    decision.base_hash = content_hash(240)  # what the file said when the city looked

    value = values_of(catalogue().by_code[code], DAY, rulebook(), catalogue(), [decision])[key]

    assert (value.value, value.standing, value.base_changed) == (300, Standing.CONFIRMED, True)


def test_conditions_that_changed_after_they_were_confirmed_wait_again():
    """Verdicts follow the rulebook: nobody confirmed what it says now."""
    code, key = "4-10-01-02", "conditions.4"
    decision = decided(code, key, "confirmed", [], date(2026, 1, 1))
    decision.base_hash = content_hash("other lines")

    value = values_of(catalogue().by_code[code], DAY, rulebook(), catalogue(), [decision])[key]

    assert (value.standing, value.base_changed) == (Standing.PUBLISHED, True)


def test_a_decision_of_another_occupation_does_not_count():
    decision = decided("6-18-01-01", "levels", "changed", [5], date(2026, 1, 1))

    values = values_of(catalogue().by_code["6-20-01-01"], DAY, rulebook(), catalogue(), [decision])

    assert values["levels"].value == ["5", "4", "3", "2", "1"]

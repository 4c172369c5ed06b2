"""Every condition of a filing on both sides of its limit: ``tables/filing_cases.yaml``, which a specialist can read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.rulebook import OPEN, load, rulebook
from examops.filings.judging import CONDITIONS, condition_of, judge, judge_stored
from examops.filings.judging.checks import months_later
from examops.filings.judging.sizes import INDICATORS, INDUSTRIES, OUTSIDE, size_class

DAY = "2026-11-23"
FILE = Path(__file__).parent / "tables" / "filing_cases.yaml"
TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
CASES = [(key, case) for key, cases in TABLE.items() for case in cases]
PAPERS = {
    "read": {"read_by": "何", "is_sound": True},
    "unread": {"read_by": "", "is_sound": False},
    "unsound": {"read_by": "何", "is_sound": False},
}


def inputs(case: dict[str, Any]) -> dict[str, Any]:
    source, seen_by = case.get("source", "official"), case.get("seen_by", "何")
    as_of = str(case.get("as_of", "2026-11-01"))
    fact = {"source": source, "as_of": as_of, "seen_by": seen_by if source != "typed" else ""}
    ruling = case.get("ruling")
    counted = {key: {"value": value, "digest": "current", "who": []} for key, value in case.get("counted", {}).items()}
    more = {"counted": counted} if counted else {}
    more |= {name: True for name in ("asks_list", "asks_years") if case.get(name)}
    more |= {"plan": case["plan"]} if "plan" in case else {}
    fact |= {"years": []} if case.get("years") else {}
    return {
        **more,
        "day": DAY,
        "facts": {key: {**fact, "value": value} for key, value in case.get("facts", {}).items()},
        "papers": {kind: [PAPERS[one] for one in read] for kind, read in case.get("papers", {}).items()},
        "ruling": {"outcome": ruling, "counted": case.get("seen", "")} if ruling else None,
        "catalogue": {"obstacles": case.get("obstacles", {}), "listed": case.get("listed")},
    }


@pytest.mark.parametrize(("key", "case"), CASES, ids=[f"{key}-{n}" for n, (key, _) in enumerate(CASES)])
def test_a_condition_on_both_sides_of_its_limit(key: str, case: dict[str, Any]) -> None:
    line = judge(condition_of(key), "", inputs(case), rulebook())
    assert (line.outcome, line.judged.why) == (case["outcome"], case.get("why", ""))


@pytest.mark.parametrize(("key", "case"), CASES, ids=[f"{key}-{n}" for n, (key, _) in enumerate(CASES)])
def test_the_stored_inputs_judge_the_same_again(key: str, case: dict[str, Any]) -> None:
    line = judge(condition_of(key), "", inputs(case), rulebook())
    again = judge_stored(key, "", line.inputs)
    assert (again.judged, again.rule.content_hash) == (line.judged, line.rule.content_hash)


def test_every_condition_stands_in_the_table_and_is_met_in_one_case_and_not_in_another() -> None:
    assert set(TABLE) == {one.key for one in CONDITIONS}
    for key, cases in TABLE.items():
        outcomes = {case["outcome"] for case in cases}
        assert "met" in outcomes, key
        assert len(outcomes) > 1, key


def test_every_numeric_limit_is_tried_at_the_value_and_one_below() -> None:
    for one in CONDITIONS:
        limit = rulebook()[one.key].on(date.fromisoformat(DAY)).value
        if len(one.facts) == 1 and isinstance(limit, int) and not isinstance(limit, bool):
            tried = {case["facts"][one.facts[0]] for case in TABLE[one.key] if case.get("facts")}
            assert {limit, limit - 1} <= tried, one.key


def test_nothing_passes_by_a_rule_that_is_open(tmp_path: Path) -> None:
    text = Path("config/rules/filing.yaml").read_text(encoding="utf-8")
    head, mark, tail = text.partition("filing.enterprise_legal_person:")
    entry = tail.replace("kind: policy", f"kind: {OPEN}", 1).replace("value: true", "value: null", 1)
    (tmp_path / "filing.yaml").write_text(head + mark + entry, encoding="utf-8")
    case = {"facts": {"is_legal_person": True}}
    line = judge(condition_of("filing.enterprise_legal_person"), "", inputs(case), load(tmp_path))
    assert line.outcome == "open"


SIZES = [
    # the examples of the statistics bureau and of the table: one indicator below drops one class
    ("industry", {"employees": 1000, "revenue": 40000}, "large"),
    ("industry", {"employees": 999, "revenue": 400000}, "medium"),
    ("industry", {"employees": 5000, "revenue": 1999}, "small"),
    ("industry", {"employees": 19, "revenue": 100000}, "micro"),
    ("construction", {"revenue": 90000, "assets": 4999}, "small"),
    ("real_estate", {"revenue": 200000, "assets": 9999}, "medium"),
    ("property", {"employees": 299, "revenue": 5000}, "small"),
    ("leasing", {"employees": 100, "assets": 8000}, "medium"),
    ("other", {"employees": 9}, "micro"),
]


@pytest.mark.parametrize(("industry", "values", "size"), SIZES)
def test_an_enterprise_has_the_class_whose_every_limit_it_reaches(industry, values, size) -> None:
    limits = rulebook().value(f"filing_size.{industry}", date.fromisoformat(DAY))
    assert size_class(limits, values) == size


def test_every_row_of_the_size_table_falls_from_class_to_class() -> None:
    """At every limit of every row, and one below it on one indicator alone."""
    rows = {key.split(".")[1]: entry for key, entry in rulebook().items() if key.startswith("filing_size.")}
    assert {*rows, OUTSIDE} == set(INDUSTRIES)
    for name, entry in rows.items():
        limits = entry.on(date.fromisoformat(DAY)).value
        assert set(limits) <= set(INDICATORS)
        for place, size in enumerate(("large", "medium", "small")):
            values = {indicator: lower[place] for indicator, lower in limits.items()}
            assert size_class(limits, values) == size, name
            for indicator in limits:
                less = {**values, indicator: values[indicator] - 1}
                assert size_class(limits, less) == ("medium", "small", "micro")[place], (name, indicator)


def test_a_fact_of_the_last_of_february_lasts_to_the_last_of_february() -> None:
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2025, 12, 31), 2) == date(2026, 2, 28)

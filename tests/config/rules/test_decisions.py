"""What an installation decides for itself is added and never replaces a shipped rule; open rules pass nobody."""

from datetime import date

import pytest

from config.rulebook import OpenRule, RulesError, load, rulebook
from examops.demo import DECISIONS
from examops.eligibility.verdicts import Outcome, ruled

LIST = "eligibility.shortage_list"
DECIDED = """
eligibility.shortage_list:
  values:
    2026-12-15:
      {value: ["6-31-01-03"], source: 佛人社〔2026〕0号, kind: local decision,
       corrects: eligibility.shortage_list@2020-08-17, certainty: official, decided_by: 市中心}
"""
DAY = date(2026, 11, 25)


@pytest.fixture
def decided(tmp_path):
    def write(text: str = DECIDED):
        (tmp_path / "city.yaml").write_text(text, encoding="utf-8")
        return load(decisions=tmp_path)

    return write


def test_a_decision_counts_from_the_day_it_was_recorded_and_leaves_what_was_shipped(decided) -> None:
    book = decided()
    now, before = book[LIST].on(DAY), book.known_on(date(2026, 12, 14))[LIST].on(DAY)

    assert (now.value, now.source, now.decided_by, now.is_local) == (
        ["6-31-01-03"],
        "佛人社〔2026〕0号",
        "市中心",
        True,
    )
    assert (before.is_provisional, before.content_hash) == (True, rulebook()[LIST].on(DAY).content_hash)
    assert book.last_recorded_on == date(2026, 12, 15)
    assert {**book.hashes(), **rulebook().hashes()} == book.hashes()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("shortage_list:\n", "shortage_lisst:\n", "is no rule of this release"),
        ("  values:", "  kind: law\n  values:", "has nothing but 'values'"),
        ("2026-12-15", "2020-08-17", "stands already"),
        ("local decision", "law", "is of the kind 'local decision'"),
        ("corrects: eligibility.shortage_list@2020-08-17,", "", "missing 'recorded_on'"),
        ("certainty: official, ", "", "missing 'certainty'"),
        ('["6-31-01-03"]', "all", "is not a value in 清单"),
        ("2020-08-17,", "2020-08-18,", "which is no earlier value of this entry"),
        (DECIDED, "a: [", "is not YAML"),
    ],
)
def test_a_decision_that_does_not_fit_stops_the_start(decided, old, new, complaint) -> None:
    assert old in DECIDED
    with pytest.raises(RulesError, match=r"city\.yaml") as error:
        decided(DECIDED.replace(old, new, 1))
    assert complaint in str(error.value)


def test_the_demos_list_says_that_it_is_none_of_the_citys() -> None:
    rule = load(decisions=DECISIONS)[LIST].on(DAY)

    assert rule.is_local
    assert "不是正式文件" in rule.source
    assert "没有人确认过" in rule.decided_by


OPEN = {name for name, entry in rulebook().items() if entry.on_latest().is_open}


def test_what_nobody_found_has_no_value_and_passes_nobody() -> None:
    assert "session.result_report_working_days_college" in OPEN
    for key in OPEN:
        rule = rulebook()[key].on(DAY)
        with pytest.raises(OpenRule, match=key):
            rulebook().value(key, DAY)
        with pytest.raises(OpenRule, match=key):
            ruled(rule, "results.late", Outcome.PASS)
        assert ruled(rule, "results.late", Outcome.UNCLEAR).rule_kind == "open"


@pytest.mark.parametrize(("kind", "value"), [("open", "5"), ("law", "null")])
def test_only_an_open_rule_has_no_value(tmp_path, kind, value) -> None:
    text = f"""
demo.days:
  {{description: x, unit: 天, kind: {kind}, clause: x, text: x, values: {{2020-01-01: {{value: {value}, source: x}}}}}}
"""
    (tmp_path / "demo.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match="an open rule has the value null, and no other has"):
        load(tmp_path)

"""The rulebook refuses to start on any fault, and gives the law of the day."""

from datetime import date

import pytest

from config.rulebook import RulesError, load, rulebook

GOOD = """
demo.days:
  description: How long something takes
  unit: 天
  kind: policy
  clause: 试行办法 一
  text: 三日内办结。
  values:
    2020-01-01: {value: 3, source: Notice 1}
    2024-07-01: {value: 5, source: Notice 2}
"""


@pytest.fixture
def folder(tmp_path):
    def write(text, name="demo.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2020, 1, 1), 3), (date(2024, 6, 30), 3), (date(2024, 7, 1), 5), (date(2030, 1, 1), 5)],
)
def test_the_law_of_the_day_is_given_not_of_today(folder, day, value):
    assert load(folder(GOOD))["demo.days"].on(day).value == value


def test_there_is_no_law_before_the_first_day(folder):
    with pytest.raises(LookupError, match=r"demo\.days has no value on 2019-12-31"):
        load(folder(GOOD))["demo.days"].on(date(2019, 12, 31))


def test_a_rule_carries_what_people_are_shown(folder):
    rule = load(folder(GOOD))["demo.days"].on(date(2024, 7, 1))

    assert (rule.unit, rule.kind, rule.clause, rule.text, rule.source) == (
        "天",
        "policy",
        "试行办法 一",
        "三日内办结。",
        "Notice 2",
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: policy", "kind: habit", "kind must be one of"),
        ("  kind: policy\n", "", "missing 'kind'"),
        ("  unit: 天", "unit: 天", "is not YAML"),
        ("  clause: 试行办法 一\n", "", "missing 'clause'"),
        ("clause: 试行办法 一", "clause: ' '", "'clause' must be a text"),
        ("unit: 天", "unit: 光年", "unknown unit '光年'"),
        ("  unit: 天\n", "", "missing 'unit'"),
        ("text: 三日内办结。", "txt: 三日内办结。", "unknown key 'txt'"),
        ("value: 3,", "value: 三天,", "'三天' is not a value in 天"),
        ("value: 3,", "value: true,", "True is not a value in 天"),
        (", source: Notice 2", "", "2024-07-01: missing source"),
        ("source: Notice 2", "source: ''", "2024-07-01: missing source"),
        ("value: 5, ", "", "2024-07-01: missing value"),
        ("source: Notice 2}", "source: Notice 2, until: 2025}", "unknown key 'until'"),
        ("source: Notice 2}", "source: Notice 2, kind: habit}", "2024-07-01: kind must be one of"),
        ("2024-07-01:", "July 2024:", "'July 2024' is not a day"),
        ("2024-07-01:", "2020-01-01:", "2020-01-01 stands twice"),
        ("demo.days:", "other.days:", "does not begin with demo."),
        ("demo.days:", "days:", "is not a key like subject.name"),
    ],
)
def test_a_fault_stops_the_start_and_is_named(folder, old, new, complaint):
    assert old in GOOD
    with pytest.raises(RulesError) as error:
        load(folder(GOOD.replace(old, new)))

    assert "demo.yaml" in str(error.value)
    assert complaint in str(error.value)


def test_all_faults_of_all_files_are_told_at_once(folder):
    folder(GOOD.replace("kind: policy", "kind: habit").replace("value: 3,", "value: x,"))
    folder("more.count:\n  unit: 人\n", "more.yaml")
    with pytest.raises(RulesError) as error:
        load(folder(GOOD, "zwei.yaml"))

    lines = str(error.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {"demo.yaml", "more.yaml", "zwei.yaml"}
    assert len([line for line in lines if line.startswith("demo.yaml")]) == 2
    assert len([line for line in lines if line.startswith("more.yaml")]) == 4


def test_a_key_may_not_stand_in_two_files(folder):
    folder(GOOD, "demo.yaml")
    with pytest.raises(RulesError, match=r"demo/more\.yaml: demo\.days: stands twice|stands twice"):
        load(folder(GOOD, "demo/more.yaml"))


@pytest.mark.parametrize(
    ("conditions", "complaint"),
    [
        ("[]", "has no line"),
        ("[{line: a, needs: []}]", "is not a line with needs"),
        ("[{line: a, needs: [{need: luck}]}]", "unknown need 'luck'"),
        ("[{line: a, needs: [{need: work}]}]", "'years' must be int"),
        ("[{line: a, needs: [{need: work, years: 4, since: birth}]}]", "unknown key 'since'"),
        ("[{line: a, needs: [{need: work, years: 4, after: birth}]}]", "after must be one of"),
        ("[{line: a, needs: [{need: graduation, schools: [circus], final_year: true}]}]", "unknown school 'circus'"),
        ("[{line: a, needs: [{need: apprenticeship}]}, {line: a, needs: [{need: apprenticeship}]}]", "stands twice"),
    ],
)
def test_level_conditions_have_a_shape(folder, conditions, complaint):
    text = GOOD.replace("unit: 天", "unit: 申报条件").replace("value: 3,", f"value: {conditions},")
    with pytest.raises(RulesError) as error:
        load(folder(text))

    assert complaint in str(error.value)


def test_a_provisional_value_is_confirmed_by_a_new_dated_one(folder):
    text = GOOD.replace("kind: policy", "kind: provisional")
    confirmed = text.replace("source: Notice 2}", "source: Notice 2, kind: local decision, clause: 市局函 一}")
    before, after = load(folder(text)), load(folder(confirmed))

    old, new = after["demo.days"].on(date(2021, 1, 1)), after["demo.days"].on(date(2025, 1, 1))
    assert (old.kind, old.is_provisional, new.kind, new.is_provisional) == (
        "provisional",
        True,
        "local decision",
        False,
    )
    assert new.clause == "市局函 一"
    assert before["demo.days"].on(date(2021, 1, 1)).content_hash == old.content_hash


def test_the_hash_follows_every_word_and_nothing_else(folder):
    first = load(folder(GOOD)).hashes()
    again = load(folder("# a remark\n" + GOOD)).hashes()
    reworded = load(folder(GOOD.replace("三日内", "三天内"))).hashes()
    later = load(folder(GOOD.replace("value: 5", "value: 6"))).hashes()

    assert again == first
    assert all(reworded[key] != first[key] for key in first)
    assert {key for key in first if later[key] != first[key]} == {"demo.days@2024-07-01"}


def test_our_own_rules_load_and_every_one_says_where_it_comes_from():
    for entry in rulebook().values():
        for rule in entry.rules:
            assert rule.source
            assert rule.clause
            assert rule.text


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("footage.retention_days", 1095, "provisional"),
        ("footage.store_lock_days", 30, "provisional"),
        ("capacity.candidates_per_proctor", 15, "provisional"),
        ("capacity.theory_minutes_min", 90, "provisional"),
        ("capacity.review_minutes_min", 15, "provisional"),
        ("capacity.pass_mark", 60, "provisional"),
        ("eligibility.social_shortage", "confirmed_list", "policy"),
        ("capacity.min_workstations", 10, "policy"),
        ("eligibility.agency_years", 1, "policy"),
        ("roster.rows_max", 50_000, "provisional"),
        ("session.declare_lead_working_days", 10, "provisional"),
    ],
)
def test_the_figures_that_others_rely_on(key, value, kind):
    rule = rulebook()[key].on(date(2026, 11, 25))

    assert (rule.value, rule.kind) == (value, kind)

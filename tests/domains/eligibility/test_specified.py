"""A body's own specification in place of the national standard: judged by its lines, kept whole."""

from __future__ import annotations

import json
from datetime import date

from config.rulebook import rulebook
from config.strict_yaml import content_hash
from examops.eligibility import Specified, word
from examops.eligibility.facts import Fact, Source
from examops.eligibility.rules import judge, judge_corrected, judge_stored, stored_inputs
from tests.domains.eligibility.people import context, facts, own, spell

SINCE_2018 = Fact(date(2018, 1, 1), Source.DOCUMENT, date(2026, 11, 1), "李婷")


def specified(years: int, version: int = 1) -> Specified:
    lines = ({"line": "a", "needs": [{"need": "work", "years": years}]},)
    at = "2026-11-01T01:00:00+00:00"
    uid, name = "7d1f0c7e-0000-4000-8000-000000000001", "华岭电工评价规范"
    return Specified(uid, name, version, f"h{version}.{years}", at, f"满{years}年", lines)


def level_line(verdict):
    return next(line for line in verdict.lines if line.code.startswith("level."))


def person(**changes):
    return facts(own(), kind="employee", work_since=SINCE_2018, certificates=(), **changes)


def test_the_lines_of_the_specification_decide_on_both_sides_of_the_limit() -> None:
    """Since 2018-01-01, on 2026-11-25: eight years and not nine. The national standard asks for six."""
    outcomes = {years: judge(person(), context(specification=specified(years))).outcome for years in (8, 9)}
    assert (str(outcomes[8]), str(outcomes[9])) == ("ok", "no")
    assert str(judge(person(), context()).outcome) == "ok"


def test_agency_workers_are_judged_by_it_too() -> None:
    agency = facts(spell(), kind="agency", work_since=SINCE_2018, certificates=())
    outcomes = {years: str(judge(agency, context(specification=specified(years))).outcome) for years in (8, 9)}
    assert outcomes == {8: "ok", 9: "no"}


def test_a_line_cites_version_words_and_hash() -> None:
    line = level_line(judge(person(), context(specification=specified(9, version=3))))
    assert (line.clause, line.text, line.rule_kind) == ("华岭电工评价规范（第3版） 四级", "满9年", "specification")
    assert line.rule_hash == content_hash({"hash": "h3.9", "level": "4"})
    assert line.gap is not None
    assert line.gap["until"] == "2027-01-01"
    assert not word(line).is_provisional


def test_judged_again_from_what_was_stored_it_is_equal_whatever_holds_now() -> None:
    where = context(specification=specified(9))
    stored = json.loads(json.dumps(stored_inputs(person(), where)))
    assert judge_stored(stored) == judge(person(), where)
    again, inputs = judge_corrected(stored, rulebook())
    assert str(again.outcome) == "no"
    assert inputs["context"]["specification"] == stored["context"]["specification"]


def test_what_was_stored_before_there_were_specifications_keeps_the_national_standard() -> None:
    stored = json.loads(json.dumps(stored_inputs(person(), context())))
    del stored["context"]["specification"]
    assert judge_stored(stored) == judge(person(), context())
    assert level_line(judge_stored(stored)).rule_key.startswith("standard.6-31-01-03.2018.")


def test_a_social_organisation_needs_a_national_standard_all_the_same() -> None:
    """Of an occupation without one: an enterprise's candidate is judged by the specification, a social one refused."""
    without = {"occupation_code": "6-31-03-05", "specification": specified(2)}
    enterprise = judge(person(), context(**without))
    social = judge(facts(kind="social", work_since=SINCE_2018), context(body_kind="social", **without))
    codes = {line.code: str(line.outcome) for line in social.lines}
    assert level_line(enterprise).rule_kind == "specification"
    assert codes["social.standard"] == "fail"
    assert not any(line.rule_kind == "specification" for line in social.lines)

"""The tables that a specialist checks: each case as judged today, and as judged before the rules were corrected."""

from pathlib import Path

import pytest
import yaml

from config.rulebook import rulebook
from config.strict_yaml import StrictLoader
from examops.eligibility.facts import Certificate, Schooling, Source
from examops.eligibility.rules import judge, judge_stored, stored_inputs
from tests.domains.eligibility.people import context, facts, own, seen

FILE = Path(__file__).parent / "tables" / "levels.yaml"
OUTCOMES = {"可报名": "ok", "不符合": "no", "待核实": "unclear"}
DOC = Source.DOCUMENT


def cases():
    for table in yaml.load(FILE.read_text(encoding="utf-8"), Loader=StrictLoader):
        for number, case in enumerate(table["例"], start=1):
            yield pytest.param(table["职业"], str(table["等级"]), case, id=f"{table['题']}-{number}")


def somebody(case):
    certificates = ()
    if "证书" in case:
        certificates = (Certificate(str(case["证书"]), case.get("证书职业", ""), "", case["发证"], DOC),)
    if case.get("预备技师"):
        certificates = (Certificate(None, source=DOC, is_pre_technician=True),)
    schooling = ()
    if "学校" in case:
        schooling = (Schooling("某校", case["学校"], "", case.get("专业相关", True), None, case["毕业"], False, DOC),)
    since = seen(case["从业起"]) if "从业起" in case else None
    return facts(own(), kind="employee", certificates=certificates, schooling=schooling, work_since=since)


@pytest.mark.parametrize(("occupation", "level", "case"), list(cases()))
def test_each_case_of_the_table(occupation, level, case):
    person, where = somebody(case), context(occupation_code=occupation, level=level)

    assert judge(person, where).outcome == OUTCOMES[case["结论"]]
    before = judge(person, where, rulebook().known_on(None)).outcome
    assert before == OUTCOMES[case.get("更正前", case["结论"])]


def test_a_verdict_from_before_the_correction_is_judged_by_what_was_known_then():
    case = next(iter(cases())).values[2]
    stored = stored_inputs(somebody(case), context(occupation_code="4-10-01-05"))
    assert judge_stored(stored).outcome == "ok"

    del stored["context"]["rules_known_on"]  # as it was stored before there were corrections
    assert judge_stored(stored).outcome == "no"

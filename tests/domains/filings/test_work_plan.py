"""A filing needs a work plan with a line for every level that is asked, from the day on from which its rule says so."""

from __future__ import annotations

from datetime import date

import pytest

from config.rulebook import rulebook
from examops.core.database import db
from examops.filings.acting import Act, act
from examops.filings.gathering import dossier, lines_of
from examops.filings.judging import judge_stored
from examops.filings.refusals import NotComplete
from examops.filings.shown import shown
from examops.filings.versions import attach
from examops.specifications import begin_plan, save_line
from tests.domains.filings.conftest import Case
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
PLAN = "filing.work_plan"
SINCE = date(2027, 1, 1)
LINE = {"parts": ["theory", "skill"], "pass_mark": 60, "carry_over_months": 24, "site": "", "site_name": ""}
PEOPLE = {"examiners": 3, "proctors": 2}


def found(case: Case, day: date = SINCE) -> list:
    return [line for line in lines_of(dossier(case.filing), day, rulebook()) if line.rule.key == PLAN]


def plan(case: Case, *levels: str) -> None:
    who = {"actor": case.actor("coordinator"), "clock": case.clock}
    row = begin_plan(case.body, **who)
    for level in levels:
        save_line(row, row.edits, ELECTRICIAN, level, LINE | PEOPLE, **who)
    attach(case.filing, row, None, actor=case.actor("coordinator"))
    db.session.commit()


def test_it_is_asked_from_the_day_of_its_rule_on_and_judged_by_the_version_that_goes_with_it(case: Case) -> None:
    case.occupation(levels=("4", "3"))
    assert found(case, date(2026, 12, 31)) == []
    (line,) = found(case)
    assert (line.outcome, line.rule.clause, line.subject) == ("missing", "市工作方案 四(四)", ELECTRICIAN)
    (told,) = shown([line], to_office=False)
    assert (told.found, "每个等级一行" in told.advice) == ("没有随报的，也没有已备案的工作方案", True)
    plan(case, "4")
    (line,) = found(case)
    assert (line.outcome, line.inputs["plan"]) == ("missing", {"version": 1, "levels": ["4"], "needed": ["4", "3"]})
    assert "没有写 三级" in shown([line], to_office=False)[0].found
    assert judge_stored(PLAN, ELECTRICIAN, line.inputs).outcome == "missing"


def test_one_with_every_level_meets_it_and_so_does_one_in_force(case: Case) -> None:
    case.occupation()
    plan(case, "4")
    assert [line.outcome for line in found(case)] == ["met"]


def test_what_is_in_force_counts_for_a_filing_that_brings_none(case: Case, make) -> None:
    case.occupation()
    lines = [{"occupation": ELECTRICIAN, "level": "4", **LINE, **PEOPLE}]
    make.work_plan(case.body, since=DAY, lines=lines)
    (line,) = found(case)
    assert (line.outcome, line.inputs["plan"]["version"]) == ("met", 1)


def test_without_one_nobody_hands_in_from_that_day_on(case: Case) -> None:
    case.fill()
    case.clock.instant = case.clock.instant.replace(year=2027, month=1, day=4)
    with pytest.raises(NotComplete) as refused:
        act(case.filing, Act("submitted", ""), actor=case.actor("coordinator"), clock=case.clock)
    assert "备案工作方案写到每个等级" in refused.value.words
    assert "市工作方案 四(四)" in refused.value.clause


def test_a_filing_of_before_go_live_and_one_decided_before_are_not_asked(case: Case, make) -> None:
    case.to_city()
    case.act("filed", "city_bureau")
    assert found(case, date(2027, 6, 1)) == []
    historic = make.historic_filing(make.body())
    assert [line for line in lines_of(dossier(historic), SINCE, rulebook()) if line.rule.key == PLAN] == []

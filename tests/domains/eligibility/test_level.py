"""Level conditions: any one line suffices, the nearest is shown."""

from datetime import date

import pytest

from config.rulebook import rulebook
from examops.eligibility.clauses.needs import NEEDS, Attempt
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Certificate, Fact, Schooling, Source
from examops.eligibility.rules import judge
from examops.eligibility.verdicts import Decision, Outcome
from examops.eligibility.wording import limit_words, word
from tests.domains.eligibility.people import context, facts, line_of, own, seen

DOC = Source.DOCUMENT


def certificate(level="5", issued_on=date(2020, 1, 1), occupation="", source=DOC):
    return Certificate(level, occupation, "", issued_on, source)


def employee(**changes):
    return facts(own(), kind="employee", **changes)


def schooled(school="technical_school", end=date(2020, 7, 1), is_related=True, source=DOC):
    return Schooling("某校", school, "机电", is_related, None, end, False, source)


@pytest.mark.parametrize(
    ("issued_on", "since", "outcome", "gap_days"),
    [
        (date(2022, 11, 25), date(2015, 1, 1), Decision.OK, None),
        (date(2022, 11, 26), date(2021, 6, 1), Decision.NO, 1),
        (date(2020, 1, 1), date(2022, 11, 26), Decision.NO, 1),
        (date(2020, 1, 1), date(2022, 11, 25), Decision.OK, None),
    ],
)
def test_four_years_after_the_certificate_to_the_day(issued_on, since, outcome, gap_days):
    verdict = judge(employee(certificates=(certificate(issued_on=issued_on),), work_since=seen(since)), context())

    assert (verdict.outcome, verdict.gap_days) == (outcome, gap_days)


def test_six_years_of_work_need_no_certificate():
    verdict = judge(employee(certificates=(), work_since=seen(date(2020, 11, 25))), context())

    line = line_of(verdict, "level.work")
    assert (verdict.outcome, line.outcome, line.params["line"]) == (Decision.OK, Outcome.PASS, "b")


def test_the_nearest_line_is_shown_and_the_others_are_named():
    verdict = judge(
        employee(certificates=(certificate(issued_on=date(2023, 1, 1)),), work_since=seen(date(2021, 2, 1))), context()
    )
    line = line_of(verdict, "level.work_after")

    assert (line.params["line"], line.gap["until"]) == ("a", "2027-01-01")
    others = {one["line"]: one for one in line.params["others"]}
    assert others["b"]["gap_days"] > line.gap["total_days"]
    assert others["c"]["is_claimed"] is False


@pytest.mark.parametrize(
    ("held", "outcome"),
    [
        (certificate("5"), Outcome.PASS),
        (certificate("4"), Outcome.PASS),
        (certificate("T"), Outcome.PASS),
        (certificate("S"), Outcome.PASS),
        (certificate("5", occupation="电工"), Outcome.PASS),
        (certificate("5", occupation="维修电工"), Outcome.PASS),
        (certificate("5", occupation="6-31-01-03"), Outcome.PASS),
        (certificate("5", occupation="茶艺师"), Outcome.UNCLEAR),
        (certificate("5", source=Source.TYPED), Outcome.UNCLEAR),
        (certificate(None), Outcome.UNCLEAR),
    ],
)
def test_a_certificate_of_the_level_in_this_or_a_related_occupation(held, outcome):
    verdict = judge(employee(certificates=(held,), work_since=seen(date(2021, 1, 1))), context())

    assert line_of(verdict, "level.certificate").outcome is outcome


def test_the_best_of_several_certificates_is_taken():
    held = (
        certificate("5", date(2025, 1, 1)),
        certificate("5", date(2019, 1, 1)),
        certificate("5", occupation="茶艺师"),
    )
    verdict = judge(employee(certificates=held), context())

    assert verdict.outcome is Decision.OK


def test_too_low_a_certificate_fails_and_says_which_to_get():
    verdict = judge(employee(certificates=(certificate("5"),)), context(level="3"))
    line = line_of(verdict, "level.certificate")

    assert (line.outcome, word(line).advice) == (Outcome.FAIL, ("先取得四级证书，或补填已有证书",))
    assert "level.work_after" not in {one.code for one in verdict.lines}


@pytest.mark.parametrize(
    ("years", "outcome"),
    [(3, Outcome.FAIL), (5, Outcome.UNCLEAR), (20, Outcome.PASS)],
)
def test_years_told_as_a_number(years, outcome):
    """Since the certificate nearly seven years passed: three are too few, five may lie before it, twenty cover all."""
    verdict = judge(employee(work_since=None, work_years=seen(years)), context())

    assert line_of(verdict, "level.work_after").outcome is outcome


def test_too_short_a_time_since_the_certificate_fails_whatever_else_is_told():
    verdict = judge(employee(certificates=(certificate(issued_on=date(2024, 1, 1)),), work_since=None), context())

    assert line_of(verdict, "level.work_after").gap["until"] == "2028-01-01"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (schooled(), Outcome.PASS),
        (schooled("technician_college"), Outcome.PASS),
        (schooled(source=Source.TYPED), Outcome.UNCLEAR),
        (schooled(is_related=None), Outcome.UNCLEAR),
        (schooled(is_related=False), Outcome.FAIL),
        (schooled("college"), Outcome.FAIL),
        (schooled(""), Outcome.UNCLEAR),
        (schooled(end=date(2027, 11, 25)), Outcome.PASS),
        (schooled(end=date(2027, 11, 26)), Outcome.FAIL),
        (schooled(end=None), Outcome.UNCLEAR),
    ],
)
def test_graduates_and_students_of_the_last_year(told, outcome):
    person = employee(certificates=(), work_since=None, schooling=(told,))

    assert line_of(judge(person, context()), "level.graduation").outcome is outcome


@pytest.mark.parametrize(
    ("ended_on", "outcome"), [(date(2026, 11, 25), Outcome.PASS), (date(2026, 11, 26), Outcome.FAIL)]
)
def test_an_apprenticeship_opens_level_five(ended_on, outcome):
    person = employee(certificates=(), work_since=None, apprenticeship_ended_on=seen(ended_on))

    assert line_of(judge(person, context(level="5")), "level.apprenticeship").outcome is outcome


def test_nothing_told_is_unclear_not_refused():
    person = employee(certificates=(), work_since=None)

    assert judge(person, context()).outcome is Decision.UNCLEAR


def test_a_line_nobody_claims_does_not_hide_one_that_fails():
    person = employee(certificates=(certificate(issued_on=date(2025, 1, 1)),), work_since=seen(date(2025, 1, 1)))

    assert judge(person, context()).outcome is Decision.NO


@pytest.mark.parametrize(
    ("changes", "code", "outcome"),
    [
        ({"occupation_code": "6-30-99-00", "level": "5"}, "level.not_in_standard", Outcome.FAIL),
        ({"occupation_code": "9-99-99-99"}, "standard.unknown", Outcome.UNCLEAR),
    ],
)
def test_a_level_without_conditions(changes, code, outcome):
    assert line_of(judge(employee(), context(**changes)), code).outcome is outcome


def test_nobody_is_judged_by_a_law_that_did_not_exist_yet():
    with pytest.raises(LookupError, match="has no value on 2019-06-30"):
        judge(employee(), context(cut_off=date(2019, 6, 30)))


def test_each_standard_has_its_own_years():
    person = employee(certificates=(certificate("5", date(2024, 1, 1)),), work_since=seen(date(2022, 1, 1)))

    assert judge(person, context(occupation_code="4-10-01-05")).outcome is Decision.OK
    assert judge(person, context(occupation_code="6-31-01-03")).outcome is Decision.NO


def test_typed_years_that_are_too_few_fail():
    person = employee(certificates=(), work_since=Fact(date(2025, 1, 1)))

    assert line_of(judge(person, context()), "level.work").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("need", "word"),
    [({"need": "title", "level": "junior"}, "初级职称"), ({"need": "degree", "degree": "master"}, "硕士学位")],
)
def test_a_title_or_degree_waits_for_somebody_to_see_the_paper(need, word):
    """Nothing that a roster carries says so: never a pass, never a refusal."""
    trial = Attempt(facts(own()), RuleContext(context()), rulebook()["standard.4-03-02-07.2023.level_3"].on_latest())

    line = NEEDS[need["need"]](need, trial)

    assert (line.outcome, str(limit_words(line))) == ("unclear", word)
    assert line.advice_code == "attach"

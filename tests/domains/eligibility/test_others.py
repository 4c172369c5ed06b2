"""Employees, students, candidates from the public, and whom a body may assess."""

from dataclasses import replace
from datetime import date

import pytest

from config.rulebook import load, rulebook
from examops.demo import DECISIONS
from examops.eligibility.facts import Fact, Source
from examops.eligibility.id_number import check_character
from examops.eligibility.rules import judge
from examops.eligibility.verdicts import Decision, Outcome
from examops.eligibility.wording import word
from tests.domains.eligibility.people import an_id, context, facts, line_of, own, seen, student


def test_an_insured_employee_in_post_with_papers_is_eligible():
    verdict = judge(facts(own(), kind="employee"), context())

    assert (verdict.outcome, verdict.failing, verdict.unclear) == (Decision.OK, (), ())


@pytest.mark.parametrize(
    ("spell", "in_post", "insured"),
    [
        (own(date(2020, 1, 1), date(2026, 11, 24)), Outcome.FAIL, Outcome.PASS),
        (own(date(2020, 1, 1), date(2026, 11, 25)), Outcome.PASS, Outcome.PASS),
        (own(date(2026, 11, 26)), Outcome.FAIL, Outcome.PASS),
        (own(None), Outcome.PASS, Outcome.PASS),
        (own(by=False), Outcome.PASS, Outcome.FAIL),
        (own(by="乙电器有限公司"), Outcome.PASS, Outcome.FAIL),
        (own(by=None), Outcome.PASS, Outcome.UNCLEAR),
        (own(proven=False), Outcome.UNCLEAR, Outcome.UNCLEAR),
        (own(by=False, proven=False), Outcome.UNCLEAR, Outcome.FAIL),
    ],
)
def test_an_employee_is_in_post_and_insured_here(spell, in_post, insured):
    verdict = judge(facts(spell, kind="employee"), context())

    assert line_of(verdict, "employee.in_post").outcome is in_post
    assert line_of(verdict, "employee.insured").outcome is insured


def test_an_employee_of_nobody_we_know_is_unclear():
    verdict = judge(facts(kind="employee"), context())

    assert line_of(verdict, "employee.in_post").outcome is Outcome.UNCLEAR


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.PASS),
        ({"end": None}, Outcome.PASS),
        ({"end": date(2026, 7, 1)}, Outcome.FAIL),
        ({"start": date(2026, 12, 1)}, Outcome.FAIL),
        ({"institution": "广州某技师学院"}, Outcome.FAIL),
        ({"source": Source.TYPED}, Outcome.UNCLEAR),
    ],
)
def test_a_student_is_enrolled_here(changes, outcome):
    person = facts(kind="student", schooling=(student(**changes),))
    verdict = judge(person, context(body_kind="college", body_name="佛山市技师学院"))

    assert line_of(verdict, "student.enrolled").outcome is outcome


@pytest.mark.parametrize("code", ["6-31-01-03", "4-10-01-03"])
def test_without_a_confirmed_shortage_list_nobody_of_the_public_passes_and_nobody_is_refused(code):
    verdict = judge(facts(kind="social"), context(body_kind="social", occupation_code=code))
    line = line_of(verdict, "social.shortage_unconfirmed")

    assert (verdict.outcome, line.outcome, line.rule_kind) == ("unclear", Outcome.UNCLEAR, "policy")
    assert line.rule_hash == rulebook()["eligibility.social_shortage"].on(date(2026, 11, 25)).content_hash
    assert line_of(verdict, "social.standard").outcome is Outcome.PASS


@pytest.mark.parametrize(("code", "outcome"), [("6-31-01-03", Outcome.PASS), ("6-20-01-01", Outcome.FAIL)])
def test_a_confirmed_shortage_list_decides_and_is_named(code, outcome):
    book = load(decisions=DECISIONS)
    verdict = judge(facts(kind="social"), context(body_kind="social", occupation_code=code), book)
    line = line_of(verdict, "social.shortage")

    assert (line.outcome, line.rule_key, line.rule_kind) == (outcome, "eligibility.shortage_list", "local decision")
    assert "不是正式文件" in str(word(line).found)


@pytest.mark.parametrize(("code", "outcome"), [("6-31-01-03", Outcome.PASS), ("4-10-01-03", Outcome.FAIL)])
def test_before_the_correction_the_list_was_taken_as_it_stood(code, outcome):
    where = context(body_kind="social", occupation_code=code)
    verdict = judge(facts(kind="social"), where, rulebook().known_on(date(2026, 11, 29)))

    assert line_of(verdict, "social.shortage").outcome is outcome


@pytest.mark.parametrize(
    ("body_kind", "kind"),
    [("enterprise", "student"), ("enterprise", "social"), ("college", "employee"), ("social", "agency")],
)
def test_a_body_assesses_its_own_kind_of_people(body_kind, kind):
    line = line_of(judge(facts(kind=kind), context(body_kind=body_kind)), "person.kind")

    assert line.outcome is Outcome.FAIL


def test_an_unknown_kind_is_unclear():
    assert line_of(judge(facts(kind="employee"), context()), "level.certificate").outcome is Outcome.PASS

    nobody = replace(facts(), kind=None)
    assert line_of(judge(nobody, context()), "person.kind").outcome is Outcome.UNCLEAR


@pytest.mark.parametrize(
    ("born", "outcome"), [("20101125", Outcome.PASS), ("20101126", Outcome.FAIL), ("19660101", Outcome.PASS)]
)
def test_sixteen_on_the_day(born, outcome):
    person = facts(own(), kind="employee", id_number=an_id(born=born))

    assert line_of(judge(person, context()), "person.age").outcome is outcome


@pytest.mark.parametrize(
    ("known", "outcome"),
    [(Fact(0, Source.OFFICIAL), Outcome.PASS), (Fact(1, Source.OFFICIAL), Outcome.FAIL), (None, Outcome.UNCLEAR)],
)
def test_one_live_application(known, outcome):
    person = facts(own(), kind="employee", open_applications=known)

    assert line_of(judge(person, context()), "application.one").outcome is outcome


def test_another_document_is_for_a_person_to_look_at():
    person = facts(own(), kind="employee", id_type="港澳居民来往内地通行证", id_number="H12345678")
    verdict = judge(person, context())

    assert line_of(verdict, "id.other_document").outcome is Outcome.UNCLEAR
    assert "id.length" not in {line.code for line in verdict.lines}


LOOKED_AT = [
    ("港澳居民来往内地通行证", "H12345678"),
    ("回乡证", "M1234567801"),
    ("台胞证", "12345678"),
    ("台湾居民来往大陆通行证", "1234567890(B)"),
    ("护照", "E12345678"),
    ("Passport", "ab1234567"),
    ("外国人永久居留身份证", "USA110123456789"),
    ("永久居留证", "91108401990010100" + check_character("91108401990010100")),
]


@pytest.mark.parametrize(("kind", "number"), LOOKED_AT)
def test_another_document_of_right_form_passes_once_its_original_was_seen(kind, number):
    typed = facts(own(), kind="employee", id_type=kind, id_number=number)
    assert line_of(judge(typed, context()), "id.other_document").outcome is Outcome.UNCLEAR

    confirmed = replace(typed, id_seen=Fact(True, Source.DOCUMENT, date(2026, 11, 20), "黄晓敏"))
    line = line_of(judge(confirmed, context()), "id.other_document")
    assert line.outcome is Outcome.PASS
    assert line.found_source["seen_by"] == "黄晓敏"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("港澳居民来往内地通行证", "12345678"),
        ("回乡证", "H1234567"),
        ("台胞证", "1234567"),
        ("护照", "ABCDEFG"),
        ("护照", "E1234567890"),
        ("永久居留证", "911084019900101000"),
        ("港澳台居民居住证", "440604199001010018"),
    ],
)
def test_a_number_that_its_document_cannot_have_fails_whoever_looked(kind, number):
    looked = Fact(True, Source.DOCUMENT, date(2026, 11, 20), "黄晓敏")
    verdict = judge(facts(own(), kind="employee", id_type=kind, id_number=number, id_seen=looked), context())
    assert line_of(verdict, "id.document_form").outcome is Outcome.FAIL


def test_the_residence_permit_of_hong_kong_macao_and_taiwan_is_read_as_an_id_number():
    number = "81000019900101001" + check_character("81000019900101001")
    verdict = judge(facts(own(), kind="employee", id_type="港澳台居民居住证", id_number=number), context())
    assert line_of(verdict, "id.checksum").outcome is Outcome.PASS
    assert line_of(verdict, "person.age").outcome is Outcome.PASS


def test_a_document_that_nobody_knows_stays_unclear_though_somebody_saw_it():
    looked = Fact(True, Source.DOCUMENT, date(2026, 11, 20), "黄晓敏")
    verdict = judge(facts(own(), kind="employee", id_type="船员证", id_number="A1", id_seen=looked), context())
    assert line_of(verdict, "id.other_document").outcome is Outcome.UNCLEAR


def test_a_sex_that_is_not_the_numbers_is_asked_about():
    person = facts(own(), kind="employee", sex="female")

    assert line_of(judge(person, context()), "id.sex").outcome is Outcome.UNCLEAR


def test_a_body_that_is_not_filed_for_the_level_is_refused():
    verdict = judge(facts(own(), kind="employee"), context(offered=False))

    assert line_of(verdict, "body.not_filed").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("body_kind", "kind", "clause"),
    [("enterprise", "employee", "一(七)"), ("college", "student", "二(二)1"), ("social", "social", "四(二)")],
)
def test_the_level_conditions_cite_the_clause_for_this_kind_of_body(body_kind, kind, clause):
    line = line_of(judge(facts(kind=kind), context(body_kind=body_kind, offered=False)), "body.not_filed")

    assert line.clause == f"市工作方案 {clause}"


def test_all_failing_clauses_are_listed_first():
    person = facts(
        own(by=False, end=date(2026, 1, 1)),
        kind="employee",
        id_number=an_id()[:17] + "X",
        certificates=(),
        work_since=seen(date(2025, 1, 1)),
        open_applications=Fact(1, Source.OFFICIAL),
    )
    verdict = judge(person, context())

    codes = {line.code for line in verdict.failing}
    assert codes == {"employee.in_post", "employee.insured", "level.work", "id.checksum", "application.one"}
    assert verdict.lines[: len(codes)] == verdict.failing

"""Agency workers: a year to the day, joined spells, two hosts, Foshan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.rulebook import rulebook
from examops.eligibility.facts import Fact, Source
from examops.eligibility.periods import add_years, between
from examops.eligibility.rules import judge
from examops.eligibility.verdicts import Decision, Outcome
from examops.eligibility.wording import headline, next_step, word
from tests.domains.eligibility.people import BODY, context, facts, line_of, spell


@pytest.mark.parametrize(
    ("start", "cut_off", "outcome", "gap_days"),
    [
        (date(2025, 11, 25), date(2026, 11, 25), Outcome.PASS, None),
        (date(2025, 11, 26), date(2026, 11, 25), Outcome.FAIL, 1),
        (date(2025, 12, 5), date(2026, 11, 25), Outcome.FAIL, 10),
        (date(2024, 2, 29), date(2025, 2, 27), Outcome.FAIL, 1),
        (date(2024, 2, 29), date(2025, 2, 28), Outcome.PASS, None),
        (date(2023, 2, 28), date(2024, 2, 28), Outcome.PASS, None),
        (date(2023, 3, 1), date(2024, 2, 29), Outcome.FAIL, 1),
        (date(2023, 12, 31), date(2024, 12, 30), Outcome.FAIL, 1),
    ],
)
def test_a_year_is_counted_to_the_day(start, cut_off, outcome, gap_days):
    line = line_of(judge(facts(spell(start)), context(cut_off=cut_off)), "agency.year")

    assert line.outcome is outcome
    assert (line.gap["total_days"] if line.gap else None) == gap_days


def test_a_year_from_any_day_is_reached_on_the_matching_day_or_the_end_of_the_month():
    start = date(2023, 1, 1)
    for offset in range(1500):
        day = start + timedelta(days=offset)
        reached = add_years(day, 1)
        assert (reached - day).days in (365, 366)
        assert (reached.month, reached.day) == ((2, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day))
        assert between(day, reached) == (1, 0, 0)


@pytest.mark.parametrize(
    ("first_end", "second_start", "outcome", "break_days"),
    [
        (date(2026, 3, 31), date(2026, 4, 1), Outcome.PASS, None),
        (date(2026, 3, 31), date(2026, 3, 15), Outcome.PASS, None),
        (date(2026, 3, 31), date(2026, 3, 31), Outcome.PASS, None),
        (date(2026, 3, 31), date(2026, 4, 2), Outcome.FAIL, 1),
        (date(2026, 3, 31), date(2026, 6, 1), Outcome.FAIL, 61),
        (date(2026, 3, 27), date(2026, 3, 30), Outcome.PASS, None),  # Friday to Monday
        (date(2026, 3, 27), date(2026, 3, 31), Outcome.FAIL, 3),  # Monday was free
        (date(2026, 4, 3), date(2026, 4, 7), Outcome.PASS, None),  # over the tomb-sweeping days
        (date(2026, 5, 8), date(2026, 5, 10), Outcome.FAIL, 1),  # a Saturday that was worked in exchange
    ],
)
def test_another_agency_without_a_break_keeps_the_time(first_end, second_start, outcome, break_days):
    first = spell(date(2025, 5, 1), first_end, agency="甲人力")
    second = spell(second_start, agency="乙人力")
    line = line_of(judge(facts(second, first), context()), "agency.year")

    assert line.outcome is outcome
    assert line.params.get("break_days") == break_days


def test_after_a_break_the_sum_stands_beside_the_time():
    first = spell(date(2025, 5, 1), date(2026, 3, 31), agency="甲人力")
    line = line_of(judge(facts(first, spell(date(2026, 6, 1), agency="乙人力")), context()), "agency.year")

    assert (line.found["days_in_all"], word(line).found) == (
        335 + 178,
        "5 个月 24 天（累计 513 天）；上一段 甲人力 2025-05-01 至 2026-03-31；空了 40 个工作日；"
        "这一段 乙人力 2026-06-01 起",
    )


def test_before_the_correction_the_free_days_are_told_as_days():
    first = spell(date(2025, 5, 1), date(2026, 3, 31), agency="")
    verdict = judge(facts(first, spell(date(2026, 6, 1))), context(), rulebook().known_on(None))

    assert "上一段 派遣单位未填 2025-05-01 至 2026-03-31；空了 61 天" in str(
        word(line_of(verdict, "agency.year")).found
    )


def test_a_weekend_was_a_break_before_the_rule_was_corrected():
    pair = spell(date(2025, 5, 1), date(2026, 3, 27)), spell(date(2026, 3, 30), agency="乙人力")
    line = line_of(judge(facts(*pair), context(), rulebook().known_on(None)), "agency.year")

    assert (line.outcome, line.params["break_days"]) == (Outcome.FAIL, 2)


def test_a_short_spell_inside_a_long_one_does_not_end_it():
    inner = spell(date(2025, 6, 1), date(2025, 7, 1), agency="乙人力")

    assert line_of(judge(facts(spell(date(2025, 1, 1)), inner), context()), "agency.year").outcome is Outcome.PASS


@pytest.mark.parametrize("end", [date(2026, 11, 24), date(2026, 6, 30)])
def test_who_has_left_before_the_day_fails(end):
    line = line_of(judge(facts(spell(date(2024, 1, 1), end)), context()), "agency.year")

    assert (line.outcome, line.found["form"]) == (Outcome.FAIL, "not_on_the_day")


def test_the_last_day_of_work_still_counts():
    verdict = judge(facts(spell(date(2024, 1, 1), date(2026, 11, 25))), context())

    assert line_of(verdict, "agency.year").outcome is Outcome.PASS


def test_time_at_another_host_does_not_count():
    other = spell(date(2020, 1, 1), date(2026, 5, 31), host="乙电器有限公司")
    line = line_of(judge(facts(other, spell(date(2026, 6, 1))), context()), "agency.year")

    assert (line.outcome, line.gap["until"]) == (Outcome.FAIL, "2027-06-01")


@pytest.mark.parametrize("host", ["", "注塑一车间", BODY, f" {BODY} ", "华岭旧名有限公司"])
def test_the_host_is_this_enterprise_under_any_of_its_names(host):
    verdict = judge(facts(spell(host=host)), context(body_aliases=("华岭旧名有限公司",)))

    assert line_of(verdict, "agency.year").outcome is Outcome.PASS


def test_only_work_elsewhere_is_no_work_here():
    line = line_of(judge(facts(spell(host="乙电器有限公司")), context()), "agency.year")

    assert (line.outcome, line.found) == (Outcome.FAIL, {"form": "elsewhere", "places": ["乙电器有限公司"]})


def test_two_hosts_that_claim_the_same_days_are_shown():
    other = spell(date(2026, 3, 1), date(2026, 4, 1), host="乙电器有限公司")
    verdict = judge(facts(spell(date(2024, 1, 1)), other), context())
    line = line_of(verdict, "agency.one_host")

    assert (line.outcome, verdict.outcome) == (Outcome.UNCLEAR, Decision.UNCLEAR)
    assert word(line).found == "2026-03-01 至 2026-04-01 另由 乙电器有限公司 申报"


def test_following_hosts_are_no_conflict():
    before = spell(date(2020, 1, 1), date(2023, 12, 31), host="乙电器有限公司")
    verdict = judge(facts(before, spell(date(2024, 1, 1))), context())

    assert "agency.one_host" not in {line.code for line in verdict.lines}


@pytest.mark.parametrize(
    ("insured", "works", "proven", "outcome"),
    [
        ("佛山", "广州", True, Outcome.PASS),
        ("广州", "佛山市南海区", True, Outcome.PASS),
        ("广州", "顺德", False, Outcome.UNCLEAR),
        ("广州", "东莞", False, Outcome.FAIL),
        ("广州", "东莞", True, Outcome.FAIL),
        ("广州", "", True, Outcome.UNCLEAR),
        ("广州", "深圳市南山区南海大道", True, Outcome.FAIL),  # 南海 occurs in it
        ("广州", "南海大道", True, Outcome.UNCLEAR),
        ("广州", "桂林市三水镇", True, Outcome.FAIL),
        ("广州", "三水区西南街道", True, Outcome.PASS),
        ("广州", "440605", True, Outcome.PASS),
        ("", "", True, Outcome.UNCLEAR),
    ],
)
def test_insured_or_working_in_foshan(insured, works, proven, outcome):
    verdict = judge(facts(spell(insured=insured, works=works, proven=proven)), context())

    assert line_of(verdict, "agency.foshan").outcome is outcome


def test_one_proof_is_enough_for_the_place():
    told = spell(insured="广州", works="顺德", proven=False)

    proven = replace(told, insured_in=Fact("高明", Source.OFFICIAL))

    assert line_of(judge(facts(proven), context()), "agency.foshan").outcome is Outcome.PASS


def test_typed_alone_is_never_a_pass():
    verdict = judge(facts(spell(proven=False)), context())

    assert line_of(verdict, "agency.year").outcome is Outcome.UNCLEAR
    assert verdict.outcome is Decision.UNCLEAR


def test_a_proof_is_not_spoilt_by_what_is_typed_beside_it():
    verdict = judge(facts(spell(proven=False), spell()), context())

    assert line_of(verdict, "agency.year").outcome is Outcome.PASS


def test_no_start_day_is_unclear_and_says_what_to_fill_in():
    line = line_of(judge(facts(spell(None)), context()), "agency.year")

    assert (line.outcome, word(line).advice) == (Outcome.UNCLEAR, ("补填派遣起始日期",))


def test_the_line_reads_as_on_the_page():
    person = facts(spell(date(2025, 12, 5), host="注塑一车间", insured="广州", works="顺德", proven=False))
    verdict = judge(person, context(next_batch="12 月批次", next_cut_off=date(2026, 12, 25)))
    year, place = (word(line_of(verdict, code)) for code in ("agency.year", "agency.foshan"))

    assert (year.mark, year.clause, year.found, year.note) == (
        "✗",
        "劳务派遣在本企业满一年",
        "11 个月 20 天",
        "表中填报：2025-12-05 起，算到 2026-11-25",
    )
    assert (year.limit, year.gap, year.cited) == ("≥ 1 年", "差 10 天", "市工作方案 四(一)2")
    assert year.advice == ("2026-12-05 满一年，转入12 月批次", "起始日填错的，更正并附派遣协议")
    assert (place.mark, place.found, place.note) == ("?", "参保 广州 · 就业 顺德", "表中填报，未见证明")
    assert headline(verdict) == "劳务派遣满一年：差 10 天；另 1 项待核实"
    assert next_step(verdict) == "转 12 月批次"
    assert verdict.gap_days == 10


@pytest.mark.parametrize(
    ("start", "advice", "step"),
    [
        (date(2025, 12, 25), "2026-12-25 满一年，转入12 月批次", "转 12 月批次"),
        (date(2025, 12, 26), "2026-12-26 满一年，之后的批次可报", "2026-12-26 起可报"),
    ],
)
def test_the_next_batch_is_offered_only_when_its_cut_off_day_is_late_enough(start, advice, step):
    verdict = judge(facts(spell(start)), context(next_batch="12 月批次", next_cut_off=date(2026, 12, 25)))

    assert word(line_of(verdict, "agency.year")).advice[0] == advice
    assert next_step(verdict) == step

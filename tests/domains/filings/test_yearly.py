"""Volume by year: two numbers a year, added up by the system, with what they do to years, volume and share."""

from __future__ import annotations

from datetime import date

import pytest

from config.rulebook import rulebook
from examops.core.clock import today
from examops.core.database import db
from examops.filings.gathering import dossier, filing_by_uid, lines_of
from examops.filings.judging import judge_stored
from examops.filings.shown import shown
from examops.filings.yearly import half_years, sums_of, table_of, years_in_a_row, years_offered
from tests.domains.filings.conftest import Case, people_of
from tests.factories import ELECTRICIAN

pytestmark = pytest.mark.postgres
SHARE, YEARS = "filing.social_assessed_share", "filing.social_years"
TOTAL, EACH = "filing.social_volume_total", "filing.social_volume_each"
SIX = [[year, 3500, 1500] for year in range(2021, 2027)]  # 30,000, of which 9,000


def test_a_year_needs_both_numbers_and_one_of_nothing_is_no_year() -> None:
    name = "volume_years-{}-{}".format
    given = {name(2026, "trained"): 5, name(2026, "assessed"): 0, name(2025, "trained"): 0, name(2025, "assessed"): 0}
    assert table_of(given, [2026, 2025, 2024]) == [[2026, 5, 0]]
    assert table_of({}, [2026]) is None
    halves = half_years(
        {name(2026, "trained"): 5, name(2025, "assessed"): 1}, [2026, 2025, 2024], {name(2024, "trained")}
    )
    assert [field for field, _fault in halves] == [
        name(2026, "assessed"),
        name(2025, "trained"),
        name(2024, "assessed"),
    ]


def test_sums_and_years_that_follow_each_other() -> None:
    assert sums_of(SIX) == {"volume": 30000, "volume_total": 30000, "volume_assessed": 9000}
    assert [years_in_a_row(SIX), years_in_a_row([[2020, 1, 0], *SIX[1:]])] == [6, 5]
    assert years_offered(date(2026, 5, 1), [[2009, 1, 1]])[::12] == [2026, 2009]


@pytest.fixture
def case(make, clock, settled: None) -> Case:
    from examops.filings.editing import begin

    body = make.body("social", state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    made = Case(body, filing, people, make, clock)
    made.occupation()
    return made


def lines(case: Case, day: date | None = None) -> dict:
    db.session.rollback()
    found = dossier(filing_by_uid(case.filing.uid))
    return {line.rule.key: line for line in lines_of(found, day or today(case.clock), rulebook())}


def typed(table: list[list[int]], **more: str) -> dict[str, str]:
    numbers = {f"volume_years-{year}-trained": f"{trained:,}" for year, trained, _ in table}
    numbers |= {f"volume_years-{year}-assessed": str(assessed) for year, _, assessed in table}
    return {"version": "0", "as_of": "2026-10-31", **numbers, **more}


def test_everything_wrong_on_the_page_is_told_at_once_and_what_was_typed_stays(case: Case, sign_in) -> None:
    """Years with one number and the missing day came only after the other faults had been mended."""
    form = {"version": "0", "training_years": "六年", "as_of": ""}
    form |= {"volume_years-2025-trained": "9000", "volume_years-2024-assessed": "1.5"}
    page = sign_in(case.account("coordinator")).post(f"/filings/{case.filing.uid}/pages/experience", data=form)
    told = (
        "“连续开展培训评价”写 0 到 200 的整数",
        "2025 年只填了一个数",
        "2024 年只填了一个数",
        "没有选数字的截止日期",
    )
    assert (page.status_code, "有 5 处要改" in page.text, [words in page.text for words in told]) == (
        422,
        True,
        [True] * 4,
    )
    assert all(f'value="{value}"' in page.text for value in ("六年", "9000", "1.5"))
    later = {**form, "as_of": "2031-01-01"}
    page = sign_in(case.account("coordinator")).post(f"/filings/{case.filing.uid}/pages/experience", data=later)
    assert ("有 5 处要改" in page.text, "截止日期不能晚于今天" in page.text) == (True, True)


def test_the_table_is_typed_added_up_and_judged_at_both_sides_of_each_limit(case: Case, sign_in) -> None:
    browser, proof = sign_in(case.account("coordinator")), case.upload("volume_proof")
    page = f"/filings/{case.filing.uid}/pages/experience"
    empty = browser.get(page).text
    assert ('name="volume_years-2026-trained"' in empty, 'name="volume_total"' in empty) == (True, False)
    form = typed(SIX, area="city", training_years="6", **{"document-volume_years": str(proof.uid)})
    form["document-training_years"] = str(proof.uid)
    assert browser.post(page, data=form).status_code == 302
    shown_again = browser.get(page).text
    assert 'value="3500"' in shown_again
    case.read(proof)
    found = lines(case)
    assert [found[key].outcome for key in (YEARS, TOTAL, SHARE)] == ["met"] * 3
    words = {one.line.rule.key: one.found for one in shown(list(found.values()), to_office=False)}
    assert words[TOTAL] == "30,000 人次 · 2021–2026 年合计"
    assert words[SHARE].startswith("30 %（评价 9,000 / 共 30,000 人次）")
    assert "2026 年培训 3,500、评价 1,500" in browser.get(f"/filings/{case.filing.uid}").text
    fewer = [*SIX[:-1], [2026, 3500, 1499]]
    assert browser.post(page, data={**form, **typed(fewer), "version": "1"}).status_code == 302
    found = lines(case)
    assert [found[key].judged.why for key in (TOTAL, SHARE)] == ["below", "below"]
    words = {one.line.rule.key: one.found for one in shown(list(found.values()), to_office=False)}
    assert words[SHARE].startswith("29.9 %")
    assert all(judge_stored(key, "", line.inputs).judged == line.judged for key, line in found.items() if key != EACH)


def test_a_gap_in_the_table_shortens_the_years_that_were_stated(case: Case) -> None:
    proof = case.upload("volume_proof")
    case.save("experience", {"area": "city", "training_years": 9, "volume_years": [[2019, 9, 9], *SIX[1:]]}, proof)
    case.read(proof)
    line = lines(case)[YEARS]
    assert (line.judged.why, line.inputs["facts"]["training_years"]["value"]) == ("below", 5)
    (told,) = shown([line], to_office=True)
    assert "填报 9 年，按年的数只有到 2026 年的 5 年" in told.found


def test_a_total_alone_is_in_doubt_from_the_day_of_the_rule_on(case: Case, sign_in) -> None:
    proof = case.upload("volume_proof")
    case.save("experience", {"area": "city", "training_years": 6, "volume_total": 30000}, proof)
    case.save(f"occupation-{ELECTRICIAN}", {"volume": 6000}, proof)
    case.read(proof)
    before, since = (lines(case, day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert [before[TOTAL].outcome, before[EACH].outcome] == ["met", "met"]
    assert [since[TOTAL].judged.why, since[EACH].judged.why] == ["no_years", "no_years"]
    (told,) = shown([since[EACH]], to_office=False)
    assert "按年填" in told.advice
    case.save(f"occupation-{ELECTRICIAN}", {"volume_years": [[2026, 4000, 2000]]}, proof)
    page = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text
    assert "看过以后又填了 1 项，再看一次才算" in page
    case.read(proof)
    assert lines(case, date(2027, 1, 1))[EACH].outcome == "met"


def test_what_an_office_looks_up_later_stands_before_the_table(case: Case, sign_in) -> None:
    proof = case.upload("volume_proof")
    case.save("experience", {"area": "city", "training_years": 6, "volume_years": SIX}, proof)
    case.make.run_as_owner(
        "UPDATE filing SET state = 'submitted', due_on = '2026-12-07', clock_owner = 'district_bureau'"
    )
    browser = sign_in(case.account("district_bureau"))
    assert 'value="volume_total~"' in browser.get(f"/filings/{case.filing.uid}").text
    record = {"fact": "volume_total~", "value": "29,999", "looked_up_in": "省系统", "as_of": "2026-11-01"}
    assert browser.post(f"/filings/{case.filing.uid}/records", data=record).status_code == 302
    line = lines(case)[TOTAL]
    assert (line.judged.why, line.inputs["facts"]["volume_total"]["value"]) == ("below", 29999)
    refused = browser.post(f"/filings/{case.filing.uid}/records", data={**record, "fact": "volume_years~"})
    assert (refused.status_code, "没有这一项" in refused.text) == (422, True)


def test_selection_shows_which_of_the_four_conditions_the_body_says_it_meets(case: Case) -> None:
    proof = case.upload("merit")
    case.save("experience", {"merit_base": True, "merit_pilot": False}, proof)
    (told,) = shown([lines(case)["filing.social_selection"]], to_office=True)
    assert (told.mark, told.asks_a_person) == ("unclear", True)
    assert "还没有人决定 · 机构填报符合：4. 省高技能人才培训（实训）基地" in told.found
    assert "1. " not in told.found

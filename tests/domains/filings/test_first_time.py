"""What somebody meets who files for the first time, and an office that gets a filing back."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from config.rulebook import rulebook
from examops.core.clock import today
from examops.core.database import db
from examops.filings.answering import changed_since_return
from examops.filings.editing import begin
from examops.filings.gathering import dossier, lines_of
from examops.filings.judging.checks import has_standard, in_catalogue, not_access_type
from examops.filings.obstacles import obstacle_words
from examops.filings.offering import occupations_offered
from tests.domains.filings.conftest import Case, people_of
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
CARE, FIRE_OPERATOR = "4-10-01-05", "4-07-05-04"


@pytest.fixture
def social(make: Any, clock: Any, settled: None) -> Case:
    body = make.body("social", state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    return Case(body, filing, people, make, clock)


def post_occupation(browser: Any, case: Case, code: str, levels: tuple[str, ...], standard: str = "") -> str:
    data = {
        "version": str(case.version("occupations")),
        "occupation": code,
        "level": list(levels),
        "standard": standard,
    }
    answer = browser.post(f"/filings/{case.filing.uid}/occupations", data=data, follow_redirects=True)
    db.session.rollback()
    return str(answer.text)


def test_a_body_that_never_was_filed_is_offered_its_first_filing_alone(make, sign_in) -> None:
    new, old = make.body("social", state="draft"), make.body(filed_on=DAY.date())
    page = sign_in(make.user("coordinator", new)).get("/filings").text
    assert ("首次备案" in page, "增项" in page, "延续" in page) == (True, False, False)
    assert "增项" in sign_in(make.user("coordinator", old)).get("/filings").text


def test_levels_that_replace_others_are_told_and_the_form_can_be_filled_with_what_is_there(social, sign_in) -> None:
    browser = sign_in(social.account("coordinator"))
    assert "已加上电工" in post_occupation(browser, social, ELECTRICIAN, ("5",))
    page = post_occupation(browser, social, ELECTRICIAN, ("4",))
    assert "电工的等级改为四级，原来是五级" in page
    address = re.search(r'href="([^"]+occupation=6-31-01-03[^"]*)">改<', page)
    assert address is not None
    form = browser.get(address[1].replace("&amp;", "&").partition("#")[0]).text
    assert re.search(r'name="level" value="4" checked', form)
    assert not re.search(r'name="level" value="5" checked', form)


def test_an_empty_standard_is_the_catalogue_s_newest_for_who_has_to_take_it(social, case, sign_in) -> None:
    post_occupation(sign_in(social.account("coordinator")), social, CARE, ("5",))
    assert [row.standard for row in dossier(social.filing).occupations] == ["养老护理员国家职业技能标准（2019年版）"]
    post_occupation(sign_in(case.account("coordinator")), case, CARE, ("5",))
    assert [row.standard for row in dossier(case.filing).occupations] == [""]  # it may have a specification of its own


def test_the_list_says_what_stands_in_the_way_before_it_is_chosen(clock) -> None:
    social, enterprise = (dict(occupations_offered(kind, today(clock))) for kind in ("social", "enterprise"))
    assert "可能属准入类" in social[FIRE_OPERATOR]
    assert "可能属准入类" in enterprise[FIRE_OPERATOR]
    listed = rulebook()["eligibility.shortage_list"].on(today(clock))
    known = not (listed.is_provisional or listed.is_open)
    outside = {code for code, words in social.items() if "不在急需紧缺目录" in words}
    assert bool(outside) is known
    assert not outside & set(listed.value or ())
    assert not any("不在急需紧缺目录" in words for words in enterprise.values())


def test_a_condition_of_the_catalogue_names_its_own_obstacles_and_their_levels(social) -> None:
    obstacles = {
        "5": ["access_unconfirmed", "no_standard"],
        "S": ["access_unconfirmed", "no_conditions", "no_standard"],
    }

    def words(test: Any) -> str:
        line: Any = SimpleNamespace(
            condition=SimpleNamespace(test=test), inputs={"catalogue": {"obstacles": obstacles, "listed": None}}
        )
        return obstacle_words(line)

    assert words(not_access_type) == "可能属准入类，市里还没有确认"
    assert words(has_standard) == "没有国家职业标准，也没有登记评价规范"
    assert words(in_catalogue) == "首席技师：没有录入申报条件；没有国家职业标准，也没有登记评价规范"


def test_a_wrong_cell_of_the_table_by_year_is_named(social, sign_in) -> None:
    browser, url = sign_in(social.account("coordinator")), f"/filings/{social.filing.uid}/pages/experience"
    year = today(social.clock).year
    data = {"version": "0", "as_of": "2026-11-20", f"volume_years-{year}-assessed": "abc", "training_years": "8年"}
    page = browser.post(url, data=data).text
    assert f"{year} 年的评价人次写 0 到 10,000,000 的整数" in page
    assert "“连续开展培训评价”写 0 到 200 的整数" in page
    assert page.count("改好后再提交") == 0  # the summary above the form says it once


def test_a_page_says_where_proofs_come_from_while_there_are_none(social, sign_in) -> None:
    browser, url = sign_in(social.account("coordinator")), f"/filings/{social.filing.uid}/pages/entity"
    assert "现在还没有材料可以选作凭据" in browser.get(url).text
    social.upload("licence")
    assert "现在还没有材料可以选作凭据" not in browser.get(url).text


def test_an_office_that_gets_a_filing_back_reads_first_what_it_asked_for_and_what_changed(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    asked = {"rule": "filing.enterprise_promise", "subject": "", "text": "承诺书没有盖章"}
    also = {"rule": "filing.enterprise_credit", "subject": "", "text": "信用报告过期"}
    case.act("returned", "district_bureau", comments=(asked, also))
    case.upload("promise")
    case.save("people", {"insured_local": 399, "managers": 1, "experts": 1, "supervisors": 1})
    case.act("submitted", "coordinator")
    page = sign_in(case.account("district_bureau")).get(f"/filings/{case.filing.uid}").text
    rows = [re.sub(r"<[^>]+>|\s+", "", row) for row in page.partition("<tbody>")[2].split("</tr>")[:3]]
    by_word = {word: next(row for row in rows if word in row) for word in ("承诺", "信用良好")}
    assert "退回意见：承诺书没有盖章退回以后改过" in by_word["承诺"]
    assert "退回意见：信用报告过期退回以后没有改" in by_word["信用良好"]
    assert "退回以后改过" in rows[2]
    assert page.count("退回以后传的") == 1
    assert "退回以后" not in sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text


def test_another_scan_under_the_same_answer_is_a_change_and_what_is_counted_is_not_told(case: Case) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    found = dossier(case.filing)
    assert changed_since_return(found, lines_of(found, today(case.clock), rulebook())) == {}
    comment = {"rule": "filing.enterprise_credit", "subject": "", "text": "看不清，请重扫"}
    case.act("returned", "district_bureau", comments=(comment,))
    facts = {key: fact.value["value"] for (_, key), fact in dossier(case.filing).facts.items() if fact.step == "entity"}
    proof = case.upload("credit")
    case.save("entity", facts, proof)
    case.act("submitted", "coordinator")
    found = dossier(case.filing)
    changed = changed_since_return(found, lines_of(found, today(case.clock), rulebook()))
    assert (changed["filing.enterprise_credit", ""], changed["filing.enterprise_promise", ""]) == (True, False)
    assert ("capacity.examiners_per_occupation_min", ELECTRICIAN) not in changed
    assert not any(rule == "filing.catalogue" for rule, _subject in changed)


def test_who_left_no_address_is_told_beside_the_button_that_hands_it_in(case: Case, sign_in) -> None:
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    assert "没有留邮箱或手机：受理、补正和备案的文书只能登录来看" in browser.get(url).text
    browser.post(f"{url}/contact", data={"name": "区美仪", "email": "qu@mail.example", "mobile": ""})
    assert "没有留邮箱或手机：" not in browser.get(url).text

"""Pages of filings: what the body lacks, the offices' inbox, one filing before an office, its letters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.gathering import dossier
from examops.filings.models import FilingFact
from examops.filings.versions import attach
from examops.specifications import begin_plan
from tests.domains.filings.conftest import Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def test_a_body_begins_a_filing_and_sees_every_condition_with_its_clause(make, sign_in, settled: None) -> None:
    body = make.body(state="draft")
    browser = sign_in(make.user("coordinator", body))
    assert "还没有申报" in browser.get("/filings").text
    week = browser.get("/sessions/week").text
    assert all(words in week for words in ("没有备案", "去备案"))
    rosters = browser.get("/rosters/").text
    assert "名单要放进一个批次" in rosters  # not an empty list to choose from
    assert 'href="/sessions/batches"' in rosters
    page = browser.post("/filings", data={"kind": "new", "body": str(body.uid)}, follow_redirects=True).text
    assert "还缺什么" in page
    for words in ("本市参保职工", "市工作方案 一(二)", "≥ 300 人", "填上这一项，或上传名册", "去上传", "择优遴选"):
        assert words in page
    # What no condition lacks comes later, what other kinds of bodies hand in not at all.
    kinds = re.findall(
        r'<option value="(\w+)">([^<]+)</option>', page.partition('name="kind"')[2].partition("</select>")[0]
    )
    assert (kinds[0], kinds[-1], "pilot" in dict(kinds)) == (
        ("incentives", "培养使用评价激励机制（还缺）"),
        ("other", "其他"),
        False,
    )
    week = browser.get("/sessions/week").text
    assert ("没有备案" in week, "接着填" in week) == (False, True)
    again = browser.post("/filings", data={"kind": "new", "body": str(body.uid)})
    assert again.status_code == 409
    assert "本机构已有一份申报还没有办结" in again.text


def test_a_body_that_was_never_filed_asks_for_no_amendment(make, sign_in) -> None:
    body = make.body(state="draft")
    answer = sign_in(make.user("coordinator", body)).post("/filings", data={"kind": "amendment"})
    assert "先办首次备案" in answer.text


@pytest.mark.parametrize("kind", ["social", "college"])
def test_other_kinds_of_bodies_have_their_own_conditions_and_pages(kind: str, make, sign_in, settled: None) -> None:
    body = make.body(kind, state="draft")
    browser = sign_in(make.user("coordinator", body))
    page = browser.post("/filings", data={"kind": "new"}, follow_redirects=True).text
    assert ("累计培训评价人次" in page, "省级试点院校" in page) == (kind == "social", kind == "college")
    assert "中型及以上企业" not in page


def test_the_whole_way_through_the_pages(case: Case, sign_in) -> None:
    case.fill()
    url = f"/filings/{case.filing.uid}"

    def act(role: str, name: str, **more: str):
        seen = dossier(case.filing).seen
        db.session.rollback()
        return sign_in(case.account(role)).post(f"{url}/act", data={"act": name, "seen": seen, **more})

    assert act("coordinator", "submitted").status_code == 302
    page = sign_in(case.account("district_centre")).get(url).text
    assert "记下看过" in page
    assert "初审通过，报市局" not in page
    case.read_all()
    case.rule_all()
    assert "初审通过，报市局" in sign_in(case.account("district_bureau")).get(url).text
    assert act("district_bureau", "reviewed").status_code == 302
    page = sign_in(case.account("city_bureau")).get(url).text
    assert "准予备案" in page
    assert "剩 10 个工作日" in page
    assert act("city_bureau", "filed").status_code == 302
    letters = sign_in(case.account("coordinator")).get(url).text
    assert "佛技评备案〔2026〕0001号" in letters


def test_a_return_carries_its_comments_to_the_body_and_into_the_letter(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    data = {
        "act": "returned",
        "seen": dossier(case.filing).seen,
        "comment~capacity.insured_local_min~": "名册少两页",
        f"comment~capacity.min_workstations~{ELECTRICIAN}": "",
    }
    answer = sign_in(case.account("district_bureau")).post(f"/filings/{case.filing.uid}/act", data=data)
    assert answer.status_code == 302
    browser = sign_in(case.account("coordinator"))
    page = browser.get(f"/filings/{case.filing.uid}").text
    assert "名册少两页" in page
    link = page.split("补正通知书")[0].rsplit('href="', 1)[1].split('"')[0]
    letter = browser.get(link).text
    assert "佛技评补正〔2026〕0001号" in letter
    assert "市工作方案 一(二)" in letter
    assert "2026-12-21" in letter


def test_what_a_return_asks_for_stands_at_its_condition_until_it_is_handed_in_again(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    comment = {"rule": "filing.enterprise_promise", "subject": "", "text": "承诺书没有盖章"}
    case.act("returned", "district_bureau", comments=(comment,))
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    page = browser.get(url).text
    assert f"{case.actor('district_bureau').name} 退回，1 条意见写在下面的条件里" in page
    first = page.partition("<td><b>")[2].partition("</tr>")[0]
    assert first.startswith("接受监督的承诺")
    assert ("退回意见：承诺书没有盖章" in first, "去上传" in first) == (True, True)
    case.act("submitted", "coordinator")
    assert "退回意见：" not in browser.get(url).text


def test_without_an_occupation_or_with_an_empty_work_plan_it_says_so_before_it_is_handed_in(
    case: Case, sign_in
) -> None:
    """What refuses to be handed in stands in the list of what is lacking, and counts."""
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    page = browser.get(url).text
    assert ("还没有选职业" in page, "缺或不符合 15" in page) == (True, True)
    case.occupation()
    with transaction(SYSTEM):
        plan = begin_plan(case.body, actor=case.actor("coordinator"), clock=case.clock)
        attach(case.filing, plan, None, actor=case.actor("coordinator"))
    page = browser.get(url).text
    assert ("还没有选职业" in page, "工作方案没有一行" in page) == (False, True)


def test_a_filing_is_withdrawn_with_a_second_click_that_says_what_it_ends(case: Case, sign_in) -> None:
    page = sign_in(case.account("coordinator")).get(f"/filings/{case.filing.uid}").text
    beside, asked = page.split("<summary", maxsplit=1)[0], page.rpartition("撤回申报</summary>")[2]
    assert 'value="withdrawn"' not in beside
    assert "撤回后这一份就结束" in asked
    assert 'value="withdrawn">确定撤回' in asked


def test_the_print_of_a_decided_filing_shows_what_it_was_decided_on(case: Case, sign_in) -> None:
    """A year later its facts are too old for a new filing; what was decided stays as it was."""
    case.to_city()
    case.act("filed", "city_bureau")
    url = f"/filings/{case.filing.uid}/print"

    def conditions() -> str:
        page = sign_in(case.account("coordinator")).get(url).text
        return page.partition('id="p-conditions"')[2].partition('id="p-documents"')[0]

    at_first = conditions()
    assert "本市参保职工" in at_first
    case.clock.instant += timedelta(days=400)
    assert conditions() == at_first


def test_what_an_office_typed_stays_beside_a_refusal(case: Case, sign_in) -> None:
    case.to_city()
    data = {"act": "refused", "seen": dossier(case.filing).seen, "reason": "参保人数查实不足"}
    answer = sign_in(case.account("city_bureau")).post(f"/filings/{case.filing.uid}/act", data=data)
    assert answer.status_code == 422
    assert "不予备案要写依据的条款和理由" in answer.text
    assert "参保人数查实不足" in answer.text


def test_what_an_office_typed_is_shown_where_its_form_is_gone(case: Case, sign_in) -> None:
    """The body took the filing back while its return was written."""
    case.fill()
    case.act("submitted", "coordinator")
    told = {"act": "returned", "seen": dossier(case.filing).seen, "comment~filing.enterprise_credit~": "请重扫第 2 页"}
    browser = sign_in(case.account("district_bureau"))
    case.act("withdrawn", "coordinator")
    answer = browser.post(f"/filings/{case.filing.uid}/act", data=told)
    assert answer.status_code == 409
    assert "您刚才写的，没有保存" in answer.text
    assert "请重扫第 2 页" in answer.text


def test_an_office_is_told_what_stands_in_the_way_beside_the_button(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    browser = sign_in(case.account("district_bureau"))
    before = browser.get(f"/filings/{case.filing.uid}").text.partition('id="decide"')[2]
    assert re.search(r"还有 \d+ 项要先落实", before)
    case.read_all()
    case.check_all()
    case.rule("filing.enterprise_tie", subject=ELECTRICIAN, role="district_bureau")
    after = browser.get(f"/filings/{case.filing.uid}").text.partition('id="decide"')[2]
    assert "要先落实" not in after
    assert "市局接着决定" in after


def test_the_inbox_groups_by_working_days_left_and_by_whose_turn_it_is(case: Case, sign_in) -> None:
    """Submitted on Monday the 23rd with five working days: due on Monday the 30th."""
    case.fill()
    case.act("submitted", "coordinator")
    start = case.clock.instant
    for days, group in ((0, "以后"), (2, "3 个工作日内"), (7, "今天到期"), (8, "已过期")):
        case.clock.instant = start + timedelta(days=days)
        page = sign_in(case.account("district_bureau")).get("/filings").text
        assert f"<h2>{group} 1</h2>" in page, group
    assert "<h2>在别人手里 1</h2>" in sign_in(case.account("city_bureau")).get("/filings").text


def test_an_office_of_another_district_sees_nothing_of_it(case: Case, sign_in, make) -> None:
    other = sign_in(make.user("district_bureau", district="440604"))
    assert case.filing.number not in other.get("/filings").text
    assert other.get(f"/filings/{case.filing.uid}").status_code == 404


def test_an_office_notes_what_it_looked_up_and_that_is_proof(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    form = {"value": "否", "looked_up_in": "信用佛山", "as_of": "2026-11-20", "fact": "has_good_credit~"}
    answer = sign_in(case.account("district_centre")).post(f"/filings/{case.filing.uid}/records", data=form)
    assert answer.status_code == 302
    fact = dossier(case.filing).facts["", "has_good_credit"]
    assert (fact.value, fact.source, fact.looked_up_in) == ({"value": False}, "official", "信用佛山")
    assert db.session.query(FilingFact).filter_by(key="has_good_credit").count() == 2
    page = sign_in(case.account("city_bureau")).get(f"/filings/{case.filing.uid}").text
    assert "官方记录 截至 2026-11-20" in page


@pytest.mark.parametrize(
    ("role", "rule", "outcome", "refusal"),
    [
        ("district_bureau", "filing.enterprise_selection", "yes", "这一条由市人社局决定"),
        ("city_bureau", "capacity.insured_local_min", "yes", "这一条按规则判定"),
        ("city_bureau", "capacity.insured_local_min", "waived", "这一条按规则判定"),
    ],
)
def test_nobody_rules_on_what_is_computed(case: Case, sign_in, role, rule, outcome, refusal) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    form = {"about": f"{rule}~", "outcome": outcome, "reason": "x"}
    answer = sign_in(case.account(role)).post(f"/filings/{case.filing.uid}/rulings", data=form)
    assert refusal in answer.text


def test_a_waiver_is_the_city_s_named_and_shown_as_one(make, sign_in, clock, settled: None) -> None:
    from examops.filings.editing import begin
    from tests.domains.filings.conftest import people_of

    body = make.body("social", state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    case = Case(body, filing, people, make, clock)
    case.save("experience", {"training_years": 5, "volume_total": 30000, "volume_assessed": 9000})
    make.run_as_owner(
        "UPDATE filing SET state = 'district_reviewed', due_on = '2026-12-07', clock_owner = 'city_bureau'"
    )
    form = {"about": "filing.social_years~", "outcome": "waived", "reason": "承担过省级集训"}
    browser = sign_in(case.account("city_bureau"))
    assert browser.post(f"/filings/{filing.uid}/rulings", data=form).status_code == 302
    page = browser.get(f"/filings/{filing.uid}").text
    assert "准予例外" in page
    assert f"{case.account('city_bureau').name}：承担过省级集训" in page


def test_pages_are_in_english_for_whoever_reads_english(case: Case, sign_in) -> None:
    case.fill()
    case.act("submitted", "coordinator")
    browser = sign_in(case.account("district_bureau"))
    browser.set_cookie("examops_language", "en")
    page = browser.get(f"/filings/{case.filing.uid}").text
    for words in ("Insured in the city", "Pass on to the city", "Level 4 (intermediate)"):
        assert words in page

"""Pages of specifications, work plans, rules and fees: the body writes and publishes, offices and the public read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.organisations.directory import DirectoryCard
from examops.specifications.models import FeeSchedule, PublishedRule, Specification, WorkPlan
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LEVEL = {
    **{"level": "4", "part": ["theory", "skill"], "minutes-theory": "90", "minutes-skill": "120", "pass_mark": "60"},
    "text": "取得五级证书后从事本职业两年；或者学徒期满",
    **{"certificate-1": "5", "years-1": "2", "count-1": "certificate", "paper-2": "apprenticeship"},
    **{"certificate-3": "5", "years-3": "3", "count-3": "held", "school-4": "senior", "final_year-4": "1"},
}
CONDITIONS = [
    {
        "line": "a",
        "needs": [{"need": "certificate", "level": "5"}, {"need": "work", "years": 2, "after": "certificate"}],
    },
    {"line": "b", "needs": [{"need": "apprenticeship"}]},
    {"line": "c", "needs": [{"need": "held", "level": "5", "years": 3}]},
    {
        "line": "d",
        "needs": [
            {
                "need": "graduation",
                "schools": ["senior_technical", "technician_college", "vocational_higher"],
                "final_year": True,
            }
        ],
    },
]


@pytest.fixture
def body(make: Any) -> Any:
    return make.body(filed_on=DAY.date())


@pytest.fixture
def coordinator(make: Any, sign_in: Any, body: Any) -> Any:
    return sign_in(make.user("coordinator", body))


def begun(coordinator: Any, **changes: str) -> str:
    """The address of a new draft."""
    asked = {"occupation": ELECTRICIAN, "kind": "enterprise", "name": "华岭电工评价规范"} | changes
    answer = coordinator.post("/specifications/new", data=asked)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_draft_is_begun_filled_in_and_shown_in_words(coordinator) -> None:
    address = begun(coordinator)
    assert "评价规范没有一个等级" in coordinator.get(address).text
    saved = coordinator.post(f"{address}/levels", data={"seen": "0", **LEVEL})
    assert saved.status_code == 302, saved.text
    row = db.session.execute(select(Specification)).scalar_one()
    assert row.levels["4"]["conditions"] == CONDITIONS
    assert (row.levels["4"]["minutes"], row.edits) == ({"theory": 90, "skill": 120}, 1)
    page = coordinator.get(f"{address}?level=4").text
    for words in (
        "持有五级证书，且取证后从事满 2 年",
        "学徒期满",
        "持有五级证书满 3 年",
        "高级技工、技师学院、高职毕业（含应届）",
    ):
        assert words in page
    again = {name: re.search(rf'name="{name}"[^>]*?(?:value="([^"]*)")', page, re.S) for name in ("years-1", "years-3")}
    assert {name: found[1] for name, found in again.items() if found} == {"years-1": "2", "years-3": "3"}
    assert 'value="held" selected' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pass_mark": "101"}, "合格线写 1 到 100 的整数"),
        ({"minutes-theory": ""}, "“理论”的时间写 1 到 1000 的分钟数"),
        ({"certificate-1": "", "certificate-3": ""}, "第 1 条从取证起算，却没有选证书等级"),
        ({"years-1": "x"}, "第 1 条的年限写 1 到 60 的整数"),
        ({"seen": "7"}, "您这一次没有保存"),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(coordinator, changes: dict[str, str], words: str) -> None:
    address = begun(coordinator)
    answer = coordinator.post(f"{address}/levels", data={"seen": "0", **LEVEL, **changes})
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert "取得五级证书后从事本职业两年" in answer.text
    assert db.session.execute(select(Specification.levels)).scalar_one() == {}


def faults_at(page: str) -> set[str]:
    """The fields that the summary of a page leads to; each is there to be led to."""
    found = set(re.findall(r'<li><a href="#([^"]+)"', page))
    assert all(f'id="{name}"' in page for name in found)
    return found


def test_every_fault_of_a_level_is_told_at_once_at_its_field(coordinator) -> None:
    """A schema, a time by part and six rows of conditions were read one after the other: a fault a save."""
    address = begun(coordinator)
    wrong = {
        **{"pass_mark": "0", "minutes-theory": "", "minutes-skill": "x", "certificate-1": "", "years-3": ""},
        **{"school-4": "", "years-5": "99", "count-6": "title", "years-6": "2"},
    }
    answer = coordinator.post(f"{address}/levels", data={"seen": "0", **LEVEL, **wrong})
    assert answer.status_code == 422
    assert faults_at(answer.text) == {
        *("pass_mark", "minutes-theory", "minutes-skill", "certificate-1", "years-3", "school-4", "years-5", "paper-6"),
    }
    assert ("有 8 处要改" in answer.text, "市工作方案 一(七)" in answer.text) == (True, True)
    assert ('value="99"' in answer.text, "取得五级证书后从事本职业两年" in answer.text) == (True, True)
    assert answer.text.count("第 3 条选了从何时起算，却没有写年限") == 2  # on top and below its row


def test_a_level_without_a_part_is_told_at_the_parts_with_the_rest(coordinator) -> None:
    address = begun(coordinator)
    given = {name: value for name, value in LEVEL.items() if name != "part"}
    answer = coordinator.post(f"{address}/levels", data={"seen": "0", **given, "level": "", "years-1": "x"})
    assert faults_at(answer.text) == {"level", "part", "years-1"}


def test_a_name_that_is_refused_stays_typed_and_the_level_stays_open(coordinator) -> None:
    address = begun(coordinator)
    coordinator.post(f"{address}/levels", data={"seen": "0", **LEVEL})
    answer = coordinator.post(address, data={"seen": "1", "kind": "industry", "name": "长" * 81})
    assert (answer.status_code, faults_at(answer.text)) == (422, {"name"})
    assert ("长" * 81 in answer.text, 'value="industry" selected' in answer.text) == (True, True)
    late = coordinator.post(address, data={"seen": "0", "kind": "industry", "name": "另一个名称"})
    assert (late.status_code, "另一个名称" in late.text) == (409, True)


def test_every_fault_of_a_plans_line_is_told_at_once(coordinator) -> None:
    address = coordinator.post("/specifications/plans/new", data={}).location
    line = {
        "occupation": "9-99",
        "level": "",
        "pass_mark": "x",
        "carry_over_months": "-1",
        "examiners": "",
        "proctors": "",
    }
    answer = coordinator.post(address, data={"seen": "0", **line})
    assert (answer.status_code, faults_at(answer.text)) == (422, {*line, "part"})
    assert "目录里没有这个职业" in answer.text
    gone = coordinator.post(f"{address}/remove", data={"seen": "7", "occupation": ELECTRICIAN, "level": "4"})
    usual = re.search(r'name="pass_mark"[^>]*value="60"', gone.text)
    assert (gone.status_code, bool(usual)) == (409, True)


def test_a_draft_is_not_begun_with_what_is_wrong_told_at_once(coordinator) -> None:
    answer = coordinator.post("/specifications/new", data={"occupation": "9-99", "kind": "x", "name": ""})
    assert (answer.status_code, faults_at(answer.text)) == (422, {"occupation", "kind", "name"})


def test_every_fault_of_the_fees_is_told_at_its_cell_and_nothing_is_lost(make, body, coordinator) -> None:
    make.body_occupation(body, ELECTRICIAN, ("4",))
    rows = {
        **{"occupation-1": ELECTRICIAN, "level-1": "4", "part-1": "theory", "fee-1": "80"},
        **{"occupation-2": ELECTRICIAN, "level-2": "4", "part-2": "theory", "fee-2": "90"},
        **{"occupation-3": "", "level-3": "", "part-3": "skill", "fee-3": "8O"},
        **{"fee-9": "5"},
    }
    address = f"/filings/rules/{body.uid}"
    answer = coordinator.post(f"{address}/fees", data={**rows, "note": "缺考不退"})
    assert answer.status_code == 422
    assert faults_at(answer.text) == {"fee-2", "occupation-3", "level-3", "fee-3", "occupation-9", "level-9"}
    assert ('value="8O"' in answer.text, "缺考不退" in answer.text, "市工作方案 四(三)" in answer.text) == (
        True,
        True,
        True,
    )
    assert db.session.execute(select(FeeSchedule)).first() is None


def test_a_rule_that_is_refused_keeps_what_was_typed_and_the_fees_in_force(make, body, coordinator) -> None:
    make.body_occupation(body, ELECTRICIAN, ("4",))
    address = f"/filings/rules/{body.uid}"
    coordinator.post(f"{address}/fees", data={"occupation-1": ELECTRICIAN, "level-1": "4", "fee-1": "80", "note": "退"})
    answer = coordinator.post(address, data={"kind": "", "text": ""})
    assert (answer.status_code, faults_at(answer.text)) == (422, {"kind", "text"})
    assert 'value="80.00"' in answer.text


def test_an_office_reads_what_changed_and_writes_nothing(make, sign_in, body) -> None:
    make.specification(body, years=2, since=DAY - timedelta(days=30))
    newer = make.specification(body, years=3, since=DAY, name="测试电器电工评价规范")
    make.specification(body, years=4)
    office = sign_in(make.user("city_bureau"))
    page = office.get(f"/specifications/{newer.uid}").text
    assert "与已备案的第 1 版对照" in page
    assert page.count("有改动") == 2  # the words and the line; parts, times and pass mark are as before
    assert ("满 2 年" in page, "满 3 年" in page, "保存这个等级" in page) == (True, True, False)
    assert "第 3 版" not in office.get("/specifications").text  # a draft is the body's own
    assert (
        office.post(f"/specifications/{newer.uid}", data={"seen": "0", "kind": "enterprise", "name": "x"}).status_code
        == 403
    )
    assert "第 3 版" in sign_in(make.user("coordinator", body)).get("/specifications").text


@pytest.mark.parametrize("role", ["district_bureau", "district_centre", "city_bureau", "city_centre"])
def test_a_draft_is_opened_by_its_body_alone_on_the_page_as_over_the_api(make, sign_in, body, role: str) -> None:
    specification, plan = make.specification(body), make.work_plan(body)
    pages = (f"/specifications/{specification.uid}", f"/specifications/plans/{plan.uid}")
    calls = (f"/api/v1/specifications/{specification.uid}", f"/api/v1/work-plans/{plan.uid}")
    office = sign_in(make.user(role, **({"district": body.district} if "district" in role else {})))
    answers = [office.get(address) for address in (*pages, *calls)]
    assert [one.status_code for one in answers] == [404] * 4
    assert all("还没有提交" in one.text for one in answers[:2])
    own = sign_in(make.user("coordinator", body))
    assert [own.get(address).status_code for address in (*pages, *calls)] == [200] * 4


def test_a_filed_version_has_no_form_and_refuses_one(make, body, coordinator) -> None:
    row = make.specification(body, since=DAY - timedelta(days=30))
    page = coordinator.get(f"/specifications/{row.uid}").text
    assert ("已备案" in page, row.hash[:12] in page, "保存名称和类别" in page) == (True, True, False)
    answer = coordinator.post(f"/specifications/{row.uid}", data={"seen": "0", "kind": "enterprise", "name": "x"})
    assert answer.status_code == 409
    assert "市工作方案 一(七)" in answer.text
    assert "另起一版" in answer.text


def test_a_work_plan_has_a_line_for_each_occupation_and_level(make, body, coordinator) -> None:
    site = make.site(body, name="容桂考点")
    address = coordinator.post("/specifications/plans/new", data={}).location
    line = {"occupation": ELECTRICIAN, "level": "4", "part": ["theory", "skill"], "pass_mark": "60"}
    more = {"carry_over_months": "24", "site": str(site.uid), "examiners": "5", "proctors": "2"}
    assert coordinator.post(address, data={"seen": "0", **line, **more}).status_code == 302
    page = coordinator.get(address).text
    assert "理论、实操；每科 60 分；成绩保留 24 个月；容桂考点；考评 5 人，监考 2 人" in page
    assert db.session.execute(select(WorkPlan)).scalar_one().lines[0]["site"] == str(site.uid)
    assert "已有一份草稿或在审的版本" in coordinator.post("/specifications/plans/new", data={}).text
    gone = coordinator.post(f"{address}/remove", data={"seen": "1", "occupation": ELECTRICIAN, "level": "4"})
    assert gone.status_code == 302
    assert "工作方案没有一行" in coordinator.get(address).text


def test_rules_are_published_by_a_named_person_and_what_was_stays(make, body, coordinator, clock) -> None:
    address = f"/filings/rules/{body.uid}"
    page = coordinator.get(address).text
    assert page.count("没有公布：制定后在下面公布") == 5
    assert "市工作方案 四(三)" in page
    assert "没有公布：</td>" not in coordinator.get("/specifications").text
    for words in ("每场两名监考", "每场三名监考"):
        assert coordinator.post(address, data={"kind": "exam_affairs", "text": words}).status_code == 302
        clock.instant += timedelta(hours=1)
    first, second = db.session.execute(select(PublishedRule).order_by(PublishedRule.version)).scalars()
    assert (first.valid.upper, second.valid.lower, second.valid.upper) == (second.valid.lower, first.valid.upper, None)
    page = coordinator.get(address).text
    assert ("每场两名监考" in page, "每场三名监考" in page, "李婷" in page) == (True, True, True)
    refused = coordinator.post(address, data={"kind": "quality", "text": ""})
    assert (refused.status_code, "写正文，或选一份材料" in refused.text) == (422, True)


def test_fees_are_kept_in_fen_and_the_public_reads_all_of_it(make, body, coordinator, client, clock) -> None:
    make.body_occupation(body, ELECTRICIAN, ("4",))
    card = db.session.execute(select(DirectoryCard.uid).where(DirectoryCard.body_id == body.id)).scalar_one()
    address, public = f"/filings/rules/{body.uid}", f"/directory/{card}"
    before = client.get(public)
    assert before.text.count("机构还没有公布（市工作方案 四(三)）") == 5
    rows = {"occupation-1": ELECTRICIAN, "level-1": "4", "part-1": "theory", "fee-1": "80.5"}
    rows |= {"occupation-2": ELECTRICIAN, "level-2": "4", "part-2": "skill", "fee-2": "200 元"}
    assert coordinator.post(f"{address}/fees", data={**rows, "note": "缺考不退"}).status_code == 302
    assert [one["fen"] for one in db.session.execute(select(FeeSchedule.amounts)).scalar_one()] == [8050, 20000]
    rule = make.published_rule(body)
    coordinator.post(address, data={"kind": "quality", "text": "内部质量督导每场巡考"})
    page = client.get(public, headers={"If-None-Match": before.headers["ETag"]})
    assert page.status_code == 200  # what was kept is stale
    for words in ("80.50 元", "200 元", "缺考不退", "内部质量督导每场巡考", "考务管理办法.pdf"):
        assert words in page.text
    assert ("<script" in page.text, "李婷" in page.text) == (False, False)
    assert "public" in page.headers["Cache-Control"]
    file = client.get(f"{public}/rules/{rule.uid}.file")
    assert (file.data, file.headers["Content-Security-Policy"]) == (b"%PDF-1.4 %%EOF", "default-src 'none'; sandbox")
    wrong = coordinator.post(f"{address}/fees", data={**rows, "fee-1": "-1"})
    assert (wrong.status_code, "第 1 行的金额写成元" in wrong.text) == (422, True)


def test_a_rule_may_be_a_document_of_a_filing(make, body, coordinator) -> None:
    document = make.filing_document(make.filing(body), b"%PDF-1.4 rules %%EOF", name="质量办法.pdf")
    answer = coordinator.post(f"/filings/rules/{body.uid}", data={"kind": "quality", "document": str(document.uid)})
    assert answer.status_code == 302, answer.text
    row = db.session.execute(select(PublishedRule)).scalar_one()
    assert (row.document_id, row.object_key, row.text) == (document.id, document.object_key, "")
    foreign = make.filing_document(make.filing(make.body()))
    refused = coordinator.post(f"/filings/rules/{body.uid}", data={"kind": "quality", "document": str(foreign.uid)})
    assert refused.status_code == 404


def test_the_directory_names_the_specification_with_version_and_levels(make, body, client) -> None:
    make.body_occupation(body, ELECTRICIAN, ("4", "5"))
    row = make.specification(body, since=DAY - timedelta(days=1))
    offer = make.body_occupation(body, ELECTRICIAN)
    offer.specifications = {"4": f"{row.name}（第1版）"}
    make._published(body, offer)
    card = db.session.execute(select(DirectoryCard).where(DirectoryCard.body_id == body.id)).scalar_one()
    page = client.get(f"/directory/{card.uid}").text
    assert "测试电器电工评价规范（第1版）" in page
    assert [(one["standard"], one["levels"]) for one in card.offers] == [
        ("测试电器电工评价规范（第1版）", ["4"]),
        ("电工国家职业技能标准（2018年版）", ["5", "3"]),
    ]


def test_all_that_is_not_filed_is_named_at_once(make, body, coordinator) -> None:
    make.body_occupation(body, ELECTRICIAN, ("4",))
    rows = {
        f"{name}-{row}": value
        for row, level in ((1, "3"), (2, "2"))
        for name, value in (("occupation", ELECTRICIAN), ("level", level), ("fee", "80"))
    }
    answer = coordinator.post(f"/filings/rules/{body.uid}/fees", data={**rows, "note": ""})
    assert (answer.status_code, "没有备案电工三级、电工二级，不能公布收费" in answer.text) == (422, True)


def test_no_fee_is_published_for_what_is_not_filed_and_filed_levels_stand_ready(make, body, coordinator) -> None:
    make.body_occupation(body, ELECTRICIAN, ("5", "4"))
    address = f"/filings/rules/{body.uid}"
    page = coordinator.get(address).text
    ready = re.findall(r'name="(?:occupation|level)-\d+".*?</select>', page, re.DOTALL)
    chosen = [re.findall(r'value="([^"]+)" selected', cell) for cell in ready]
    assert chosen[:4] == [[ELECTRICIAN], ["5"], [ELECTRICIAN], ["4"]]
    assert "6-18-02-04" not in page
    row = {"occupation-1": "6-18-02-04", "level-1": "5", "fee-1": "380"}
    refused = coordinator.post(f"{address}/fees", data=row)
    assert (refused.status_code, "没有备案焊工五级，不能公布收费" in refused.text) == (422, True)
    many = {f"{name}-{at}": value for at in range(1, 16) for name, value in (("occupation", ""), ("fee", ""))}
    last = {"occupation-16": ELECTRICIAN, "level-16": "4", "fee-16": "200"}
    assert coordinator.post(f"{address}/fees", data={**many, **last}).status_code == 302


def test_bodies_that_take_the_national_standard_are_offered_nothing_else(make, sign_in, body, coordinator) -> None:
    assert "企业评价规范</option>" in coordinator.get("/specifications").text
    social = make.body("social", filed_on=DAY.date())
    page = sign_in(make.user("coordinator", social)).get("/specifications").text
    assert ("国家职业标准</option>" in page, "企业评价规范</option>" in page) == (True, False)

"""The city's pages of the catalogue: found, confirmed, changed, exported; refused with what to do."""

import re
from datetime import date

import pytest

from config.occupations import catalogue
from config.rulebook import load
from examops.catalogue import listing
from examops.catalogue.decisions import current_values, history_of
from examops.catalogue.forms import read_value, seen_mark
from examops.catalogue.importing.table import LIMITS
from examops.catalogue.listing import PAGE, matching
from examops.core.errors import Invalid
from examops.sheets.reader import read_file
from tests.factories import ELECTRICIAN
from tests.statements import counted

pytestmark = pytest.mark.postgres
DAY = date(2026, 11, 23)
KEY = "skill_minutes.4"
GROUNDS = {"document_number": "佛人社〔2026〕12号", "reason": "已对照标准原文", "valid_from": "2026-11-23"}
SHOW = f"/occupations/{ELECTRICIAN}"


@pytest.fixture
def officer(make, sign_in):
    return sign_in(make.user("city_bureau"))


def mark(app, key=KEY, code=ELECTRICIAN):
    with app.app_context():
        return seen_mark(current_values(catalogue().by_code[code], DAY)[key])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "维修电工"}, "电工"),
        ({"q": "6-31-07-03"}, "工业机器人系统操作员"),
        ({"q": "extrusion"}, "金属挤压工"),
        ({"sector": "ceramics"}, "陶瓷烧成工"),
        ({"q": "6310103"}, "电工"),
        ({"q": "数控 车"}, "车工"),
    ],
)
def test_an_occupation_is_found_by_trade_code_of_either_edition_english_name_and_industry(officer, asked, found):
    page = officer.get("/occupations", query_string=asked).text
    assert found in page
    assert "养老护理员" not in page


def test_the_list_goes_on_after_its_last_code_and_misses_nobody(officer):
    codes = [one.code for one in matching({"q": "", "sector": ""})]
    first = officer.get("/occupations").text
    second = officer.get("/occupations", query_string={"after": codes[PAGE - 1]}).text

    assert [code in first for code in codes] == [True] * PAGE + [False] * (len(codes) - PAGE)
    assert all(f">{code}<" in second for code in codes[PAGE:])


def test_the_list_says_what_was_found_and_shows_only_what_is_whole(officer):
    page = officer.get("/occupations", query_string={"q": "4-03-02"}).text
    assert "同一等级三项都有的 1 个" in page
    assert "四级都查到" in page
    assert "考评员配比、考试时间" in page  # of the Chinese pastry chef

    whole = officer.get("/occupations", query_string={"standing": "published"}).text
    assert "中式烹调师" in whole
    assert "中式面点师" not in whole


def test_an_unknown_occupation_or_value_is_not_found(officer):
    assert officer.get("/occupations/9-99-99-99").status_code == 404
    assert officer.get(f"{SHOW}/magic.4").status_code == 404


def test_every_occupation_and_value_page_opens(officer):
    for one in catalogue().by_code.values():
        assert officer.get(f"/occupations/{one.code}").status_code == 200
    for key in ("code_2022", "levels", "standard", "access", "conditions.4", "parts.4", KEY):
        assert officer.get(f"{SHOW}/{key}").status_code == 200


def test_ticked_values_are_confirmed_together(app, officer):
    answer = officer.post(f"{SHOW}/confirm", data={"seen": [mark(app), mark(app, "parts.4")], **GROUNDS})

    assert answer.status_code == 302
    page = officer.get(SHOW).text
    assert page.count("佛人社〔2026〕12号") == 2


def test_a_value_is_changed_on_its_own_page(app, officer):
    answer = officer.post(f"{SHOW}/{KEY}", data={"seen": mark(app), "act": "changed", "value": "150", **GROUNDS})

    assert answer.status_code == 302
    assert "150 分钟" in officer.get(f"{SHOW}/{KEY}").text
    with app.app_context():
        assert [row.kind for row in history_of(ELECTRICIAN, KEY)] == ["changed"]


def test_a_value_that_counts_later_is_told_beside_the_one_that_counts_now(app, officer):
    later = GROUNDS | {"valid_from": "2026-12-10"}
    form = {"seen": mark(app), "act": "changed", "value": "150", **later}
    answer = officer.post(f"{SHOW}/{KEY}", data=form, follow_redirects=True)

    assert "决定已保存，2026-12-10 周四 起生效" in answer.text
    assert "2026-12-10 周四 起：150 分钟" in answer.text
    assert "2026-12-10 周四 起：150 分钟" in officer.get(f"{SHOW}/{KEY}").text


def test_whoever_confirms_condition_lines_reads_them(officer):
    page = officer.get(f"{SHOW}/conditions.4").text
    assert "累计从事本职业" in page


def test_of_condition_lines_another_value_is_refused_with_where_they_are_changed(app, officer):
    form = {"seen": mark(app, "conditions.4"), "act": "changed", "value": "x", **GROUNDS}
    answer = officer.post(f"{SHOW}/conditions.4", data=form)
    assert answer.status_code == 422
    assert "申报条件不在这里改" in answer.text


def test_what_nobody_decided_cannot_be_given_back(app, officer):
    answer = officer.post(f"{SHOW}/{KEY}", data={"seen": mark(app), "act": "withdrawn", **GROUNDS})
    assert answer.status_code == 422
    assert "没有地方决定" in answer.text
    with app.app_context():
        assert history_of(ELECTRICIAN, KEY) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"document_number": ""}, "写文件的文号"),
        ({"reason": ""}, "写理由"),
        ({"valid_from": "", "valid_until": ""}, "选生效的日期"),
        ({"valid_until": "2026-11-22"}, "最后一天不能早于生效日期"),
        ({"seen": []}, "至少勾选一项"),
        ({"seen": ["magic"]}, "至少勾选一项"),
    ],
)
def test_a_confirmation_without_grounds_is_told_on_the_page_and_keeps_what_was_typed(app, officer, change, told):
    form = {"seen": [mark(app)], **GROUNDS, **change}
    answer = officer.post(f"{SHOW}/confirm", data=form)

    assert answer.status_code == 422
    assert told in answer.text
    assert form["reason"] in answer.text
    with app.app_context():
        assert history_of(ELECTRICIAN, KEY) == []


def test_whoever_comes_second_is_told_to_look_again(app, officer, make, sign_in):
    other, seen = sign_in(make.user("city_centre")), mark(app)
    officer.post(f"{SHOW}/{KEY}", data={"seen": seen, "act": "changed", "value": "150", **GROUNDS})

    answer = other.post(f"{SHOW}/{KEY}", data={"seen": seen, "act": "changed", "value": "200", **GROUNDS})

    assert answer.status_code == 409
    assert "刚刚已由别人决定" in answer.text
    assert "150 分钟" in answer.text


@pytest.mark.parametrize("role", ["district_bureau", "district_centre"])
def test_a_district_reads_and_cannot_decide(app, make, sign_in, role):
    reader = sign_in(make.user(role, district="440606"))

    assert "确认勾选的项目" not in reader.get(SHOW).text
    assert reader.post(f"{SHOW}/confirm", data={"seen": [mark(app)], **GROUNDS}).status_code == 403


def test_the_workbook_holds_every_value_with_source_and_decision(app, officer):
    officer.post(f"{SHOW}/confirm", data={"seen": [mark(app)], **GROUNDS})
    data = officer.get("/occupations/export.xlsx", query_string={"q": "维修电工"}).data

    rows = [tuple(row) for row in read_file(data, "", LIMITS).rows]
    assert rows[0][:6] == ("职业编码", "职业", "项目", "取值", "状态", "出处")
    assert {row[0] for row in rows[1:]} == {ELECTRICIAN}
    confirmed = next(row for row in rows if row[2] == "四级 实操最短时间")
    assert (confirmed[4], confirmed[9], confirmed[10]) == ("已确认", "佛人社〔2026〕12号", date(2026, 11, 23))


@pytest.mark.parametrize(
    ("what", "typed", "chosen", "value"),
    [
        ("skill_minutes", "1", [], 1),
        ("skill_minutes", "1000", [], 1000),
        ("levels", "", ["3", "5"], ["5", "3"]),
        ("parts", "", ["skill", "theory"], ["theory", "skill"]),
        ("access", "part", [], "part"),
        ("standard", "2018", [], "2018"),
        ("code_2022", "6-31-07-03", [], "6-31-07-03"),
    ],
)
def test_a_new_value_is_read_by_its_kind(what, typed, chosen, value):
    assert read_value(what, typed, chosen) == value


@pytest.mark.parametrize(
    ("what", "typed", "chosen"),
    [
        ("skill_minutes", "0", []),
        ("skill_minutes", "1001", []),
        ("skill_minutes", "１２０", []),
        ("levels", "5", []),
        ("levels", "", ["6"]),
        ("parts", "", ["magic"]),
        ("access", "magic", []),
        ("standard", "2018版", []),
        ("code_2022", "6-31-7-3", []),
    ],
)
def test_a_new_value_that_cannot_be_is_refused(what, typed, chosen):
    with pytest.raises(Invalid):
        read_value(what, typed, chosen)


def test_more_decisions_need_no_more_queries(app, officer):
    def queries():
        with counted(app) as seen:
            for path in ("/occupations", SHOW, f"{SHOW}/{KEY}"):
                officer.get(path)
        return len(seen)

    few = queries()
    for _turn in range(3):
        officer.post(f"{SHOW}/confirm", data={"seen": [mark(app, key) for key in ("levels", KEY)], **GROUNDS})
    assert queries() == few


def test_the_time_of_a_review_is_shown_where_there_is_one(app, officer):
    page = officer.get(SHOW).text
    assert "二级 评审最短时间" in page
    assert "四级 评审最短时间" not in page

    form = {"seen": mark(app, "parts.4"), "act": "changed", "choice": ["theory", "skill", "review"], **GROUNDS}
    officer.post(f"{SHOW}/parts.4", data=form)
    assert "四级 评审最短时间" in officer.get(SHOW).text


def test_every_decision_of_the_city_stands_on_one_page_and_what_waits_for_one(officer, app):
    sent = {"act": "confirmed", "seen": mark(app), **GROUNDS}
    assert officer.post(f"{SHOW}/{KEY}", data=sent).status_code == 302
    assert "/occupations/decisions" in officer.get("/occupations").text
    page = officer.get("/occupations/decisions").text
    catalogued = page.split('id="catalogue"')[1].split("</section>")[0]
    waiting = page.split('id="undecided"')[1]

    assert "佛人社〔2026〕12号" in catalogued
    assert f"{SHOW}/{KEY}" in catalogued
    assert waiting.index("session.result_report_working_days_college") < waiting.index("session.late_minutes")
    assert "standard.6-31-01-03" not in waiting, "confirmed on the page of the occupation"


def test_a_rule_that_the_installation_decided_is_shown_with_who_and_on_what(officer, monkeypatch, tmp_path):
    (tmp_path / "late.yaml").write_text(
        "session.late_minutes:\n  values:\n    2026-11-20:\n      kind: local decision\n      recorded_on: 2026-11-20\n"
        "      value: 30\n      certainty: official\n      decided_by: 潘丽华\n      source: 佛人社〔2026〕20号\n",
        encoding="utf-8",
    )
    book = load(decisions=tmp_path)
    monkeypatch.setattr("examops.catalogue.pages.rulebook", lambda: book)
    page = officer.get("/occupations/decisions").text
    decided = page.split('id="rules"')[1].split("</section>")[0]

    assert all(word in decided for word in ("session.late_minutes", ">30<", "佛人社〔2026〕20号", "潘丽华"))
    assert "session.late_minutes" not in page.split('id="undecided"')[1]


def test_a_line_of_the_list_is_worked_out_once_until_the_city_decides(officer, app, monkeypatch):
    asked, work_out = [], listing.answer
    monkeypatch.setattr(listing, "answer", lambda values, level: asked.append(level) or work_out(values, level))
    first = officer.get("/occupations", query_string={"q": ELECTRICIAN}).text
    asked.clear()
    assert officer.get("/occupations", query_string={"q": ELECTRICIAN}).text == first
    assert asked == []

    officer.post(f"{SHOW}/confirm", data={"seen": [mark(app)], **GROUNDS})
    asked.clear()
    decided = officer.get("/occupations", query_string={"q": ELECTRICIAN}).text
    assert asked
    before, now = (int(re.findall(r'<td class="num">(\d+)</td>', page)[0]) for page in (first, decided))
    assert now == before - 1

"""The public directory as a stranger reads it: list, search, pages, one body, settings, kept answers, the limit."""

import csv
import io
import json
import re
from datetime import date
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.extensions import NAME
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.organisations.directory import DirectoryCard, publish
from examops.public import listing
from examops.public.caching import VIEWS_PER_WINDOW
from examops.public.labels import by_occupation
from tests.factories import ELECTRICIAN
from tests.statements import counted

pytestmark = pytest.mark.postgres
WELDER, CARE = "6-18-02-04", "4-10-01-05"


def add(make, name, kind="enterprise", district="440606", offers=((ELECTRICIAN, ("4",)),), **more):
    body = make.body(kind, district, name=name, filed_on=date(2021, 6, 18), telephone="0757-0000 2618", **more)
    for code, levels in offers:
        make.body_occupation(body, code, levels)
    return body


@pytest.fixture
def bodies(make):
    return [
        add(make, "佛山市华岭电器有限公司", offers=((ELECTRICIAN, ("5", "4", "3", "2")), (WELDER, ("5",)))),
        add(make, "佛山市南兴技工学校", "college", "440605"),
        add(make, "佛山市众联智造培训中心", "social", address="兴业中路 38 号", offers=((CARE, ("4", "3")),)),
    ]


def names(page) -> list[str]:
    return re.findall(r'<h2><b><a href="/directory/[0-9a-f-]{36}">([^<]+)<', page.text)


def found(client, **asked) -> list[str]:
    return names(client.get("/directory", query_string=asked))


def card_of(body) -> DirectoryCard:
    return db.session.execute(select(DirectoryCard).where(DirectoryCard.body_id == body.id)).scalar_one()


def test_whom_anybody_may_apply_to_stands_first(bodies, client) -> None:
    page = client.get("/directory")
    assert page.status_code == 200
    assert names(page) == ["佛山市众联智造培训中心", "佛山市南兴技工学校", "佛山市华岭电器有限公司"]
    assert "3 家机构，1 家现在面向社会报名" in page.text
    assert "面向社会，人人可报" in page.text
    assert "五级、四级、三级、二级" in page.text
    assert 'href="tel:0757-00002618"' in page.text


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"q": "众联智造"}, ["佛山市众联智造培训中心"]),
        ({"q": "电工"}, ["佛山市南兴技工学校", "佛山市华岭电器有限公司"]),
        ({"q": "焊工 华岭"}, ["佛山市华岭电器有限公司"]),
        ({"q": "兴业中路"}, ["佛山市众联智造培训中心"]),
        ({"q": "焊"}, ["佛山市华岭电器有限公司"]),
        ({"q": ELECTRICIAN}, ["佛山市南兴技工学校", "佛山市华岭电器有限公司"]),
        ({"q": "Electrician"}, ["佛山市南兴技工学校", "佛山市华岭电器有限公司"]),
        ({"district": "440605"}, ["佛山市南兴技工学校"]),
        ({"occupation": WELDER}, ["佛山市华岭电器有限公司"]),
        ({"level": "2"}, ["佛山市华岭电器有限公司"]),
        ({"occupation": WELDER, "level": "4"}, []),
        ({"q": "没有这一家"}, []),
    ],
)
def test_one_box_and_three_lists_find_what_they_should(bodies, client, asked, wanted) -> None:
    assert found(client, **asked) == wanted


def choices(page, name: str = "occupation") -> list[str]:
    """The words of a list of the form, without its first: all."""
    (options,) = re.findall(rf'<select id="{name}".*?</select>', page.text, re.S)
    return re.findall(r"<option [^>]*>([^<]*)</option>", options)[1:]


def test_the_list_of_occupations_offers_what_somebody_is_filed_for_with_its_bodies(bodies, make, client) -> None:
    assert choices(client.get("/directory")) == ["电工（2 家）", "养老护理员（1 家）", "焊工（1 家）"]
    with transaction(SYSTEM):
        bodies[0].state = "exited"
        publish(bodies[0], date(2026, 11, 2))
    assert choices(client.get("/directory")) == ["养老护理员（1 家）", "电工（1 家）"]
    assert choices(client.get(f"/directory?occupation={WELDER}"))[-1] == "焊工（0 家）", "what was asked for stays"
    assert "Electrician (1 body)" in choices(client.get("/directory?language=en", follow_redirects=True))


def test_the_bodies_of_each_occupation_are_counted_once_for_an_edition(bodies, app, client) -> None:
    client.get("/directory")
    with counted(app) as again:
        client.get("/directory?q=电工")
    assert not [one for one in again if "jsonb_array_elements" in one]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"q": "华岭", "district": "440605"},
            ["没有符合的机构。", 'district=440605">不限名称和地址</a> 1 家机构', 'q=华岭">不限区</a> 1 家机构'],
        ),
        (
            {"occupation": WELDER, "district": "440605", "level": "1"},
            ["没有符合的机构。", f'occupation={WELDER}">只按职业</a> 1 家机构', 'district=440605">只按区</a> 1 家机构'],
        ),
        ({"q": "没有这一家"}, ["没有符合的机构。", "看全部机构", "少写几个字"]),
        ({"q": "车工"}, ["现在没有机构备案车工，不能报考。"]),
        ({"occupation": "6-18-01-01", "district": "440605"}, ["现在没有机构备案车工", '440605">不限职业</a> 1 家机构']),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_leave_out(bodies, client, asked, words) -> None:
    answer = client.get("/directory", query_string=asked).text
    page = " ".join(unquote(answer.replace("&amp;", "&")).split())
    assert [word for word in words if word not in page] == []
    assert page.count("家机构") - page.count("0 家机构") == "".join(words).count("家机构"), (
        "what finds nothing is not offered"
    )


def test_behind_the_last_page_the_first_one_is_offered(bodies, client) -> None:
    page = client.get("/directory?after=9999999999999999").text
    assert "后面没有了" in page
    assert "没有符合的机构" not in page


def test_in_english_a_district_is_named_in_english_and_once(bodies, client) -> None:
    page = client.get("/directory?language=en", follow_redirects=True).text
    assert ">Shunde District</option>" in page
    assert "顺德 District" not in page


def test_where_a_social_organisation_may_assess_is_said_and_asked_for(make, client) -> None:
    for name, area in (("全市培训中心", "city"), ("禅城培训中心", "440604"), ("没有写的中心", "")):
        add(make, name, "social", "440604", area=area)
    page = client.get("/directory").text
    assert [page.count(words) for words in ("<b>面向全市开展认定</b>", "<b>只在禅城区开展认定</b>")] == [1, 1]
    assert found(client, area="440604") == ["禅城培训中心"]
    assert found(client, area="city") == ["全市培训中心"]
    assert found(client, area="440605") == []
    told = {one["name"]: one["area"] for one in client.get("/directory/data.json").json["entries"]}
    assert told == {"全市培训中心": "city", "禅城培训中心": "440604", "没有写的中心": ""}


def test_a_page_goes_on_after_its_last_card(make, client, monkeypatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr("examops.public.pages.PAGE", 2)
    wanted = [add(make, f"第{n}家").name for n in range(5)]
    seen, address = [], "/directory?q=家"
    while address:
        page = client.get(address)
        seen += names(page)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == wanted


def test_the_page_of_a_body_has_its_history_and_stays(bodies, client) -> None:
    body = bodies[2]
    with transaction(SYSTEM):
        body.state = "suspended"
        publish(body, date(2026, 10, 12))
    with transaction(SYSTEM):
        body.state, address = "exited", f"/directory/{card_of(body).uid}"
        publish(body, date(2026, 11, 2))
    page = client.get(address)
    assert page.status_code == 200
    assert "2026-11-02 起不在目录" in page.text
    assert "2021-06-18 至 2026-10-11" in page.text
    assert "2026-10-12 至 2026-11-01" in page.text
    assert body.name not in found(client)


def test_an_occupation_stands_once_in_the_list_whatever_its_levels_go_by() -> None:
    own, national = {"standard": "华岭车工第1版", "levels": ["3"]}, {"standard": "2018", "levels": ["5", "4"]}
    lathe, welder = {"code": "6-18-01-01", "name": "车工"}, {"code": "6-18-02-04", "name": "焊工", "levels": ["5"]}
    assert by_occupation([lathe | own, lathe | national, welder]) == [("车工", ["5", "4", "3"]), ("焊工", ["5"])]


def test_a_body_that_is_not_filed_yet_is_not_listed(make, client) -> None:
    add(make, "以后备案的机构")
    body = add(make, "明天备案的机构")
    with transaction(SYSTEM):
        body.filed_on = date(2026, 11, 24)
        db.session.execute(DirectoryCard.__table__.update().values(filed_on=date(2026, 11, 24)))
    assert found(client) == []


def test_more_bodies_cost_no_more_statements(bodies, make, app, client) -> None:
    with counted(app) as few:
        client.get("/directory")
    for n in range(12):
        add(make, f"第{n}家")
    with counted(app) as many:
        client.get("/directory")
    assert len(many) == len(few) <= 8


def test_an_unknown_body_is_refused_with_what_to_do(client) -> None:
    page = client.get("/directory/00000000-0000-0000-0000-000000000000")
    assert page.status_code == 404
    assert "回到目录按名称查找" in page.text


def test_settings_that_are_missing_are_told_and_given_ones_are_linked(bodies, app, client) -> None:
    assert "还没有设置查询网址" in client.get("/directory").text
    assert "还没有设置投诉电话和邮箱" in client.get("/directory").text
    kept = app.extensions[NAME]
    import dataclasses

    given = dataclasses.replace(
        kept.settings, certificate_lookup_url="https://zscx.example.cn/", complaint_contacts="0757-0000 1233"
    )
    app.extensions[NAME] = dataclasses.replace(kept, settings=given)
    try:
        page = client.get("/directory").text
    finally:
        app.extensions[NAME] = kept
    assert 'href="https://zscx.example.cn/"' in page
    assert "0757-0000 1233" in page
    assert "还没有设置" not in page


def test_browsers_keep_a_page_until_something_is_published(bodies, client) -> None:
    first = client.get("/directory")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    tag = first.headers["ETag"]
    kept = client.get("/directory", headers={"If-None-Match": tag})
    assert (kept.status_code, kept.data, kept.headers["ETag"]) == (304, b"", tag)
    compressed = client.get("/directory", headers={"If-None-Match": f"W/{tag}"})  # as nginx hands a tag on
    assert compressed.status_code == 304
    assert client.get("/directory?q=a").headers["ETag"] != tag
    with transaction(SYSTEM):
        publish(bodies[0], date(2026, 11, 23))
    assert client.get("/directory", headers={"If-None-Match": tag}).status_code == 200


def test_the_same_page_whoever_asks(bodies, make, client, sign_in) -> None:
    strangers = client.get("/directory").data
    assert sign_in(make.user("coordinator", bodies[0])).get("/directory").data == strangers


def test_one_address_is_limited(client) -> None:
    answers = [client.get("/directory").status_code for _ in range(VIEWS_PER_WINDOW + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429


def test_open_data_holds_every_entry_with_its_validity(bodies, client) -> None:
    with transaction(SYSTEM):
        bodies[1].state = "exited"
        publish(bodies[1], date(2026, 11, 2))
    answer = client.get("/directory/data.json")
    data = json.loads(answer.data)
    assert len(data["entries"]) == 8
    assert [row["valid_until"] for row in data["entries"] if row["kind"] == "college"] == ["2026-11-01"]
    assert client.get("/directory/data.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    text = client.get("/directory/data.csv").data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["name"] for line in lines] == [row["name"] for row in data["entries"]]
    assert lines[0].keys() == data["entries"][0].keys()


def test_a_name_that_is_a_formula_stays_a_text_in_the_csv(make, client) -> None:
    add(make, "=HYPERLINK(1)")
    answer = client.get("/directory/data.csv")
    assert "'=HYPERLINK(1)" in answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert json.loads(client.get("/directory/data.json").data)["entries"][0]["name"] == "=HYPERLINK(1)"


def test_offices_download_their_districts_as_a_workbook(bodies, make, sign_in) -> None:
    answer = sign_in(make.user("district_bureau", district="440605")).get("/directory/export.xlsx")
    assert answer.status_code == 200
    texts = ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "南兴技工学校" in texts
    assert "华岭电器" not in texts


@pytest.mark.parametrize(
    ("typed", "bodies_found", "shown"),
    [
        ("電工　華嶺", 1, "电工 华岭"),
        ("華嶺", 1, "华岭"),
        ("ＤＩＡＮ", 0, "ＤＩＡＮ"),
        ("长" * 300, 0, "长" * 60),
        ("华岭\x07", 1, "华岭"),
        ("\x00", 2, ""),
        ("% _", 0, "% _"),
    ],
)
def test_whatever_is_typed_is_searched_for_and_never_left_out_in_silence(
    make, client, typed: str, bodies_found: int, shown: str
) -> None:
    """A search that was too long showed every body, as if all were found."""
    add(make, "佛山市华岭电器有限公司")
    add(make, "佛山市南兴技工学校", "college", "440605", ((WELDER, ("5",)),))
    page = client.get("/directory", query_string={"q": typed}).text
    value = re.search(r'name="q" type="search" value="([^"]*)"', page)
    assert (page.count('<li class="card">') - ("没有符合的机构" in page), value and " ".join(value[1].split())) == (
        bodies_found,
        shown,
    )


def test_a_stranger_who_is_lost_is_led_to_the_directory_and_not_to_a_menu(client, make, sign_in) -> None:
    """There is no menu on that page, and a stranger has no first page."""
    page = client.get("/directory/").text
    assert ('href="/directory"' in page, "回到我的首页" in page, "左边的菜单" in page) == (True, False, False)
    page = sign_in(make.user("coordinator", make.body())).get("/nowhere").text
    assert ('href="/directory"' in page, "回到我的首页" in page) == (False, True)

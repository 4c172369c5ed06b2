"""People, cards and relations from a sheet: shown with every fault, saved whole or not at all."""

from __future__ import annotations

import html
import io
import re

import pytest
import xlsxwriter
from sqlalchemy import select

from examops.core.database import db
from examops.staff.models import Qualification, RecusalRelation, StaffMember
from tests.domains.eligibility.people import an_id
from tests.factories import Factory

pytestmark = pytest.mark.postgres
HEAD = ["姓名", "班组", "类别", "证号", "职业", "等级", "起日", "止日"]
GOOD = [
    HEAD,
    ["梁志强", "设备部", "考评员", "GD-1", "电工", "五级、四级", "2026-01-01", "2026年12月31日"],
    ["梁志强", "", "专家", "", "", "", "2026/1/1", ""],
    ["何兰", "人事部", "", "", "", "", "", ""],
]
NUMBER = an_id(born="19900101")


def sheet(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return out.getvalue()


@pytest.fixture
def ground(make: Factory, sign_in):
    body = make.body()
    return body, sign_in(make.user("coordinator", body))


def preview(client, rows: list[list[object]], what: str = "people"):
    form = {"what": what, "file": (io.BytesIO(sheet(rows)), "表.xlsx")}
    return client.post("/staff/import", data=form)


def save(client, page: str, what: str = "people"):
    text = html.unescape(re.search(r'name="sheet" value="([^"]*)"', page)[1])
    return client.post("/staff/import/save", data={"what": what, "sheet": text})


def people() -> dict[str, StaffMember]:
    db.session.rollback()
    return {one.name: one for one in db.session.execute(select(StaffMember)).scalars()}


def cards() -> list[tuple]:
    query = select(Qualification.kind, Qualification.card_number, Qualification.levels, Qualification.valid_until)
    return [
        (*row[:2], ",".join(row[2]), row[3].isoformat()) for row in db.session.execute(query.order_by(Qualification.id))
    ]


def test_a_sheet_is_shown_first_and_then_saved_whole(ground) -> None:
    _, client = ground
    shown = preview(client, GOOD)
    assert (shown.status_code, people()) == (200, {})
    assert shown.text.count("新登记") == 2
    saved = save(client, shown.text)
    assert saved.status_code == 302
    assert "新登记 2 人、2 张证" in client.get("/staff/").text
    assert (sorted(people()), people()["梁志强"].team) == (["何兰", "梁志强"], "设备部")
    assert cards() == [("examiner", "GD-1", "5,4", "2026-12-31"), ("expert", "", "", "2028-12-31")]

    changed = [HEAD, ["梁志强", "总装线", "考评员", "GD-1", "电工", "五级、四级、三级", "2026-01-01", "2027-12-31"]]
    assert save(client, preview(client, changed).text).status_code == 302
    assert (len(people()), people()["梁志强"].team) == (2, "总装线")
    assert cards()[0] == ("examiner", "GD-1", "5,4,3", "2027-12-31")


def test_every_fault_is_named_with_its_row_and_column_and_nothing_is_saved(ground) -> None:
    _, client = ground
    bad = [
        ["", "设备部", "考评员", "GD-1", "电工", "五级", "2026-01-01", ""],
        ["甲", "", "考评", "GD-2", "电工", "五级", "2026-01-01", ""],
        ["乙", "", "考评员", "GD-3", "电工", "九级", "2026-01-01", ""],
        ["丙", "", "考评员", "GD-4", "不存在的职业", "五级", "昨天", ""],
        ["丁", "", "监考", "", "", "", "2026-01-01", "2025-01-01"],
        ["戊", "", "", "GD-5", "", "", "", ""],
        GOOD[1],
        GOOD[1],
        ["己", "", "考评员", "", "", "", "", ""],
    ]
    shown = preview(client, [HEAD, *bad])
    assert (shown.status_code, people()) == (422, {})
    for words in (
        "第 2 行 A 列：没有写姓名",
        "第 3 行 C 列：没有这个类别",
        "第 4 行 F 列：没有这个等级“九级”",
        "第 5 行 G 列：日期的写法不对",
        "第 6 行 D 列：没有写证号",
        "第 6 行 H 列：止日早于起日",
        "第 7 行 C 列：写了证件却没有写类别",
        "第 9 行 D 列：同一个人的同一张证在表里出现两次",
        "第 10 行 D 列：没有写证号",
        "第 10 行 E 列：考评员的证要写职业",
        "第 10 行 F 列：考评员的证要写能考评的等级",
        "第 10 行 G 列：没有写起日",
    ):
        assert words in shown.text
    assert 'name="sheet"' not in shown.text
    forged = client.post("/staff/import/save", data={"what": "people", "sheet": '[["姓名","类别"],["甲","考评"]]'})
    assert (forged.status_code, people()) == (422, {})
    for text, words in (
        ("{}", "预览已失效"),
        ('[["姓名","鞋码"],["甲","42"]]', "不认识的列：B 鞋码"),
        ('[["名"]]', "没有找到表头"),
    ):
        answer = client.post("/staff/import/save", data={"what": "people", "sheet": text})
        assert (answer.status_code, words in answer.text) == (422, True), text


def test_two_of_one_name_are_told_apart_by_team(ground, make) -> None:
    body, client = ground
    for team in ("一班", "二班"):
        make.save(StaffMember(body_id=body.id, district=body.district, name="何兰", team=team))
    shown = preview(client, [HEAD, ["何兰", "三班", "监考", "JK-1", "", "", "2026-01-01", ""]])
    assert "有几位同名" in shown.text
    assert save(client, preview(client, [HEAD, ["何兰", "二班", "监考", "JK-1", "", "", "2026-01-01", ""]]).text)
    owner = db.session.execute(select(StaffMember.team).join(Qualification, Qualification.staff_id == StaffMember.id))
    assert owner.scalar_one() == "二班"


def test_relations_come_from_a_sheet_with_their_source(ground, make) -> None:
    body, client = ground
    member, candidate = make.staff(body, name="梁志强"), make.candidate(body, id_number=NUMBER, name="何兰")
    head = ["考务人员", "考生", "考生身份证号", "关系", "起日"]
    wrong = [
        head,
        ["王五", "何兰", NUMBER, "亲属", ""],
        ["梁志强", "何梅", NUMBER, "同乡", ""],
        ["梁志强", "何兰", "1", "亲属", ""],
        ["梁志强", "何兰", "", "亲属", ""],
    ]
    shown = preview(client, wrong, "relations")
    assert shown.status_code == 422
    for words in (
        "第 2 行 A 列：本机构没有这位考务人员",
        "第 3 行 B 列：姓名和名单里",
        "第 3 行 D 列：没有这种关系",
        "第 4 行 C 列：身份证号不对",
        "第 5 行 C 列：身份证号不对",
    ):
        assert words in shown.text
    shown = preview(client, [head, ["梁志强", "何兰", NUMBER, "亲属", "2026-01-01"]], "relations")
    for _time in range(2):
        assert save(client, shown.text, "relations").status_code == 302
    row = db.session.execute(select(RecusalRelation)).scalar_one()
    assert (row.staff_id, row.candidate_id, row.source, row.relation) == (
        member.id,
        candidate.id,
        "imported",
        "relative",
    )
    assert row.declared_by


def test_another_bodys_people_are_not_touched(ground, make) -> None:
    _, client = ground
    other = make.body()
    theirs = make.staff(other, name="梁志强")
    assert save(client, preview(client, GOOD).text).status_code == 302
    query = select(Qualification.card_number).where(Qualification.staff_id == theirs.id)
    assert "GD-1" not in db.session.execute(query).scalars().all()
    forged = client.post("/staff/import", data={"what": "people", "body": str(other.uid), "pasted": "姓名\n甲"})
    assert forged.status_code == 404


def test_the_blank_sheets_are_read_by_the_import_and_the_export_names_every_card(ground) -> None:
    import python_calamine

    _, client = ground
    for what in ("people", "relations"):
        data = client.get(f"/staff/blank-{what}.xlsx").data
        form = {"what": what, "file": (io.BytesIO(data), "表.xlsx")}
        assert "表头下面没有" in client.post("/staff/import", data=form).text
    save(client, preview(client, GOOD).text)
    data = client.get("/staff/export.xlsx").data
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["何兰", "梁志强", "梁志强"]
    assert {(row[7], row[8], row[14]) for row in rows[2:]} == {("考评员", "GD-1", "快到期"), ("专家", "", "有效")}


def test_a_telephone_nobody_can_be_called_at_is_a_fault_and_what_was_pasted_stays(ground) -> None:
    _body, client = ground
    rows = [["姓名", "电话"], ["梁志强", "abc"], ["何兰", "0757-83334444 转 12"]]
    pasted = "\n".join("\t".join(row) for row in rows)
    answer = client.post("/staff/import", data={"what": "people", "pasted": pasted})
    assert (answer.status_code, "第 2 行 B 列：电话写手机号" in answer.text) == (422, True)
    assert "第 3 行 B 列" not in answer.text
    assert "梁志强\tabc" in answer.text.partition('<textarea id="pasted"')[2]
    assert "再看一次预览" in answer.text
    typed = client.post("/staff/new", data={"name": "梁志强", "telephone": "123"})
    assert (typed.status_code, "电话写手机号" in typed.text) == (422, True)
    assert people() == {}

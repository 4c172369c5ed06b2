"""Every file that people can save, fetched through gunicorn: the test client forgives what gunicorn does not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
import python_calamine
from flask import Flask

from config.occupations import catalogue
from examops.web.downloads import disposition
from tests.factories import Factory
from tests.guards import walk
from tests.guards.place import Place, make_place
from tests.guards.rights import BODY, EVERYBODY, MAY
from tests.guards.walk import Browser, Call
from tests.gunicorn import cookie_of, get, served

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
# By scripts, or as part of a page by the browser itself.
PARTS_OF_PAGES = {".json", ".m3u8", ".js", ".webmanifest", ".jpg"}


def sheet(content: bytes) -> list[list[object]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def blank(content: bytes, place: Place) -> None:
    assert sheet(content)[0][:2] == ["姓名（必填）", "身份证号（必填）"]


def to_mend(content: bytes, place: Place) -> None:
    assert [row[1] for row in sheet(content)] == ["姓名", "何兰"]


def missing_photos(content: bytes, place: Place) -> None:
    assert sheet(content) == [["表行", "姓名", "身份证号", "班组"]]


def links(content: bytes, place: Place) -> None:
    head, *people = sheet(content)
    assert head[:2] == ["姓名", "手机"]
    assert len(people) == 2
    assert all("/t/" in str(row[6]) for row in people)


def every_value(content: bytes, place: Place) -> None:
    head, *values = sheet(content)
    assert head[:4] == ["职业编码", "职业", "项目", "取值"]
    assert len({row[0] for row in values}) == len(catalogue().by_code)


def listed(content: bytes, place: Place) -> None:
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[0] == "body"
    assert {row[head.index("name")] for row in rows} == {place.body.name}


def listed_workbook(content: bytes, place: Place) -> None:
    head, *rows = sheet(content)
    assert head[0] == "机构"
    assert {row[0] for row in rows} == {place.body.name}


def cases(content: bytes, place: Place) -> None:
    head, *rows = sheet(content)
    assert head[:2] == ["编号", "机构"]
    assert {row[1] for row in rows} == {place.body.name}


def staff(content: bytes, place: Place) -> None:
    head, *rows = sheet(content)
    assert head[:2] == ["机构", "姓名"]
    assert {row[0] for row in rows} == {place.body.short_name}


def blank_staff(content: bytes, place: Place) -> None:
    assert sheet(content)[0][:2] == ["姓名", "班组"]


def blank_relations(content: bytes, place: Place) -> None:
    assert sheet(content)[0][:2] == ["考务人员", "考务人员班组"]


def promise(content: bytes, place: Place) -> None:
    assert content == b"%PDF-1.4 %%EOF"


def administered(content: bytes, place: Place) -> None:
    head, *rows = sheet(content)
    assert head[:3] == ["姓名", "账号", "任职"]
    assert rows


def head_of(*words: str) -> Callable[[bytes, Place], None]:
    def check(content: bytes, place: Place) -> None:
        assert sheet(content)[0][: len(words)] == list(words)

    return check


# Each download: the file's name, and who reads what came. A new one is entered here.
DOWNLOADS: dict[str, tuple[str, Callable[[bytes, Place], None]]] = {
    "account_admin.export_list": ("账号.xlsx", administered),
    "batches.export_list": ("批次.xlsx", head_of("编号", "名称", "职业等级")),
    "cameras.export_list": ("摄像机.xlsx", head_of("考点", "场所", "摄像机")),
    "city_people.export_list": ("市里人员.xlsx", head_of("姓名", "类别", "工作单位")),
    "devices.export_list": ("设备.xlsx", head_of("设备", "名称", "考点")),
    "outages.export_list": ("停用.xlsx", head_of("考点", "考场", "停用的")),
    "sessions.export_list": ("场次.xlsx", head_of("编号", "开始", "结束")),
    "trials.export_list": ("设备试运行.xlsx", head_of("考点", "考场", "摄像机")),
    "directory.rule_file": ("考务管理办法.pdf", promise),
    "directory.specification_file": ("评价规范.pdf", promise),
    "directory_data.csv_file": ("directory.csv", listed),
    "directory_office.export": ("认定机构目录.xlsx", listed_workbook),
    "opening_queue.certificate": ("执照.pdf", promise),
    "opening_queue.export_list": ("开户申请.xlsx", head_of("编号", "收到", "名称")),
    "entities.export_list": ("单位.xlsx", head_of("名称", "统一社会信用代码", "区")),
    "exits.export": ("退出事项.xlsx", cases),
    "filings.document": ("评价规范.pdf", promise),
    "filings.inbox_workbook": ("备案待办.xlsx", head_of("剩余工作日", "编号", "机构")),
    "filings.letters_workbook": ("备案文书.xlsx", head_of("文号", "文书", "日期")),
    "filings.register_workbook": ("备案申报.xlsx", head_of("编号", "机构", "类型")),
    "notices.workbook": ("通知.xlsx", head_of("时间", "通知", "标题")),
    "occupations.export": ("职业目录.xlsx", every_value),
    "rosters.blank_form": ("空白名单.xlsx", blank),
    "rosters.corrections_workbook": ("名单.xlsx-待改.xlsx", to_mend),
    "roster_photos.missing": ("名单.xlsx-缺照片.xlsx", missing_photos),
    "sites.tenure_file": ("租约.pdf", promise),
    "sites.export_list": ("考点.xlsx", head_of("考点", "地址", "场所", "工位")),
    "staff.blank_people": ("空白考务人员表.xlsx", blank_staff),
    "staff.blank_relations": ("空白回避关系表.xlsx", blank_relations),
    "staff.export": ("考务人员.xlsx", staff),
    "sessions.links": ("电工 四级 实操 11-23-考生链接.xlsx", links),
}


def readers(endpoint: str) -> Sequence[str]:
    """Roles; what everybody may read is asked by one."""
    return ("coordinator",) if MAY[endpoint] == EVERYBODY else MAY[endpoint]


def reads(app: Flask) -> list[Call]:
    return [call for call in walk.calls(app) if call.method == "GET" and call.endpoint != "static"]


def is_a_file(call: Call) -> bool:
    """The address ends like a file's name, and no page of ours reads it."""
    suffix = PurePosixPath(call.rule.rule).suffix
    return bool(suffix) and ">" not in suffix and suffix not in PARTS_OF_PAGES


def filename_of(headers: dict[str, str]) -> str | None:
    """As a browser reads it: ``filename*`` goes first (RFC 6266, 4.3). None when nothing is to be saved."""
    header = headers.get("content-disposition", "inline")
    if not header.startswith("attachment"):
        return None
    extended = re.search(r"filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$", header, re.ASCII)
    return unquote(extended[1], errors="strict") if extended else header


@pytest.fixture(scope="module")
def port(environment, tmp_path_factory) -> Iterator[int]:
    with served(environment, tmp_path_factory.mktemp("gunicorn") / "web.log") as found:
        yield found


@pytest.fixture
def place(make: Factory, clock, app: Flask) -> Place:
    return make_place(make, clock)


@pytest.fixture
def person(make: Factory, place: Place) -> Callable[[str], Any]:
    def of_role(role: str) -> Any:
        if role not in BODY:
            return make.user(role) if role.startswith("city_") else make.user(role, district=place.body.district)
        user = make.user(role, place.body)
        return make.on_duty(user, place.session) if role in ("examiner", "proctor", "internal_supervisor") else user

    return of_role


def test_every_address_of_a_file_is_listed(app: Flask) -> None:
    assert sorted(call.endpoint for call in reads(app) if is_a_file(call)) == sorted(DOWNLOADS)


@pytest.mark.parametrize("endpoint", DOWNLOADS)
def test_a_download_opens_in_a_spreadsheet(app: Flask, port: int, place: Place, person, endpoint: str) -> None:
    call = next(call for call in reads(app) if call.endpoint == endpoint)
    name, check = DOWNLOADS[endpoint]
    cookie = cookie_of(app, person(readers(endpoint)[0]))
    status, headers, content = ask(app, port, place, cookie, call)
    assert status == 200, content
    assert filename_of(headers) == name
    assert headers["content-disposition"].isascii()
    check(content, place)


@pytest.mark.parametrize("role", sorted({role for name in DOWNLOADS for role in readers(name)}))
def test_whatever_else_a_role_is_given_to_save_is_listed(
    app: Flask, port: int, place: Place, person, role: str
) -> None:
    """Told by the header, not by the address, for those who have downloads at all."""
    cookie = cookie_of(app, person(role))
    for call in reads(app):
        if walk.may(call, role):
            status, headers, content = ask(app, port, place, cookie, call)
            assert status < 500, (call.endpoint, content)
            assert (filename_of(headers) is not None) == (call.endpoint in DOWNLOADS), call.endpoint


def ask(app: Flask, port: int, place: Place, cookie: str, call: Call) -> tuple[int, dict[str, str], bytes]:
    return get(port, Browser(app).path(call, place), cookie)


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("空白名单.xlsx", "download.xlsx", "空白名单.xlsx"),
        ("11月 roster-待改.xlsx", "11 roster.xlsx", "11月 roster-待改.xlsx"),
        ('a"b\r\nSet-Cookie: x=1.xlsx', "a_b_Set-Cookie_ x1.xlsx", "a_b_Set-Cookie_ x=1.xlsx"),
        ("../../etc/名单.xlsx", "_.._etc_.xlsx", ".._.._etc_名单.xlsx"),
        ("\ud800.xlsx", "_.xlsx", "_.xlsx"),
        ("名单", "download", "名单"),
        ("", "download", "download"),
    ],
)
def test_a_name_is_ascii_for_old_readers_and_whole_for_all_others(name: str, plain: str, whole: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert f'filename="{plain}"' in header
    assert filename_of({"content-disposition": header}) == whole

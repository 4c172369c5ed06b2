"""Converters of single values: each takes what YAML gave and raises :class:`InvalidValue`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from config.divisions import divisions
from config.levels import LETTERS, as_level, is_level, lowest_first
from examops.accounts import OUTSIDE, ROLE_WORDS
from examops.accounts.models import ROLES
from examops.catalogue import find_occupation
from examops.ops.setup.block import Convert, InvalidValue
from examops.sessions.planning import read_stations
from video.rtsp.addresses import address_of
from video.rtsp.errors import Refused

BODY_KINDS = {"enterprise": "企业", "college": "院校", "social": "社会组织"}
ROOM_KINDS = {"paper": "笔试", "computer": "机考", "practical": "实操", "review": "综合评审"}
CARD_KINDS = {
    "examiner": "考评员",
    "senior_examiner": "高级考评员",
    "proctor": "监考员",
    "internal_supervisor": "内部质量督导员",
}
LOGIN_LENGTH = 64
SECRET_IN_PATH = re.compile(r"(user|usr|username|pass|passwd|password|pwd|auth|token)=", re.I)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue("须是文字，请加引号" if value is not None else "没有写")
    if "\x00" in value:
        raise InvalidValue("有不能保存的字符")
    if not value.strip():
        raise InvalidValue("是空的")
    return value.strip()


def maybe_empty(value: Any) -> str:
    """A text that may be empty."""
    return "" if value == "" else text(value)


def whole(least: int, most: int) -> Convert:
    def convert(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise InvalidValue(f"须是 {least} 到 {most} 的整数")
        return value

    return convert


def yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("须是 true 或 false")
    return value


def only_true(value: Any) -> bool:
    if value is not True:
        raise InvalidValue("只能写 true；不是全市的就不写这个键")
    return True


def day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidValue("须是日期，写成 2026-11-26") from None


def one_of(table: Mapping[str, str]) -> Convert:
    """A code of the table; its Chinese word will do too."""

    def convert(value: Any) -> str:
        known = {**{word: code for code, word in table.items()}, **{code: code for code in table}}
        if not isinstance(value, str) or value.strip() not in known:
            raise InvalidValue("须是其中之一：" + "、".join(f"{code}（{word}）" for code, word in table.items()))
        return known[value.strip()]

    return convert


role = one_of({code: ROLE_WORDS[code] for code in ROLES})


def district(value: Any) -> str:
    """A district of Foshan, by code or name."""
    return str(one_of({code: name for code, name in divisions().districts.items() if code != OUTSIDE})(_digits(value)))


def site_district(value: Any) -> str:
    """As :func:`district`, or 佛山市外 (``OUTSIDE``) for a site outside the city."""
    if str(value) == "440600":
        raise InvalidValue("440600 是佛山市本身，不是一个区；考点在佛山市外写 佛山市外")
    return str(one_of(divisions().districts)(_digits(value)))


def _digits(value: Any) -> Any:
    """``440606`` without quotes is a number to YAML; no code of a district begins with 0, so nothing is lost."""
    plain = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return plain.removesuffix("区") if isinstance(plain, str) else plain


def occupation(value: Any) -> str:
    found = find_occupation(text(value))
    if found is None:
        raise InvalidValue("职业目录里没有它；写职业编码（如 6-31-01-03）或职业名称")
    return found.code


def occupations(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise InvalidValue("须是列表；不限职业就写 []")
    return list(dict.fromkeys(occupation(one) for one in value))


def levels(value: Any) -> list[str]:
    """Letters, lowest first. Numbers are taken as well: files of before hold them, and ``5`` needs no quotes."""
    if not isinstance(value, list) or not value or not all(map(is_level, value)):
        raise InvalidValue(f"须是等级的列表，如 [5, 4, 3]；等级由低到高写 {' '.join(LETTERS)}")
    return lowest_first(map(as_level, value))


def station_codes(value: Any) -> tuple[str, ...]:
    """``A-01~A-12、B-01``, or a list of such texts, in the order written."""
    pieces = value if isinstance(value, list) else [value]
    codes: list[str] = []
    for piece in pieces:
        try:
            read = read_stations(text(piece))
        except (InvalidValue, ValueError):
            read = None
        if not isinstance(read, tuple):
            raise InvalidValue("工位写成 A-01~A-12、B-01")
        codes += read
    if len(codes) != len(set(codes)):
        raise InvalidValue("同一个工位写了两次")
    return tuple(codes)


def source(value: Any) -> str:
    """An RTSP address without a login. An error does not repeat it: it may contain a password."""
    address = text(value)
    try:
        address_of(address)
    except Refused:
        raise InvalidValue("须是 rtsp://主机:端口/路径，不带账号密码（账号密码只放在录像盒里）") from None
    if SECRET_IN_PATH.search(address):
        raise InvalidValue("地址里带了账号或密码，请去掉；账号密码只放在录像盒里")
    return address


def login(value: Any) -> str:
    name = text(value)
    if len(name) > LOGIN_LENGTH or re.search(r"\s", name):
        raise InvalidValue(f"账号不能有空格，不超过 {LOGIN_LENGTH} 个字符")
    return name

"""The columns of the spreadsheet: what heads them, and how one cell of each is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.divisions import divisions
from config.levels import LETTERS, lowest_first
from examops.catalogue import find_occupation
from examops.core.language import N_
from examops.eligibility.roster import CellFault, level_in, plain_header, read_day, text_of
from examops.organisations import read_credit_code

LONGEST = {"name": 120, "paper_number": 60, "address": 200, "telephone": 60}
KINDS = {
    **dict.fromkeys(("企业", "用人单位", "用人单位（企业）", "enterprise"), "enterprise"),
    **dict.fromkeys(("社会培训评价组织", "社会组织", "社评组织", "socialorganisation"), "social"),
    **dict.fromkeys(("技工院校", "院校", "技师学院", "技工学校", "college"), "college"),
}
RANGE = re.compile(r"\s*(?:至|到|—+|-|~|～)\s*")
BETWEEN = re.compile(r"[、,，;；]+")


def _text(field: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = text_of(value)
        if len(text) > LONGEST[field]:
            raise CellFault("too_long", most=LONGEST[field])
        return text

    return read


def _code(value: Any) -> str:
    """Some codes in use fail their own check character, so that alone refuses none."""
    reading = read_credit_code(text_of(value))
    if reading.warning in ("length", "characters"):
        raise CellFault(f"credit_code.{reading.warning}")
    return reading.code


def _kind(value: Any) -> str:
    if (kind := KINDS.get(text_of(value).replace(" ", "").lower())) is None:
        raise CellFault("kind")
    return kind


def _district(value: Any) -> str:
    text = text_of(value).removeprefix("佛山市").removesuffix("区")
    by_name = {name.removesuffix("区"): code for code, name in divisions().districts.items()}
    if (code := text if text in by_name.values() else by_name.get(text)) is None:
        raise CellFault("district")
    return code


def _occupation(value: Any) -> str:
    if (found := find_occupation(text_of(value))) is None:
        raise CellFault("occupation")
    return found.code


def _levels(value: Any) -> list[str]:
    """``五级至三级``, ``4、3`` or one level."""
    ends = RANGE.split(text_of(value))
    if len(ends) == 2:
        low, high = sorted(LETTERS.index(level_in(end)) for end in ends)
        return list(LETTERS[low : high + 1])
    return lowest_first({level_in(part) for part in BETWEEN.split(text_of(value)) if part.strip()})


@dataclass(frozen=True)
class Column:
    """``titles`` begins with ours; ``is_asked``: every row has it."""

    field: str
    titles: tuple[str, ...]
    read: Callable[[Any], Any]
    is_asked: bool = True


COLUMNS = (
    Column("name", (N_("机构名称"), "机构", "单位名称", "名称"), _text("name")),
    Column("code", (N_("统一社会信用代码"), "社会信用代码", "信用代码"), _code),
    Column("kind", (N_("机构类型"), "类型", "机构类别"), _kind),
    Column("district", (N_("区"), "所属区", "区域", "所在区"), _district),
    Column("occupation", (N_("职业"), "职业（工种）", "职业名称", "职业(工种)", "工种"), _occupation),
    Column("levels", (N_("等级"), "认定等级", "级别", "等级范围"), _levels),
    Column("paper_number", (N_("备案文号"), "文号", "决定文号"), _text("paper_number")),
    Column("paper_on", (N_("备案日期"), "文件日期", "决定日期", "日期"), read_day),
    Column("address", (N_("地址"), "机构地址"), _text("address"), is_asked=False),
    Column("telephone", (N_("电话"), "联系电话"), _text("telephone"), is_asked=False),
    Column("last_session_on", (N_("最近一次认定日期"), "上次认定日期", "最近认定日期"), read_day, is_asked=False),
)
DAYS = ("paper_on", "last_session_on")
BY_TITLE = {plain_header(title): one for one in COLUMNS for title in one.titles}

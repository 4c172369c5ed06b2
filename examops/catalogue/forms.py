"""What the pages of the catalogue read: searching, confirming, setting another value."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import validates_schema

from config.levels import LETTERS
from config.occupation_faults import CODE, EXAM, PARTS, exam_value_fault
from examops.catalogue.decisions import Grounds, Seen
from examops.catalogue.labels import LISTED, SECTORS
from examops.catalogue.listing import PUBLISHED
from examops.catalogue.values import Standing, Value
from examops.core.errors import Invalid
from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, ShortText, input_fault

SEEN = re.compile(rf"([a-z0-9_]+(?:\.[{''.join(LETTERS)}])?)=(\d{{1,6}})=([0-9a-f]{{64}})")
NUMBERS = re.compile(r"[0-9]{1,4}")
ACTS = ("changed", "confirmed", "withdrawn")


class SearchSchema(LenientSchema):
    """``after``: the code after which the page begins."""

    q = ShortText(40)
    sector = OneOf(SECTORS, load_default="")
    standing = OneOf(("", Standing.ILLUSTRATIVE.value, "settled", PUBLISHED), load_default="")
    after = ShortText(20)


class SeenField(ShortText):
    """``skill_minutes.4=2=<hash>``: a value's key, newest revision and hash, as (key, :class:`Seen`)."""

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        found = SEEN.fullmatch(value if isinstance(value, str) else "")
        if not found:
            raise self.make_error(N_("页面已过期，请刷新再选"))
        return found[1], Seen(int(found[2]), found[3])


class GroundsSchema(LenientSchema):
    """Why, on what paper, and for which days."""

    document_number = ShortText(60, required=True, fault=N_("写文件的文号，60 字以内"))
    reason = ShortText(300, required=True, lines=True, fault=N_("写理由，300 字以内"))
    valid_from = Day(required=True, fault=N_("选生效的日期"))
    valid_until = Day()

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("valid_until") and data["valid_until"] < data["valid_from"]:
            raise input_fault(N_("最后一天不能早于生效日期"), "valid_until")


class ConfirmSchema(GroundsSchema):
    seen = ListOf(SeenField(120), least=1, most=60, required=True, fault=N_("至少勾选一项"))


class DecideSchema(GroundsSchema):
    act = OneOf(ACTS, required=True)
    seen = SeenField(120, required=True)
    value = ShortText(100)
    choice = ListOf(ShortText(20), load_default=list, most=10)


def grounds_of(data: dict[str, Any]) -> Grounds:
    return Grounds(data["document_number"], data["reason"], data["valid_from"], data["valid_until"])


def seen_mark(value: Value) -> str:
    """What a form carries so that nobody decides about what they did not see."""
    return f"{value.key}={value.revision}={value.base_hash}"


def read_value(what: str, text: str, chosen: list[str]) -> Any:
    """The new value as it was typed or ticked. Raises :class:`Invalid` with what to write."""
    if what == "levels":
        return _chosen([one for one in LETTERS if one in chosen], N_("至少勾一个等级"))
    if what == "parts":
        return _chosen([one for one in PARTS if one in chosen], N_("至少勾一个科目"))
    if what in LISTED:
        return _chosen(text if text in LISTED[what] else "", N_("选一项"))
    if what in EXAM:
        number = int(text) if NUMBERS.fullmatch(text) else 0
        return _chosen(0 if exam_value_fault(what, number) else number, N_("写 1 到 1000 的整数"))
    if what.startswith("code_"):
        return _chosen(text if CODE.fullmatch(text) else "", N_("编码写成 6-18-01-01 的样子"))
    return _chosen(text if re.fullmatch(r"20\d\d", text) else "", N_("版本写年份，例如 2018"))


def _chosen(value: Any, advice: str) -> Any:
    if not value:
        raise Invalid(N_("新的取值填得不对"), advice=advice)
    return value


def usual_grounds(today: date) -> dict[str, str]:
    """A form before anything was typed."""
    return {"document_number": "", "reason": "", "valid_from": today.isoformat(), "valid_until": ""}

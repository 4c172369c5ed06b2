"""A number of years as people write it: 5, 5年6个月, 三年, 5年半, 满5年."""

from __future__ import annotations

import re
from typing import Any

from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.texts import BLANKS, text_of
from examops.eligibility.roster.words_read import NOTHING

MAX_YEARS = 60
NUMBER = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?")
# "5年多" and "5年以上" prove five; "近5年" and "约5年" prove nothing and stay unreadable.
AT_LEAST = re.compile(r"^(?:已满|满|已有|已|足|共计|共)|(?:以上|有余|余|多|整|及以上)$")
YEARS = re.compile(r"(?:(?P<years>\d{1,3}(?:\.\d{1,6})?)年)?(?P<half>半)?零?(?:(?P<months>\d{1,3})个?月)?")
HALF_YEAR = re.compile(r"半年")
CHINESE = re.compile("[零〇一二两三四五六七八九十]+")
DIGIT = {mark: value for value, mark in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def read_years(value: Any) -> float | None:
    """Years as a number, None for an empty cell."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        years: float = value
    else:
        text = BLANKS.sub("", text_of(value))
        if text in NOTHING:
            return None
        years = _years_of(text)
    if not 0 <= years <= MAX_YEARS:
        raise CellFault("years.out_of_range", years=years)
    return float(years)


def _years_of(text: str) -> float:
    if NUMBER.fullmatch(text):
        return float(text)
    plain = AT_LEAST.sub("", CHINESE.sub(_arabic, text.removeprefix("零")))
    if HALF_YEAR.fullmatch(plain):
        return 0.5
    if NUMBER.fullmatch(plain) and plain.isdecimal():
        return float(plain)
    match = YEARS.fullmatch(plain)
    if (
        not match
        or not (match["years"] or match["months"])
        or (match["half"] and (match["months"] or not match["years"]))
    ):
        raise CellFault("years.unreadable")
    return float(match["years"] or 0) + (0.5 if match["half"] else 0) + int(match["months"] or 0) / 12


def _arabic(found: re.Match[str]) -> str:
    """三 → 3, 十五 → 15, 二十三 → 23; a lone 零 between years and months stays."""
    text = found[0]
    if text in ("零", "〇"):
        return "零"
    lead = "零" if text[0] in "零〇" else ""
    tens, ten, ones = text.removeprefix("零").removeprefix("〇").rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return text
    return f"{lead}{(DIGIT.get(tens, 1) * 10 if ten else 0) + DIGIT.get(ones, 0)}"

"""Synthetic people: made names, ID numbers with valid checksums and divisions of Foshan and beyond."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from examops.eligibility import check_character

SURNAMES = "陈李黄何梁罗邓林吴周杨张刘曾苏韦覃黎冯谢叶潘钟蔡郑"
GIVEN = [
    "明",
    "华",
    "强",
    "敏",
    "辉",
    "丽",
    "军",
    "洋",
    "妹",
    "豪",
    "秋",
    "勇",
    "芳",
    "杰",
    "志强",
    "小明",
    "嘉欣",
    "永健",
    "伟豪",
    "晓敏",
    "家豪",
    "文静",
    "国栋",
    "丽华",
    "俊杰",
    "美玲",
    "建国",
    "雅婷",
    "浩然",
    "思琪",
]
DIVISIONS = ("440604", "440605", "440606", "440607", "440608", "440103", "441202", "450103", "431102")


@dataclass(frozen=True)
class SyntheticPerson:
    name: str
    id_number: str
    telephone: str


def make_people(count: int, rng: random.Random, *, youngest: int = 22, oldest: int = 52) -> list[SyntheticPerson]:
    """``count`` people whose age on 2026-01-01 lies in the range, with distinct ID numbers."""
    found: dict[str, SyntheticPerson] = {}
    while len(found) < count:
        number = _id_number(rng, youngest, oldest)
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        found.setdefault(number, SyntheticPerson(name, number, f"139{rng.randrange(10**8):08d}"))
    return list(found.values())


def _id_number(rng: random.Random, youngest: int, oldest: int) -> str:
    born = date(2026, 1, 1) - timedelta(days=rng.randrange(youngest * 365 + 8, oldest * 365))
    first = f"{rng.choice(DIVISIONS)}{born:%Y%m%d}{rng.randrange(1, 999):03d}"
    return first + check_character(first)

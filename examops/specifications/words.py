"""Condition lines, parts and times in the reader's words, and two versions side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.levels import order_of
from examops.catalogue import PARTS, find_occupation, occupation_word
from examops.catalogue import level as level_name
from examops.core.language import N_, _
from examops.specifications.content import AnyVersion
from examops.specifications.labels import KIND_WORDS
from examops.specifications.models import WorkPlan

SCHOOL_GROUPS: dict[str, tuple[str, ...]] = {
    "secondary": (
        "technical_school",
        "senior_technical",
        "technician_college",
        "vocational_secondary",
        "vocational_higher",
    ),
    "senior": ("senior_technical", "technician_college", "vocational_higher"),
    "college": ("college", "vocational_higher"),
}
SCHOOL_WORDS = {
    "secondary": N_("技工学校、中职及以上毕业"),
    "senior": N_("高级技工、技师学院、高职毕业"),
    "college": N_("大专、高职及以上毕业"),
}
TITLE_WORDS = {"junior": N_("初级职称"), "intermediate": N_("中级职称"), "senior": N_("高级职称")}
DEGREE_WORDS = {"bachelor": N_("学士学位"), "master": N_("硕士学位"), "doctor": N_("博士学位")}
AFTER_WORDS = {
    None: N_("累计从事本职业或相关职业满 {years} 年"),
    "certificate": N_("取证后从事满 {years} 年"),
    "graduation": N_("毕业后从事满 {years} 年"),
    "title": N_("取得职称后从事满 {years} 年"),
}


def need_words(need: dict[str, Any]) -> str:
    """One need as a reader sees it."""
    kind = need["need"]
    if kind == "work":
        return _(AFTER_WORDS[need.get("after")], years=need["years"])
    if kind in ("certificate", "held"):
        words = _("持有{level}证书", level=level_name(str(need["level"])))
        return words if kind == "certificate" else _("{paper}满 {years} 年", paper=words, years=need["years"])
    if kind == "graduation":
        return _school(need)
    plain = {"apprenticeship": N_("学徒期满"), "pre_technician": N_("预备技师证书")}
    if kind in plain:
        return _(plain[kind])
    if kind == "age":
        return _("年满 {years} 周岁", years=need["years"])
    return _(TITLE_WORDS[need["level"]] if kind == "title" else DEGREE_WORDS[need["degree"]])


def _school(need: dict[str, Any]) -> str:
    group = next((key for key, schools in SCHOOL_GROUPS.items() if list(schools) == list(need["schools"])), "secondary")
    return _("{schools}（含应届）", schools=_(SCHOOL_WORDS[group])) if need["final_year"] else _(SCHOOL_WORDS[group])


def line_words(line: dict[str, Any]) -> str:
    return _("，且").join(need_words(need) for need in line["needs"])


def parts_words(parts: Iterable[str]) -> str:
    return _("、").join(_(PARTS[part]) for part in parts)


def minutes_words(minutes: dict[str, int]) -> str:
    """In the order of the parts: JSON keeps none."""
    found = [
        _("{part} {minutes} 分钟", part=_(word), minutes=minutes[part])
        for part, word in PARTS.items()
        if part in minutes
    ]
    return _("、").join(found)


def occupation_name(code: str) -> str:
    found = find_occupation(code)
    return occupation_word(found) if found else code


@dataclass(frozen=True)
class Compared:
    """One statement of two versions; ``before`` is None without one before."""

    word: str
    before: str | None
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.before != self.after


def compared(row: AnyVersion, before: AnyVersion | None) -> list[Compared]:
    """Everything that the two say, in the order of the newer one; what is gone stands at the end."""
    now, then = said(row), said(before) if before else {}
    lines = [Compared(word, then.get(word, "") if before else None, value) for word, value in now.items()]
    return lines + [Compared(word, value, "") for word, value in then.items() if word not in now]


def said(row: AnyVersion) -> dict[str, str]:
    """What a version says, by what it is called."""
    if isinstance(row, WorkPlan):
        return {_plan_word(line): _plan_line(line) for line in row.lines}
    found = {_("名称"): row.name, _("类别"): _(KIND_WORDS[row.kind])}
    if row.national_version:
        found[_("国家标准版本")] = row.national_version
    for level in sorted(row.levels, key=order_of):
        found |= _level(level_name(level), row.levels[level])
    return found


def _level(name: str, one: dict[str, Any]) -> dict[str, str]:
    found = {_("{level} 条件原文", level=name): one["text"]} if one["text"] else {}
    found |= {_("{level} 条件 {line}", level=name, line=line["line"]): line_words(line) for line in one["conditions"]}
    return found | {
        _("{level} 科目", level=name): parts_words(one["parts"]),
        _("{level} 时间", level=name): minutes_words(one["minutes"]),
        _("{level} 合格线", level=name): _("每科 {mark} 分", mark=one["pass_mark"]),
    }


def _plan_word(line: dict[str, Any]) -> str:
    return f"{occupation_name(line['occupation'])} {level_name(line['level'])}"


def _plan_line(line: dict[str, Any]) -> str:
    return _("；").join(
        (
            parts_words(line["parts"]),
            _("每科 {mark} 分", mark=line["pass_mark"]),
            _("成绩保留 {months} 个月", months=line["carry_over_months"]),
            line["site_name"] or _("考点未定"),
            _("考评 {examiners} 人，监考 {proctors} 人", examiners=line["examiners"], proctors=line["proctors"]),
        )
    )

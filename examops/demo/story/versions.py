"""What the story's bodies assess by: an enterprise's own specification in force, another with a work plan and a
filing under review, a draft with one that is being written, and the rules and fees that filed bodies have published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.occupations import catalogue
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.demo.story.filing_cases import FITTER, LATHE, MOULD, FilingCase
from examops.demo.story.places import CARE, ELECTRICIAN
from examops.filings import attach
from examops.filings.models import Filing, FilingDocument
from examops.organisations.models import Body
from examops.specifications import begin_plan, begin_specification, save_level, save_line
from examops.specifications.publishing import publish_fees, publish_rule

RULES = {
    "exam_affairs": (
        "一、每场考试前三个工作日定稿名单。\n二、考场、工位、摄像机当天开考前一小时查验。\n"
        "三、考评人员须回避的，换人后再开考。"
    ),
    "quality": ("一、每场派一名内部质量督导员，全程在场。\n二、录像抽查不少于百分之二十。\n三、投诉五个工作日内答复。"),
    "certificates": "一、成绩公示五个工作日无异议的，十个工作日内发证。\n二、证书编号报市局备查，遗失可补。",
    "fees": "一、收费标准公布后执行，调整提前一个月公告。\n二、因机构原因未考的，全额退费。",
}
# Short name → what it has published; 远航 still lacks one, and the directory says so.
PUBLISHED = {
    "华岭": (tuple(RULES), [(ELECTRICIAN, "4", 0), (ELECTRICIAN, "3", 0)], "本企业职工不收费"),
    "远航": (("exam_affairs", "quality", "fees"), [(ELECTRICIAN, "4", 16000)], "在校学生减半"),
    "匠才": (tuple(RULES), [(CARE, "5", 18000), (CARE, "4", 24000), (ELECTRICIAN, "4", 28000)], "补考按一半收取"),
}
YEARS = {"5": 1, "4": 3, "3": 5}
# (body, kind of filing) → occupation and levels of its own specification, occupations and levels of its work plan.
DRAFTED: dict[tuple[str, str], tuple[tuple[str, tuple[str, ...]], tuple[tuple[str, str], ...]]] = {
    ("华岭", "new"): ((LATHE, ("5",)), ()),
    ("容威", "new"): ((MOULD, ("4", "3")), ((MOULD, "4"), (MOULD, "3"), (LATHE, "5"), (LATHE, "4"))),
    ("华岭", "amendment"): ((FITTER, ("5", "4")), ()),
}


def rests_on_versions(case: FilingCase) -> bool:
    return (case.body, case.kind) in DRAFTED


def has_plan(case: FilingCase) -> bool:
    return bool(DRAFTED.get((case.body, case.kind), ((), ()))[1])


def draft_plan(body: Body, filing: Filing, asked: Sequence[tuple[str, str]], by: Actor, at: FixedClock) -> None:
    """With a line for each occupation and level."""
    plan = begin_plan(body, actor=by, clock=at)
    for code, level in asked:
        save_line(plan, plan.edits, code, level, _line(level), actor=by, clock=at)
    attach(filing, plan, None, actor=by)


def draft_versions(
    case: FilingCase, body: Body, filing: Filing, text: FilingDocument, by: Actor, at: FixedClock
) -> None:
    """With this filing, the specification resting on ``text``."""
    who: dict[str, Any] = {"actor": by, "clock": at}
    (code, levels), lines = DRAFTED[case.body, case.kind]
    occupation = catalogue().by_code[code]
    row = begin_specification(body, occupation, "enterprise", f"{case.body}{occupation.name}评价规范", **who)
    for level in levels:
        save_level(row, row.edits, level, _level(level), **who)
    attach(filing, row, text, actor=by)
    if lines:
        plan = begin_plan(body, **who)
        for code, level in lines:
            save_line(plan, plan.edits, code, level, _line(level), **who)
        attach(filing, plan, None, actor=by)


def _level(level: str) -> dict[str, Any]:
    years = YEARS[level]
    return {
        "text": f"在本企业累计从事本职业或相关职业工作满{years}年",
        "conditions": [{"line": "a", "needs": [{"need": "work", "years": years}]}],
        "parts": ["theory", "skill"],
        "minutes": {"theory": 90, "skill": 150},
        "pass_mark": 60,
    }


def _line(level: str) -> dict[str, Any]:
    more = {"carry_over_months": 24, "site": "", "site_name": "", "examiners": 3, "proctors": 2}
    return {"parts": ["theory", "skill"], "pass_mark": 60, **more}


def publish_own(case: FilingCase, body: Body, by: Actor, at: FixedClock) -> None:
    """After the filing: everything that this body has published."""
    kinds, amounts, note = PUBLISHED.get(case.body, ((), [], ""))
    if case.kind != "new" or not kinds:
        return
    for kind in kinds:
        publish_rule(body, kind, RULES[kind], None, actor=by, clock=at)
    rows = [{"occupation": code, "level": level, "part": "whole", "fen": fen} for code, level, fen in amounts]
    publish_fees(body, rows, note, actor=by, clock=at)

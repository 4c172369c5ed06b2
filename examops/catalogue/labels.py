"""Levels and parts of an examination, and the catalogue's values, as pages write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from examops.catalogue.filing import Obstacle, Reason
from examops.catalogue.published import Kind, Published
from examops.catalogue.values import Standing, Value
from examops.core.language import N_, Message, _, join_messages, message
from examops.web.labels import labelled, marked

# The words of config/levels.yaml, lowest first, where they can be translated.
LEVELS = {
    "X": N_("学徒工"),
    "5": N_("五级"),
    "4": N_("四级"),
    "3": N_("三级"),
    "2": N_("二级"),
    "1": N_("一级"),
    "T": N_("特级技师"),
    "S": N_("首席技师"),
}
LEVEL_TITLES = {"5": N_("初级工"), "4": N_("中级工"), "3": N_("高级工"), "2": N_("技师"), "1": N_("高级技师")}
PARTS = {"theory": N_("理论"), "skill": N_("实操"), "review": N_("综合评审")}
SECTORS = {
    "machining": N_("机械加工与模具"),
    "electrical": N_("电工电气"),
    "robots": N_("机器人与智能"),
    "appliances": N_("家电与制冷"),
    "aluminium": N_("铝加工"),
    "furniture": N_("家具"),
    "ceramics": N_("陶瓷"),
    "textiles": N_("纺织服装"),
    "quality": N_("质量检验"),
    "logistics": N_("物流"),
    "care": N_("照护与家政"),
    "cooking": N_("餐饮"),
    "beauty": N_("美容美发"),
    "commerce": N_("电子商务"),
    "vehicles": N_("汽车"),
    "safety": N_("安保消防运输"),
}
WHAT = {
    "code_2015": N_("2015 年版编码"),
    "code_2022": N_("2022 年版编码"),
    "levels": N_("设有等级"),
    "standard": N_("国家职业标准"),
    "access": N_("准入类"),
    "shortage": N_("急需紧缺目录"),
    "conditions": N_("申报条件"),
    "parts": N_("考核科目"),
    "theory_minutes": N_("理论最短时间"),
    "skill_minutes": N_("实操最短时间"),
    "review_minutes": N_("评审最短时间"),
    "candidates_per_examiner": N_("每名考评员的考生"),
}
LISTED = {
    "access": {"none": N_("不在准入类目录"), "part": N_("部分工种或作业属准入类"), "whole": N_("整个职业属准入类")},
    "shortage": {"none": N_("不在目录"), "part": N_("部分工种在目录"), "whole": N_("在目录")},
}
STANDINGS: dict[str, tuple[str, str]] = {
    Standing.PUBLISHED: ("act", N_("有出处")),
    Standing.ILLUSTRATIVE: ("look", N_("示例，待确认")),
    Standing.CONFIRMED: ("done", N_("已确认")),
    Standing.CHANGED: ("done", N_("市里另定")),
}
DECISIONS = {"confirmed": N_("确认"), "changed": N_("改定"), "withdrawn": N_("撤回，按原出处")}
CERTAINTIES = {
    "official": N_("官网"),
    "copy": N_("转载"),
    "unofficial": N_("非官方网页"),
    "not found": N_("未查到"),
}
KINDS = {Kind.CONDITIONS: N_("申报条件"), Kind.RATIO: N_("考评员配比"), Kind.TIMES: N_("考试时间")}
OBSTACLES = {
    Obstacle.NO_SUCH_LEVEL: N_("标准没有这个等级"),
    Obstacle.NO_CODE: N_("没有职业编码"),
    Obstacle.NO_STANDARD: N_("没有国家职业标准，也没有登记评价规范"),
    Obstacle.NO_CONDITIONS: N_("没有录入申报条件"),
    Obstacle.ACCESS_TYPE: N_("属准入类职业资格，不作职业技能等级认定"),
    Obstacle.ACCESS_UNCONFIRMED: N_("可能属准入类，市里还没有确认"),
}


def level(value: str) -> str:
    return _(LEVELS.get(value, value))


def level_full(value: str) -> str:
    """``四级 / 中级工``; 特级技师 has one name."""
    if value not in LEVEL_TITLES:
        return level(value)
    return _("{level} / {title}", level=level(value), title=_(LEVEL_TITLES[value]))


def level_short(value: str) -> str:
    """``四级/中级工``, as tickets write it"""
    if value not in LEVEL_TITLES:
        return level(value)
    return _("{level}/{title}", level=level(value), title=_(LEVEL_TITLES[value]))


def value_label(key: str) -> Message:
    """``skill_minutes.4``: 四级 实操最短时间."""
    what, _dot, found = key.partition(".")
    words = message(WHAT.get(what, what))
    return message(N_("{level} {what}"), level=message(LEVELS[found]), what=words) if found else words


def value_words(what: str, value: Any) -> Message:
    """A value as people read it; of condition lines only how many there are."""
    if value in (None, "", []):
        return message(N_("没有"))
    if what in LISTED:
        return message(LISTED[what].get(value, str(value)))
    if what == "levels":
        return join_messages(N_("、"), [message(LEVELS[one]) for one in value])
    if what == "parts":
        return join_messages(N_("、"), [message(PARTS[one]) for one in value])
    if what == "conditions":
        return message(N_("{count} 条，任一即可"), count=len(value))
    if what.endswith("_minutes"):
        return message(N_("{count} 分钟"), count=value)
    if what == "candidates_per_examiner":
        return message(N_("1 名考评员至多 {count} 人"), count=value)
    return message(N_("{version} 版"), version=value) if what == "standard" else Message(str(value))


def shown_value(value: Value) -> str:
    return str(value_words(value.what, value.value))


def rule_value(value: Any) -> str:
    """A value as it stands in the file: parts of a list or of a block one after the other."""
    if isinstance(value, dict):
        return "；".join(f"{key}: {rule_value(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(map(rule_value, value))
    return "—" if value is None else str(value)


def reasons_words(reasons: Iterable[Reason]) -> Message:
    """One sentence for each obstacle; what the city has not confirmed stands in one list, without the level."""
    reasons = list(reasons)
    waiting = [message(WHAT[one.value.what]) for one in reasons if one.obstacle is Obstacle.UNCONFIRMED]
    lines = [message(OBSTACLES[one.obstacle]) for one in reasons if one.obstacle is not Obstacle.UNCONFIRMED]
    if waiting:
        lines.append(message(N_("示例值，市里还没有确认：{values}"), values=join_messages(N_("、"), waiting)))
    return join_messages(N_("；"), lines)


def missing_words(found: Published) -> Message:
    """What no published source says for any level; of an occupation that lacks nothing, its whole levels."""
    if found.missing:
        return join_messages(N_("、"), [message(KINDS[kind]) for kind in found.missing])
    if found.whole_levels:
        levels = join_messages(N_("、"), [message(LEVELS[one]) for one in found.whole_levels])
        return message(N_("{levels}都查到"), levels=levels)
    return message(N_("没有一个等级三项都查到"))


FILTERS: dict[str, Callable[..., Any]] = {
    "rule_value": rule_value,
    "level_short": level_short,
    "level": level,
    "level_full": level_full,
    "part": labelled(PARTS),
    "sector": labelled(SECTORS),
    "value_label": lambda key: str(value_label(key)),
    "shown_value": shown_value,
    "value_words": lambda value, what: str(value_words(what, value)),
    "standing": marked(STANDINGS),
    "certainty": labelled(CERTAINTIES),
    "decision_kind": labelled(DECISIONS),
    "missing_words": lambda found: str(missing_words(found)),
    "filing_reasons": lambda reasons: str(reasons_words(reasons)),
}

"""What of the catalogue stands in the way of a condition, in words: of that condition alone, and at which levels."""

from __future__ import annotations

from collections import defaultdict

from examops.catalogue import level as level_name
from examops.core.language import _
from examops.filings.judging import Line
from examops.filings.judging.checks import ACCESS, has_standard, not_access_type
from examops.filings.labels import OBSTACLES


def obstacle_words(line: Line) -> str:
    """``一级：没有录入申报条件``; without levels where all of them have it."""
    by_level = line.inputs["catalogue"]["obstacles"]
    levels_of: dict[str, list[str]] = defaultdict(list)
    for level, found in by_level.items():
        for code in found:
            if _concerns(line, code):
                levels_of[code].append(level)
    return _("；").join(_one(code, levels_of[code], len(by_level)) for code in sorted(levels_of))


def _concerns(line: Line, code: str) -> bool:
    if line.condition.test is has_standard:
        return code == "no_standard"
    return (code in ACCESS) is (line.condition.test is not_access_type)


def _one(code: str, levels: list[str], all_levels: int) -> str:
    word = _(OBSTACLES.get(code, code))
    if len(levels) == all_levels:
        return word
    return _("{levels}：{word}", levels=_("、").join(map(level_name, levels)), word=word)

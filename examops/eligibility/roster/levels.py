"""Skill levels as people write them: by number, by title, or by both (五级/初级工)."""

from __future__ import annotations

import re
from functools import lru_cache

from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.words_read import LEVELS

DIGITS = str.maketrans("一二三四五壹贰叁肆伍ⅠⅡⅢⅣⅤⅰⅱⅲⅳⅴ①②③④⑤貳參", "12345" * 5 + "23")
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
TITLES = {
    **{"特级技师": "T", "首席技师": "S", "高级技师": "1", "技师": "2"},
    **{"高级工": "3", "高级": "3", "中级工": "4", "中级": "4", "初级工": "5", "初级": "5", "学徒工": "X"},
}
NOISE = re.compile(r"[\s()（）\[\]【】/／、,，.·|+-]|国家|职业资格|职业技能|等级|证书")
ROMAN_NUMBER = re.compile(r"(III|II|IV|I|V)(?=级|\b|$)", re.IGNORECASE)
_NUMBER, _TITLE = r"(?P<number>[1-5])(?:级|$|(?=[高中初技特首学]))", f"(?P<title>{'|'.join(TITLES)})"
EITHER = (re.compile(rf"(?:{_NUMBER})?(?:{_TITLE})?"), re.compile(rf"{_TITLE}{_NUMBER}"))


@lru_cache(maxsize=10_000)
def level_in(text: str) -> str:
    """A letter of ``config.levels``.

    Raises :class:`CellFault`: ``level.unknown``, or ``level.contradicts`` for 三级/中级工.
    """
    known = LEVELS.get(text.replace(" ", "").lower())
    if known:
        return known
    plain = NOISE.sub("", ROMAN_NUMBER.sub(lambda found: ROMAN[found[1].upper()], text.translate(DIGITS)))
    match = next((found for shape in EITHER if plain and (found := shape.fullmatch(plain))), None)
    if match is None:
        raise CellFault("level.unknown")
    levels = {match["number"] or "", TITLES.get(match["title"], "")} - {""}
    if len(levels) > 1:
        raise CellFault("level.contradicts")
    return levels.pop()


def is_level(text: str) -> bool:
    try:
        return bool(level_in(text))
    except CellFault:
        return False

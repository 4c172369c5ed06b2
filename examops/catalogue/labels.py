"""Levels and parts of an examination, as pages write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_, _
from examops.web.labels import labelled

LEVELS = {5: N_("五级"), 4: N_("四级"), 3: N_("三级"), 2: N_("二级"), 1: N_("一级")}
LEVEL_TITLES = {5: N_("初级工"), 4: N_("中级工"), 3: N_("高级工"), 2: N_("技师"), 1: N_("高级技师")}
PARTS = {"theory": N_("理论"), "skill": N_("实操"), "review": N_("综合评审")}


def level(value: int) -> str:
    return _(LEVELS.get(value, str(value)))


def level_full(value: int) -> str:
    return _("{level} / {title}", level=level(value), title=_(LEVEL_TITLES.get(value, "")))


def level_short(value: int) -> str:
    """``四级/中级工``, as tickets write it"""
    if value not in LEVEL_TITLES:
        return level(value)
    return _("{level}/{title}", level=level(value), title=_(LEVEL_TITLES[value]))


FILTERS: dict[str, Callable[..., Any]] = {
    "level_short": level_short,
    "level": level,
    "level_full": level_full,
    "part": labelled(PARTS),
}

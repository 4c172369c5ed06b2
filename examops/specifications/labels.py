"""What states, kinds and rules of specifications are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.clock import local
from examops.core.language import N_, _
from examops.web.labels import labelled, marked

STATE_WORDS = {"draft": ("wait", N_("草稿")), "submitted": ("act", N_("在审")), "filed": ("done", N_("已备案"))}
KIND_WORDS = {"national": N_("国家职业标准"), "industry": N_("行业评价规范"), "enterprise": N_("企业评价规范")}
RULE_WORDS = {
    "exam_affairs": N_("考务管理"),
    "quality": N_("质量管理"),
    "certificates": N_("证书管理"),
    "fees": N_("收费管理"),
}
FEE_PARTS = {"whole": N_("全部科目"), "theory": N_("理论"), "skill": N_("实操"), "review": N_("综合评审")}


def validity(valid: Any) -> str:
    """``2026-11-23 09:12 起``; ended ``2026-11-23 09:12 至 2026-12-01 10:00``; not in force yet: empty."""
    if valid is None or valid.isempty:
        return ""
    begin = f"{local(valid.lower):%Y-%m-%d %H:%M}"
    if valid.upper is None:
        return _("{day} 起", day=begin)
    return _("{begin} 至 {end}", begin=begin, end=f"{local(valid.upper):%Y-%m-%d %H:%M}")


def yuan(fen: int) -> str:
    """``120 元``, ``80.50 元``"""
    return _("{amount} 元", amount=f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}")


FILTERS: dict[str, Callable[..., Any]] = {
    "version_state": marked(STATE_WORDS),
    "specification_kind": labelled(KIND_WORDS),
    "rule_kind": labelled(RULE_WORDS),
    "fee_part": labelled(FEE_PARTS),
    "version_validity": validity,
    "yuan": yuan,
}

"""What states, grounds, acts, decisions and findings are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.accounts import ROLE_WORDS
from examops.core.language import N_, _
from examops.offices import signed_by
from examops.web.labels import labelled, marked

CASE_STATES = {
    "drafted": ("act", N_("待告知机构")),
    "told": ("wait", N_("等机构陈述")),
    "heard": ("act", N_("待市局决定")),
    "winding_down": ("look", N_("已决定，场次待处理")),
    "decided": ("done", N_("已办结")),
    "withdrawn": ("off", N_("已撤销")),
}
GROUND_WORDS = {
    "idle": N_("一年内没有组织认定"),
    "condition_lost": N_("已不具备认定条件"),
    "misconduct": N_("违规失信等行为"),
    "own_wish": N_("自愿退出"),
}
DECISION_WORDS = {
    "dismissed": N_("不予处理"),
    "suspended": N_("暂停备案"),
    "removed": N_("取消备案"),
    "barred": N_("限制申请"),
}
AFTER_EXIT = ("dismissed", "barred")
OWN_WISH_WORDS = {"dismissed": N_("不同意退出"), "removed": N_("同意退出")}
ACTS = {
    "opened": N_("已立案"),
    "gathered": N_("已补充事实"),
    "told": N_("已告知机构"),
    "stated": N_("已陈述申辩"),
    "term_over": N_("陈述期满"),
    "decided": N_("已决定"),
    "withdrawn": N_("已撤销"),
    "session": N_("处理场次"),
    "settled": N_("场次处理完"),
    "lifted": N_("已恢复备案"),
    "set_aside": N_("已撤销取消备案的决定"),
}
OUTCOMES = {
    **DECISION_WORDS,
    "keep": N_("保留"),
    "cancel": N_("取消场次"),
    "move": N_("转给别的机构"),
}
CHOICE_WORDS = {name: OUTCOMES[name] for name in ("keep", "cancel", "move")}
LETTER_KINDS = {
    "told": N_("陈述申辩告知书"),
    "decided": N_("退出事项决定书"),
    "lifted": N_("恢复备案通知书"),
    "set_aside": N_("撤销取消备案决定通知书"),
}
FINDING_KINDS = {
    "idle": ("stop", N_("满一年没有组织认定")),
    "idle_soon": ("look", N_("快满一年")),
    "lost": ("stop", N_("条件不再满足")),
    "stale": ("look", N_("数字过期")),
}
STANDINGS = {
    "checked": ("done", N_("已核对")),
    "unjudged": ("look", N_("没有申报可核对")),
    "failed": ("stop", N_("没有核成")),
}


def decisions_of(ground: str) -> dict[str, str]:
    """What may be decided, as the ground of the case has it: a body that asked to leave is not punished."""
    return OWN_WISH_WORDS if ground == "own_wish" else DECISION_WORDS


def signed_as(one: Any) -> str:
    """Of an act, a decided session, or the content of a letter: who signed, and for whom. Older letters name nobody."""
    if isinstance(one, dict):
        return str(signed_by(one["officer"], one.get("for_officer", "")))
    return str(signed_by(one.officer_name, one.for_officer_name)) if one.officer else _(one.officer_name)


def open_decisions(ground: str, has_left: bool) -> dict[str, str]:
    """What may be decided now: about a body that has left, whether its entity is barred and nothing else."""
    words = decisions_of(ground)
    return {key: word for key, word in words.items() if (key in AFTER_EXIT if has_left else key != "barred")}


def decision_word(decision: str, ground: str) -> str:
    return _(decisions_of(ground)[decision])


FILTERS: dict[str, Callable[..., Any]] = {
    "exit_state": marked(CASE_STATES),
    "exit_ground": labelled(GROUND_WORDS),
    "exit_act": labelled(ACTS),
    "exit_outcome": labelled(OUTCOMES),
    "exit_decision": decision_word,
    "exit_signed": signed_as,
    "exit_letter": labelled(LETTER_KINDS),
    "exit_office": labelled({**ROLE_WORDS, "system": N_("系统每夜核对")}),
    "recheck_finding": marked(FINDING_KINDS),
    "recheck_standing": marked(STANDINGS),
}

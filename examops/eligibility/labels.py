"""What kinds of candidates, verdicts and photos are called. Marks are (class of the mark, word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_, _
from examops.web.labels import labelled, marked, words_in

CANDIDATE_KINDS = {
    "employee": N_("本单位职工"),
    "agency": N_("劳务派遣"),
    "student": N_("在校学生"),
    "social": N_("社会人员"),
}
OUTCOMES = {"ok": ("done", N_("可报名")), "no": ("stop", N_("不符合")), "unclear": ("look", N_("待核实"))}
PHOTO_STATES = {"accepted": N_("合格"), "waiting": N_("待审"), "missing": N_("缺"), "refused": N_("不合格")}
MAY_SIT = {"ok": N_("符合条件，可以考"), "no": N_("现在还不能考"), "unclear": N_("材料待核实")}
APPLICATIONS_JUDGED = {"ok": N_("已通过"), "no": N_("不符合条件"), "unclear": N_("材料待核实")}
FOUND = {"pass": N_("符合"), "fail": N_("不符合"), "unclear": N_("待核")}

DETAIL_WORDS = {kind: words_in(OUTCOMES) for kind in ("application", "roster", "verdict")}
FILTERS: dict[str, Callable[..., Any]] = {
    "candidate_kind": labelled(CANDIDATE_KINDS),
    "outcome": marked(OUTCOMES),
    "photo_state": labelled(PHOTO_STATES),
    "may_sit": labelled(MAY_SIT),
    "application_judged": labelled(APPLICATIONS_JUDGED),
    "found_word": lambda code: _(FOUND[code], context="条款"),
}

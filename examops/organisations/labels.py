"""What kinds of bodies are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.catalogue import district_name
from examops.core.language import N_, _
from examops.web.labels import labelled

BODY_KINDS = {"enterprise": N_("企业"), "college": N_("技工院校"), "social": N_("社会培训评价组织")}
BODY_STATES = {
    "draft": N_("未备案"),
    "filed": N_("已备案"),
    "suspended": N_("暂停"),
    "exiting": N_("退出中"),
    "exited": N_("已退出"),
    "expired": N_("备案到期"),
}

RELATIONS = {"subsidiary": N_("子公司"), "branch": N_("分支机构"), "holding": N_("控股"), "member": N_("集团成员")}

FILTERS: dict[str, Callable[..., Any]] = {
    "body_kind": labelled(BODY_KINDS),
    "state_of_body": labelled(BODY_STATES),
    "entity_relation": labelled(RELATIONS),
    "district_word": lambda code: _(district_name(code)),
}

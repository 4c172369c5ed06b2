"""What kinds, duties, cards and relations of people on duty are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.web.labels import labelled, marked

DUTIES = {
    "leader": N_("组长"),
    "examiner": N_("考评员"),
    "proctor": N_("监考员"),
    "internal_supervisor": N_("内部督导"),
    "supervisor": N_("督导员"),
}
CARD_KINDS = {
    "manager": N_("管理人员"),
    "exam_affairs": N_("考务人员"),
    "proctor": N_("监考"),
    "examiner": N_("考评员"),
    "senior_examiner": N_("高级考评员"),
    "expert": N_("专家"),
    "internal_supervisor": N_("内部督导"),
    "supervisor": N_("外部督导"),
}
CITY_KINDS = {"supervisor": N_("外部督导"), "inspector": N_("检查人员"), "expert": N_("市级专家")}
CARD_STATES = {
    "standing": ("done", N_("有效")),
    "soon": ("look", N_("快到期")),
    "later": ("wait", N_("还没生效")),
    "expired": ("stop", N_("已到期")),
    "ended": ("off", N_("已提前结束")),
}
RELATIONS = {
    "superior": N_("上下级"),
    "same_team": N_("同班组"),
    "taught": N_("授课"),
    "relative": N_("亲属"),
}
CITY_RELATIONS = {
    "employed": N_("任职或曾任职"),
    "taught": N_("教过、指导过"),
    "relative": N_("亲属"),
    "interest": N_("其他利害关系"),
}
# Found by the system, never chosen in a list.
COMPUTED_RELATIONS = {"self": N_("本人"), "same_employer": N_("同一单位")}
RELATION_SOURCES = {
    "declared": N_("本人声明"),
    "paper": N_("纸面声明登记"),
    "imported": N_("表格导入"),
    "computed": N_("系统算出"),
    "unknown": N_("来源没有记录"),
}

FILTERS: dict[str, Callable[..., Any]] = {
    "duty": labelled(DUTIES),
    "card_kind": labelled(CARD_KINDS),
    "city_kind": labelled(CITY_KINDS),
    "city_relation": labelled(CITY_RELATIONS),
    "card_state": marked(CARD_STATES),
    "relation": labelled(RELATIONS | COMPUTED_RELATIONS),
    "relation_source": labelled(RELATION_SOURCES),
}

"""What duties and cards of people on duty are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.web.labels import labelled

DUTIES = {
    "leader": N_("组长"),
    "examiner": N_("考评员"),
    "proctor": N_("监考员"),
    "internal_supervisor": N_("内部督导"),
    "supervisor": N_("督导员"),
}
CARD_KINDS = {
    "examiner": N_("考评员"),
    "senior_examiner": N_("高级考评员"),
    "proctor": N_("监考"),
    "internal_supervisor": N_("内部督导"),
}
RELATIONS = {
    "superior": N_("上下级"),
    "same_team": N_("同班组"),
    "taught": N_("授课"),
    "relative": N_("亲属"),
}
# Found by the system, never chosen in a list.
COMPUTED_RELATIONS = {"self": N_("本人")}
RELATION_SOURCES = {"declared": N_("本人声明"), "paper": N_("纸面声明登记"), "unknown": N_("来源没有记录")}

FILTERS: dict[str, Callable[..., Any]] = {
    "duty": labelled(DUTIES),
    "card_kind": labelled(CARD_KINDS),
    "relation": labelled(RELATIONS | COMPUTED_RELATIONS),
    "relation_source": labelled(RELATION_SOURCES),
}

"""States of a request to be registered, with their marks and words."""

from __future__ import annotations

from examops.core.language import N_

UNPROVEN, WAITING, RETURNED, REGISTERED, REFUSED, REPLACED = (
    "unproven",
    "waiting",
    "returned",
    "registered",
    "refused",
    "replaced",
)
OPENING_STATES = {
    UNPROVEN: ("look", N_("等验证码，还没有交到部门")),
    WAITING: ("wait", N_("已收到，等区里核对")),
    RETURNED: ("look", N_("已退回，改正后再交")),
    REGISTERED: ("done", N_("已登记，邀请已发出")),
    REFUSED: ("stop", N_("不予登记")),
    REPLACED: ("done", N_("已改正另交")),
}
# What an office has said, once: a returned one that was corrected keeps its reasons.
DECIDED = (RETURNED, REGISTERED, REFUSED, REPLACED)
SHOWN = (WAITING, RETURNED, REGISTERED, REFUSED, REPLACED)  # to offices

"""Events that the log keeps of exits and of the nightly check. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    OPENED = "exit_case:opened"
    GATHERED = "exit_case:gathered"
    TOLD = "exit_case:told"
    STATED = "exit_case:stated"
    TERM_OVER = "exit_case:term_over"
    RECOUNTED = "exit_case:recounted"
    DECIDED = "exit_case:decided"
    WITHDRAWN = "exit_case:withdrawn"
    SESSION = "exit_case:session_decided"
    SETTLED = "exit_case:settled"
    LIFTED = "exit_case:lifted"
    SET_ASIDE = "exit_case:set_aside"
    BODY_MOVED = "body:moved"
    SWITCHED = "recheck_switch:set"
    RECHECK_FAILED = "recheck:failed"


TAG_LABELS: dict[str, str] = {
    Tag.OPENED: N_("退出事项拟稿"),
    Tag.GATHERED: N_("退出事项补充事实"),
    Tag.TOLD: N_("退出事项告知机构"),
    Tag.STATED: N_("机构陈述申辩"),
    Tag.TERM_OVER: N_("陈述期满"),
    Tag.RECOUNTED: N_("退出事项期限按节假日安排重算"),
    Tag.DECIDED: N_("退出事项决定"),
    Tag.WITHDRAWN: N_("退出事项撤销"),
    Tag.SESSION: N_("逐场处理场次"),
    Tag.SETTLED: N_("场次处理完"),
    Tag.LIFTED: N_("恢复备案"),
    Tag.SET_ASIDE: N_("撤销取消备案的决定"),
    Tag.BODY_MOVED: N_("机构备案状态变动"),
    Tag.SWITCHED: N_("核对规则开关"),
    Tag.RECHECK_FAILED: N_("备案后核对没有做成"),
}
DETAIL_LABELS: dict[str, str] = {
    "ground": N_("事由"),
    "bar_until": N_("限制申请到"),
    "session_number": N_("场次编号"),
    "choice": N_("处理"),
    "is_on": N_("启用"),
}

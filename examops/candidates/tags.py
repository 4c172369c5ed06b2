"""Events that the log keeps of a candidate's page: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    HISTORY_VIEWED = "candidate:history_viewed"
    BATCH_PEOPLE_VIEWED = "batch:people_viewed"
    APPLICATION_WITHDRAWN = "application:withdrawn"
    ORIGINAL_SEEN = "candidate:original_seen"


TAG_LABELS: dict[str, str] = {
    Tag.HISTORY_VIEWED: N_("查看考生经历"),
    Tag.BATCH_PEOPLE_VIEWED: N_("查看批次的考生"),
    Tag.APPLICATION_WITHDRAWN: N_("撤回报名"),
    Tag.ORIGINAL_SEEN: N_("见过材料原件"),
}

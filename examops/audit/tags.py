"""Events that the log keeps of itself: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    PAYLOAD_ERASED = "audit:payload_erased"
    RESTORED = "audit:restored"


TAG_LABELS: dict[str, str] = {
    Tag.PAYLOAD_ERASED: N_("抹去一条记录的细节"),
    Tag.RESTORED: N_("确认从备份恢复"),
}

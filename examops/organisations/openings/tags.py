"""Events that the log keeps of requests to be registered. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    OPENING_ASKED = "opening:asked"
    OPENING_RETURNED = "opening:returned"
    OPENING_REFUSED = "opening:refused"
    OPENING_REGISTERED = "opening:registered"
    OPENING_DOCUMENT_OPENED = "opening:document_opened"
    OPENING_ERASED = "opening:erased"


TAG_LABELS: dict[str, str] = {
    Tag.OPENING_ASKED: N_("开户申请：已交"),
    Tag.OPENING_RETURNED: N_("开户申请：退回"),
    Tag.OPENING_REFUSED: N_("开户申请：不予登记"),
    Tag.OPENING_REGISTERED: N_("开户申请：按申请登记"),
    Tag.OPENING_DOCUMENT_OPENED: N_("开户申请：打开证照"),
    Tag.OPENING_ERASED: N_("开户申请：到期删除"),
}

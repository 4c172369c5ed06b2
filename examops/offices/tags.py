"""Events that the log keeps of offices. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    DEPUTY_ENTERED = "deputy:entered"
    DEPUTY_REVOKED = "deputy:revoked"
    CONTACT_CHANGED = "contact:changed"


TAG_LABELS: dict[str, str] = {
    Tag.DEPUTY_ENTERED: N_("登记代理"),
    Tag.DEPUTY_REVOKED: N_("收回代理"),
    Tag.CONTACT_CHANGED: N_("改联系方式"),
}
DETAIL_LABELS: dict[str, str] = {"for_officer": N_("代谁"), "until": N_("到"), "channels": N_("渠道")}

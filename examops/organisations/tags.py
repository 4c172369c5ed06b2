"""Events that the log keeps of legal entities: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_
from examops.organisations.openings import tags as openings


class Tag(StrEnum):
    ENTITY_RENAMED = "entity:renamed"
    ENTITY_DESCRIBED = "entity:described"
    ENTITY_CORRECTED = "entity:corrected"
    BODY_REGISTERED = "body:registered"


TAG_LABELS: dict[str, str] = {
    Tag.ENTITY_RENAMED: N_("单位：更名"),
    Tag.ENTITY_DESCRIBED: N_("单位：改上级、行业、区、法定代表人"),
    Tag.ENTITY_CORRECTED: N_("单位：改正登记"),
    Tag.BODY_REGISTERED: N_("机构：登记"),
    **openings.TAG_LABELS,
}
DETAIL_LABELS: dict[str, str] = {
    "until_on": N_("原名称最后一天"),
    "credit_code": N_("统一社会信用代码"),
    "is_joined": N_("单位以前已登记"),
}

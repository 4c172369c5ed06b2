"""Events that the log keeps of people on duty: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    STAFF_IDENTIFIED = "staff_member:identified"


TAG_LABELS: dict[str, str] = {Tag.STAFF_IDENTIFIED: N_("登记考务人员身份证号")}
DETAIL_LABELS: dict[str, str] = {"others": N_("另有机构登记")}

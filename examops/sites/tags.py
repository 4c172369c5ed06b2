"""Events that the log keeps of sites and their devices: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    DEVICE_CODE_MADE = "device:code_made"
    DEVICE_CODE_WITHDRAWN = "device:code_withdrawn"


TAG_LABELS: dict[str, str] = {
    Tag.DEVICE_CODE_MADE: N_("生成配对码"),
    Tag.DEVICE_CODE_WITHDRAWN: N_("作废配对码"),
}

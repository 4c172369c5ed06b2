"""Events that the log keeps of sites and their devices: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    DEVICE_CODE_MADE = "device:code_made"
    DEVICE_CODE_WITHDRAWN = "device:code_withdrawn"
    CAMERA_MARKED = "camera:marked"
    CAMERA_MARK_ENDED = "camera:mark_ended"
    CAMERA_VIEWED = "camera:viewed"


TAG_LABELS: dict[str, str] = {
    Tag.DEVICE_CODE_MADE: N_("生成配对码"),
    Tag.DEVICE_CODE_WITHDRAWN: N_("作废配对码"),
    Tag.CAMERA_MARKED: N_("标记摄像机看到的工位"),
    Tag.CAMERA_MARK_ENDED: N_("结束摄像机的工位标记"),
    Tag.CAMERA_VIEWED: N_("查看摄像机画面"),
}

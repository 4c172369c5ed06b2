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
    ROOM_ADDED = "room:added"
    STATIONS_ADDED = "room:stations_added"
    PLAN_PICTURE = "room:plan_picture"
    PLAN_PLACED = "room:plan_placed"
    SITE_ADDED = "site:added"
    SITE_TENURE = "site:tenure_entered"
    SITE_TENURE_OPENED = "site:tenure_document_opened"
    SITE_VERIFIED = "site:verified"
    SITE_LENT = "site:lent"
    SITE_USE_ANSWERED = "site_use:answered"
    SITE_USE_ENDED = "site:use_ended"


TAG_LABELS: dict[str, str] = {
    Tag.DEVICE_CODE_MADE: N_("生成配对码"),
    Tag.DEVICE_CODE_WITHDRAWN: N_("作废配对码"),
    Tag.CAMERA_MARKED: N_("标记摄像机看到的工位"),
    Tag.CAMERA_MARK_ENDED: N_("结束摄像机的工位标记"),
    Tag.CAMERA_VIEWED: N_("查看摄像机画面"),
    Tag.ROOM_ADDED: N_("登记场所"),
    Tag.STATIONS_ADDED: N_("登记工位"),
    Tag.PLAN_PICTURE: N_("上传平面图"),
    Tag.PLAN_PLACED: N_("在平面图上放工位和摄像机"),
    Tag.SITE_ADDED: N_("登记考点"),
    Tag.SITE_TENURE: N_("登记场地使用权"),
    Tag.SITE_TENURE_OPENED: N_("打开场地使用权材料"),
    Tag.SITE_VERIFIED: N_("核验考点"),
    Tag.SITE_LENT: N_("借出考点"),
    Tag.SITE_USE_ANSWERED: N_("跨区借用的意见"),
    Tag.SITE_USE_ENDED: N_("提前结束借用"),
}

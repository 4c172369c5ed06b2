"""Events that the log keeps of the desk at the door: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    CANDIDATE_VIEWED = "candidate:viewed"
    LOTS_DRAWN = "turn:lots_drawn"
    DESK_OPENED = "desk:opened"
    SCAN_ADMITTED = "scan:admitted"
    SCAN_REFUSED = "scan:refused"
    SCAN_REPEATED = "scan:repeated"
    SCAN_UNSETTLED = "scan:unsettled"
    SCAN_SETTLED = "scan:settled"
    SCAN_FRAME_VIEWED = "scan:frame_viewed"
    IDENTITY_CONFIRMED = "sitting:identity_confirmed"
    IDENTITY_RESTORED = "sitting:identity_restored"
    SITTING_REOPENED = "sitting:reopened"
    IDENTITY_DOUBTED = "sitting:identity_doubted"
    SITTING_LEFT = "sitting:left"
    SITTING_BACK = "sitting:back"
    SITTING_ENDED = "sitting:ended"
    DUTY_SIGNED_IN = "duty:signed_in"
    SEAT_REPLACED = "lot:seat_replaced"
    SEAT_MOVED = "sitting:seat_moved"


TAG_LABELS: dict[str, str] = {
    Tag.CANDIDATE_VIEWED: N_("查看考生资料"),
    Tag.LOTS_DRAWN: N_("抽签排工位"),
    Tag.DESK_OPENED: N_("打开签到台"),
    Tag.SCAN_ADMITTED: N_("签到入场"),
    Tag.SCAN_REFUSED: N_("签到被拒"),
    Tag.SCAN_REPEATED: N_("重复扫码"),
    Tag.SCAN_UNSETTLED: N_("签到待考务决定"),
    Tag.SCAN_SETTLED: N_("考务决定签到"),
    Tag.SCAN_FRAME_VIEWED: N_("查看扫码画面"),
    Tag.IDENTITY_CONFIRMED: N_("核对是本人"),
    Tag.IDENTITY_RESTORED: N_("撤销人证不符"),
    Tag.SITTING_REOPENED: N_("撤销交卷"),
    Tag.IDENTITY_DOUBTED: N_("人证不符"),
    Tag.SITTING_LEFT: N_("离场"),
    Tag.SITTING_BACK: N_("返场"),
    Tag.SITTING_ENDED: N_("交卷离场"),
    Tag.DUTY_SIGNED_IN: N_("考务人员到岗"),
    Tag.SEAT_REPLACED: N_("抽到的工位停用，改坐别的工位"),
    Tag.SEAT_MOVED: N_("换工位"),
}

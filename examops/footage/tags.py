"""Events that the log keeps of cameras, footage and its review: ``subject:action``. Add freely, never rename."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    CAMERAS_ARMED = "cameras:armed"
    CAMERAS_DISARMED = "cameras:disarmed"
    ALARM_RAISED = "alarm:raised"
    ALARM_ENDED = "alarm:ended"
    SEGMENT_QUARANTINED = "segment:quarantined"
    QUARANTINE_DECIDED = "segment:quarantine_decided"
    GAP_RECORDED = "gap:recorded"
    LATE_GAP_DECIDED = "gap:late_decided"
    FOOTAGE_LOOKED_AT = "footage:looked_at"
    STILL_TAKEN = "footage:still_taken"
    SCAN_FRAME_TAKEN = "footage:scan_frame_taken"
    FLAG_MADE = "flag:made"
    FLAG_DECIDED = "flag:decided"
    REVIEW_CONCLUDED = "review:concluded"
    RETENTION_PLANNED = "footage:retention_planned"
    TRIAL_ASKED = "trial:asked"
    TRIAL_ASKED_AGAIN = "trial:asked_again"
    TRIAL_ENDED = "trial:ended"
    CAMERA_ADDED = "camera:added"
    CAMERA_CHANGED = "camera:changed"
    CAMERA_LOGIN = "camera:login_changed"
    CAMERA_ADMITTED = "camera:admitted"
    CAMERA_RETIRED = "camera:retired"


TAG_LABELS: dict[str, str] = {
    Tag.CAMERAS_ARMED: N_("摄像机布防"),
    Tag.CAMERAS_DISARMED: N_("摄像机撤防"),
    Tag.ALARM_RAISED: N_("告警"),
    Tag.ALARM_ENDED: N_("告警解除"),
    Tag.SEGMENT_QUARANTINED: N_("录像隔离"),
    Tag.QUARANTINE_DECIDED: N_("隔离决定"),
    Tag.GAP_RECORDED: N_("录像缺口"),
    Tag.LATE_GAP_DECIDED: N_("迟到缺口的决定"),
    Tag.FOOTAGE_LOOKED_AT: N_("查看录像"),
    Tag.STILL_TAKEN: N_("截取静帧"),
    Tag.SCAN_FRAME_TAKEN: N_("截取扫码画面"),
    Tag.FLAG_MADE: N_("标记"),
    Tag.FLAG_DECIDED: N_("标记处理"),
    Tag.REVIEW_CONCLUDED: N_("督导结论"),
    Tag.RETENTION_PLANNED: N_("保存期演算"),
    Tag.TRIAL_ASKED: N_("提出试运行"),
    Tag.TRIAL_ASKED_AGAIN: N_("试运行重新交给录像盒"),
    Tag.TRIAL_ENDED: N_("试运行结束"),
    Tag.CAMERA_ADDED: N_("登记摄像机"),
    Tag.CAMERA_CHANGED: N_("改摄像机"),
    Tag.CAMERA_LOGIN: N_("改摄像机账号密码"),
    Tag.CAMERA_ADMITTED: N_("摄像机准入"),
    Tag.CAMERA_RETIRED: N_("撤下摄像机"),
}

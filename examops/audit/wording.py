"""What each tag is called on pages."""

from __future__ import annotations

from examops.audit.tags import Tag

TAG_WORDS: dict[str, str] = {
    Tag.SIGNED_IN: "登录", Tag.SIGN_IN_REFUSED: "登录被拒", Tag.SIGNED_OUT: "退出", Tag.NOTICE_ACCEPTED: "同意隐私告知", Tag.SCOPE_CHOSEN: "切换范围",
    Tag.DEVICE_CODE_MADE: "生成配对码", Tag.DEVICE_CODE_WITHDRAWN: "作废配对码", Tag.DEVICE_PAIRED: "设备配对", Tag.DEVICE_REVOKED: "设备停用", Tag.ROSTER_UPLOADED: "上传名单", Tag.ROSTER_EXAMINED: "名单核对完成",
    Tag.ROSTER_ROW_CORRECTED: "更正名单一行", Tag.ROSTER_SAVED: "保存名单", Tag.ROSTER_CANCELLED: "取消名单", Tag.ROSTER_VIEWED: "查看名单", Tag.ROSTER_EXPORTED: "导出名单", Tag.PHOTOS_ADDED: "导入照片",
    Tag.BATCH_CREATED: "新建批次", Tag.BATCH_CHANGED: "更改批次", Tag.BATCH_CLOSED: "提前截止报名",
    Tag.CANDIDATE_VIEWED: "查看考生资料", Tag.APPLICATION_MADE: "报名", Tag.APPLICATION_JUDGED: "资格审核", Tag.SESSION_CREATED: "新建场次",
    Tag.SESSION_CHANGED: "更改场次", Tag.SESSION_MOVED: "场次状态变更", Tag.SESSION_PEOPLE_VIEWED: "查看场次考生", Tag.DESK_OPENED: "打开签到台", Tag.STATION_OUT_OF_SERVICE: "工位停用", Tag.BOOKING_MADE: "排入场次",
    Tag.BOOKING_REFUSED: "未能排入", Tag.BOOKING_RELEASED: "退出场次", Tag.BOOKING_MOVED: "换轮次", Tag.NO_SHOWS_PROPOSED: "拟记缺考",
    Tag.TICKET_ISSUED: "发准考证", Tag.TICKET_VIEWED: "查看准考证", Tag.LOTS_DRAWN: "抽签排工位", Tag.SCAN_ADMITTED: "签到入场",
    Tag.SCAN_REFUSED: "签到被拒", Tag.IDENTITY_DOUBTED: "人证不符", Tag.SITTING_LEFT: "离场", Tag.SITTING_BACK: "返场",
    Tag.SITTING_ENDED: "交卷离场", Tag.DUTY_SIGNED_IN: "考务人员到岗", Tag.CAMERAS_ARMED: "摄像机布防", Tag.CAMERAS_DISARMED: "摄像机撤防",
    Tag.ALARM_RAISED: "告警", Tag.ALARM_ENDED: "告警解除", Tag.SEGMENT_QUARANTINED: "录像隔离", Tag.QUARANTINE_DECIDED: "隔离决定", Tag.GAP_RECORDED: "录像缺口",
    Tag.FOOTAGE_LOOKED_AT: "查看录像", Tag.STILL_TAKEN: "截取静帧", Tag.FLAG_MADE: "标记", Tag.FLAG_DECIDED: "标记处理",
    Tag.REVIEW_CONCLUDED: "督导结论", Tag.JOB_RAN: "定时任务", Tag.JOB_RETRIED: "任务再试", Tag.RETENTION_PLANNED: "保存期演算", Tag.SEEDED: "演示数据",
}  # fmt: skip

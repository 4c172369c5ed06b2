"""What each tag is called on pages."""

from __future__ import annotations

from examops.audit.tags import Tag
from examops.core.language import N_

TAG_WORDS: dict[str, str] = {
    Tag.SIGNED_IN: N_("登录"), Tag.SIGN_IN_REFUSED: N_("登录被拒"), Tag.SIGNED_OUT: N_("退出"), Tag.NOTICE_ACCEPTED: N_("同意隐私告知"), Tag.SCOPE_CHOSEN: N_("切换范围"),
    Tag.PASSWORD_CHANGED: N_("修改密码"), Tag.PASSWORD_REFUSED: N_("修改密码被拒"), Tag.PASSWORD_HANDED_OUT: N_("代设密码"), Tag.SETUP_APPLIED: N_("录入基础资料"),
    Tag.DEVICE_CODE_MADE: N_("生成配对码"), Tag.DEVICE_CODE_WITHDRAWN: N_("作废配对码"), Tag.DEVICE_PAIRED: N_("设备配对"), Tag.DEVICE_REVOKED: N_("设备停用"), Tag.ROSTER_UPLOADED: N_("上传名单"), Tag.ROSTER_EXAMINED: N_("名单核对完成"),
    Tag.ROSTER_ROW_CORRECTED: N_("更正名单一行"), Tag.ROSTER_SAVED: N_("保存名单"), Tag.ROSTER_CANCELLED: N_("取消名单"), Tag.ROSTER_VIEWED: N_("查看名单"), Tag.ROSTER_EXPORTED: N_("导出名单"), Tag.PHOTOS_ADDED: N_("导入照片"),
    Tag.BATCH_CREATED: N_("新建批次"), Tag.BATCH_CHANGED: N_("更改批次"), Tag.BATCH_CLOSED: N_("提前截止报名"),
    Tag.CANDIDATES_FOUND: N_("搜索考生"), Tag.CANDIDATE_VIEWED: N_("查看考生资料"), Tag.APPLICATION_MADE: N_("报名"), Tag.APPLICATION_JUDGED: N_("资格审核"), Tag.SESSION_CREATED: N_("新建场次"),
    Tag.SESSION_CHANGED: N_("更改场次"), Tag.SESSION_MOVED: N_("场次状态变更"), Tag.SESSION_PEOPLE_VIEWED: N_("查看场次考生"), Tag.DESK_OPENED: N_("打开签到台"), Tag.STATION_OUT_OF_SERVICE: N_("工位停用"), Tag.BOOKING_MADE: N_("排入场次"),
    Tag.BOOKING_REFUSED: N_("未能排入"), Tag.BOOKING_RELEASED: N_("退出场次"), Tag.BOOKING_MOVED: N_("换轮次"), Tag.NO_SHOWS_PROPOSED: N_("拟记缺考"),
    Tag.TICKET_ISSUED: N_("发准考证"), Tag.TICKET_VIEWED: N_("查看准考证"), Tag.LOTS_DRAWN: N_("抽签排工位"), Tag.SCAN_ADMITTED: N_("签到入场"),
    Tag.SCAN_REFUSED: N_("签到被拒"), Tag.IDENTITY_DOUBTED: N_("人证不符"), Tag.SITTING_LEFT: N_("离场"), Tag.SITTING_BACK: N_("返场"),
    Tag.SITTING_ENDED: N_("交卷离场"), Tag.DUTY_SIGNED_IN: N_("考务人员到岗"), Tag.CAMERAS_ARMED: N_("摄像机布防"), Tag.CAMERAS_DISARMED: N_("摄像机撤防"),
    Tag.ALARM_RAISED: N_("告警"), Tag.ALARM_ENDED: N_("告警解除"), Tag.SEGMENT_QUARANTINED: N_("录像隔离"), Tag.QUARANTINE_DECIDED: N_("隔离决定"), Tag.GAP_RECORDED: N_("录像缺口"),
    Tag.FOOTAGE_LOOKED_AT: N_("查看录像"), Tag.STILL_TAKEN: N_("截取静帧"), Tag.FLAG_MADE: N_("标记"), Tag.FLAG_DECIDED: N_("标记处理"),
    Tag.REVIEW_CONCLUDED: N_("督导结论"), Tag.JOB_RAN: N_("定时任务"), Tag.JOB_RETRIED: N_("任务再试"), Tag.RETENTION_PLANNED: N_("保存期演算"), Tag.SEEDED: N_("演示数据"),
}  # fmt: skip

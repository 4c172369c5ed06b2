"""The clauses that a refusal or a check cites: law is quoted in Chinese to every reader, a rule of our own is not law.

A rule of ours is written ``系统规则 SUBJECT`` in ``config/rules``; that it is one, and of what, is said in the reader's
language.
"""

from __future__ import annotations

from examops.core.language.lookup import N_
from examops.core.language.messages import Message, join_messages

OWN = "系统规则"
SUBJECTS = (
    *(N_("一人一报"), N_("保留期"), N_("停止报名"), N_("入场时间"), N_("出生日期"), N_("名单"), N_("密码（暂定）")),
    *(N_("应届毕业生"), N_("归档时限"), N_("录像分段"), N_("录像时段"), N_("抽帧"), N_("掉线"), N_("时钟偏差")),
    *(N_("本地保留"), N_("机位移动"), N_("派遣衔接"), N_("照片"), N_("用工唯一"), N_("画面冻结"), N_("画面异常判定")),
    *(N_("画面模糊"), N_("盒子磁盘"), N_("督导墙"), N_("督导抽看"), N_("离线告警"), N_("签到时刻"), N_("缺口")),
    *(
        N_("缺考"),
        N_("考生覆盖"),
        N_("覆盖率"),
        N_("重叠"),
        N_("镜头遮挡"),
        N_("黑屏"),
        N_("结束考试"),
        N_("证件号写法"),
        N_("备案材料"),
        N_("备案材料时效"),
        N_("备案时限"),
        N_("自愿退出"),
        N_("备案后核对"),
        N_("退出时限"),
        N_("一并办理"),
        N_("参保和申报名册"),
        N_("培训评价规模"),
        N_("上线前的备案"),
        N_("设备试运行"),
        N_("证件期限"),
        N_("证件到期"),
        N_("材料大小"),
        N_("日历"),
        N_("平面图"),
        N_("跨区借用考点"),
        N_("摄像机地址"),
        N_("市里人员回避"),
        N_("开户申请"),
    ),
)


def cited(clause: str | Message) -> Message | str:
    """The clause, or clauses joined by ``；``, as the reader is shown them."""
    if not isinstance(clause, str) or OWN not in clause:
        return clause
    return join_messages(N_("；"), [_one(part) for part in clause.split("；")])


def _one(clause: str) -> Message | str:
    if clause == OWN:
        return Message(N_("系统规则"))
    if clause.startswith(OWN + " "):
        return Message(N_("系统规则 {subject}"), {"subject": Message(clause.removeprefix(OWN + " "))})
    return clause

"""What the desk says about each refusal: the reason in a few characters, what is right instead, what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from examops.checkin.admission import Refusal
from examops.core.clock import local
from examops.core.language import N_, Message, message

WORDS = {
    "unknown": N_("查无此人"),
    "revoked": N_("准考证停用"),
    "no_booking": N_("没有排考"),
    "wrong_session": N_("不在本场"),
    "already_in": N_("已经入场"),
    "not_confirmed": N_("报名未确认"),
    "too_early": N_("来得太早"),
    "too_late": N_("迟到超限"),
    "not_started": N_("还没有开考"),
}
TODO = {
    "not_started": [N_("请在候考区等候"), N_("考务：考评人员到岗签到后才能开考")],
    "unknown": [N_("请核对准考证是不是本次考试的"), N_("或报身份证号再查一次")],
    "revoked": [N_("请到考务办公室换新的准考证")],
    "no_booking": [N_("请到考务办公室确认考试安排")],
    "wrong_session": [N_("请按右边的时间和地点前往"), N_("找不到地方请问考务")],
    "already_in": [N_("请回到自己的工位"), N_("不是本人请呼叫考务")],
    "not_confirmed": [N_("请到考务办公室处理后再来")],
    "too_early": [N_("请在候考区等候，到点再来")],
    "too_late": [N_("迟到不能入场，请到考务办公室登记")],
}


def _hour(moment: object) -> str:
    assert isinstance(moment, datetime)
    return f"{local(moment):%H:%M}"


def reason(refusal: Refusal, elsewhere: str = "", here: Message | str = "") -> dict[str, Any]:
    """The ``reason`` of the desk's answer. ``elsewhere`` names the person's own session, ``here`` this one."""
    answer: dict[str, Any] = {
        "code": refusal.code,
        "words": message(WORDS[refusal.code]),
        "todo": [message(todo) for todo in TODO[refusal.code]],
        "here": here,
    }
    values = refusal.values
    turn = message(N_("第 {number} 轮"), number=values.get("turn"))
    if elsewhere:
        answer |= {"answer_label": message(N_("您的场次是")), "answer": elsewhere}
    elif refusal.code == "already_in":
        answer |= {"answer_label": message(N_("入场时间")), "answer": _hour(values["at"])}
    elif refusal.code == "too_early":
        answer |= {"answer_label": turn, "answer": message(N_("{time} 开始入场"), time=_hour(values["opens"]))}
    elif refusal.code == "too_late":
        answer |= {
            "answer_label": turn,
            "answer": message(N_("开考 {minutes} 分钟后停止入场"), minutes=values["limit"]),
        }
    return answer

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
    "handed_in": N_("已经交卷"),
    "identity_doubted": N_("人证不符"),
    "not_confirmed": N_("报名未确认"),
    "too_early": N_("来得太早"),
    "too_late": N_("迟到超限"),
    "time_unclear": N_("等考务决定"),
    "not_started": N_("还没有开考"),
}
TODO = {
    "not_started": [N_("请在候考区等候"), N_("考务：考评人员到岗签到后才能开考")],
    "unknown": [N_("请核对准考证是不是本次考试的"), N_("或报身份证号再查一次")],
    "revoked": [N_("请到考务办公室换新的准考证")],
    "no_booking": [N_("请到考务办公室确认考试安排")],
    "wrong_session": [N_("请按您那一场的时间和地点前往"), N_("找不到地方请问考务")],
    "already_in": [N_("用这张准考证的人已经在场内"), N_("请留住来人，呼叫考务")],
    "handed_in": [N_("交卷后不能再入场"), N_("登记错了由考务在在场名单撤销")],
    "identity_doubted": [N_("请留住来人，呼叫考务"), N_("认错了由另一位工作人员在在场名单撤销")],
    "not_confirmed": [N_("请到考务办公室处理后再来")],
    "too_early": [N_("请在候考区等候，到点再来")],
    "too_late": [N_("迟到不能入场，请到考务办公室登记")],
    "time_unclear": [N_("扫码时刻说不清，不算拒绝"), N_("请在旁边等，考务在“待考务决定”里处理")],
}

AT = {"already_in": N_("入场时间"), "handed_in": N_("交卷时间"), "identity_doubted": N_("发现时间")}


def _hour(moment: object) -> str:
    return _at(moment, "%H:%M")


def _at(moment: object, pattern: str) -> str:
    assert isinstance(moment, datetime)
    return f"{local(moment):{pattern}}"


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
    elif refusal.code in AT:
        answer |= {"answer_label": message(AT[refusal.code]), "answer": _hour(values["at"])}
    elif refusal.code == "time_unclear":
        answer |= {"answer_label": message(N_("平板记的扫码时刻")), "answer": _at(values["claimed"], "%m-%d %H:%M")}
    elif refusal.code == "too_early":
        answer |= {"answer_label": turn, "answer": message(N_("{time} 开始入场"), time=_hour(values["opens"]))}
    elif refusal.code == "too_late":
        answer |= {
            "answer_label": turn,
            "answer": message(N_("开考 {minutes} 分钟后停止入场"), minutes=values["limit"]),
        }
    return answer

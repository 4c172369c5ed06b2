"""What the desk says about each refusal: the reason in a few characters, what is right instead, what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from examops.checkin.admission import Refusal
from examops.core.clock import SHANGHAI

WORDS = {
    "unknown": "查无此人", "revoked": "准考证停用", "no_booking": "没有排考", "wrong_session": "不在本场", "already_in": "已经入场",
    "not_confirmed": "报名未确认", "too_early": "来得太早", "too_late": "迟到超限",
}  # fmt: skip
TODO = {
    "unknown": ["请核对准考证是不是本次考试的", "或报身份证号再查一次"],
    "revoked": ["请到考务办公室换新的准考证"],
    "no_booking": ["请到考务办公室确认考试安排"],
    "wrong_session": ["请按右边的时间和地点前往", "找不到地方请问考务"],
    "already_in": ["请回到自己的工位", "不是本人请呼叫考务"],
    "not_confirmed": ["请到考务办公室处理后再来"],
    "too_early": ["请在候考区等候，到点再来"],
    "too_late": ["迟到不能入场，请到考务办公室登记"],
}


def _hour(moment: object) -> str:
    assert isinstance(moment, datetime)
    return f"{moment.astimezone(SHANGHAI):%H:%M}"


def reason(refusal: Refusal, elsewhere: str = "", here: str = "") -> dict[str, Any]:
    """The ``reason`` of the desk's answer. ``elsewhere`` names the person's own session, ``here`` this one."""
    said: dict[str, Any] = {
        "code": refusal.code,
        "words": WORDS[refusal.code],
        "todo": TODO[refusal.code],
        "here": here,
    }
    values = refusal.values
    if elsewhere:
        said |= {"answer_label": "您的场次是", "answer": elsewhere}
    elif refusal.code == "already_in":
        said |= {"answer_label": "入场时间", "answer": _hour(values["at"])}
    elif refusal.code == "too_early":
        said |= {"answer_label": f"第 {values['turn']} 轮", "answer": f"{_hour(values['opens'])} 开始入场"}
    elif refusal.code == "too_late":
        said |= {"answer_label": f"第 {values['turn']} 轮", "answer": f"开考 {values['limit']} 分钟后停止入场"}
    return said

"""What alarms, conditions, verdicts and states of flags are called on pages: class of the mark, word."""

from __future__ import annotations

ALARM_WORDS = {
    "not_armed": "未布防", "offline": "离线", "black": "黑屏", "frozen": "画面冻结", "blurred": "画面模糊", "covered": "被遮挡",
    "moved": "画面移动", "clock": "时钟偏差", "spool": "盒子磁盘将满", "quarantined": "录像被隔离", "damaged": "画面损坏",
}  # fmt: skip
# Pictures that prove nothing are red; the rest asks for a look.
SERIOUS = frozenset({"not_armed", "offline", "black", "frozen", "covered", "moved", "quarantined"})
VERDICTS = {"clean": ("done", "未见异常"), "doubts": ("look", "有疑点"), "violation": ("stop", "有违规")}
FLAG_STATES = {
    "open": ("look", "待看"), "confirmed": ("stop", "属实"), "dismissed": ("done", "已了结"), "escalated": ("look", "已上报"),
}  # fmt: skip
ARMING_STATES = {
    "planned": ("wait", "待布防"), "armed": ("act", "录像中"), "disarmed": ("done", "已撤防"), "cancelled": ("off", "已取消"),
}  # fmt: skip


def alarm_class(kind: str) -> str:
    return "stop" if kind in SERIOUS else "look"

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
# reason → (word, what it means)
QUARANTINE_REASONS = {
    "signature.invalid": ("签名不符", "清单不是本考点配对过的录像盒签的，或内容被改过"),
    "chain.broken": ("前后不相连", "和前后段记下的摘要接不上"),
    "time.outside_arming": ("不在布防时间", "画面不在考试录像的时段内，不得使用，不能放行"),
    "store.mismatch": ("字节不符", "存储里的字节与签名清单的摘要不同，不能放行"),
}
QUARANTINE_DECISIONS = {"released": ("act", "已放行，等录像盒补传"), "kept": ("off", "保持隔离")}


def alarm_class(kind: str) -> str:
    return "stop" if kind in SERIOUS else "look"

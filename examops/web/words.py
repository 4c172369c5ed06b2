"""How things are written for people: times, durations, masked names and numbers, levels, states. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
LEVELS = {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}
LEVEL_TITLES = {5: "初级工", 4: "中级工", 3: "高级工", 2: "技师", 1: "高级技师"}
PARTS = {"theory": "理论", "skill": "实操", "review": "综合评审"}
BODY_KINDS = {"enterprise": "企业", "college": "技工院校", "social": "社会培训评价组织"}
CANDIDATE_KINDS = {"employee": "本单位职工", "agency": "劳务派遣", "student": "在校学生", "social": "社会人员"}
DUTIES = {
    "leader": "组长",
    "examiner": "考评员",
    "proctor": "监考员",
    "internal_supervisor": "内部督导",
    "supervisor": "督导员",
}
# state → (class of the mark, word): every state is a shape, a word and a colour
SESSION_STATES = {
    "draft": ("wait", "待申报"), "declared": ("wait", "待审批"), "returned": ("look", "被退回"), "approved": ("done", "已批准"),
    "open": ("done", "可预约"), "closed": ("done", "名单已定"), "running": ("act", "进行中"), "interrupted": ("look", "中断"),
    "finished": ("done", "已结束"), "reported": ("done", "已报送"), "sent_back": ("look", "退回补正"), "audited": ("done", "已审核"),
    "published": ("done", "已公示"), "sealed": ("done", "已封存"), "void": ("off", "作废"), "cancelled": ("off", "已取消"),
}  # fmt: skip
BOOKING_STATES = {
    "held": ("wait", "保留"), "confirmed": ("done", "已确认"), "checked_in": ("act", "已入场"), "completed": ("done", "已完成"),
    "waitlisted": ("look", "候补"), "cancelled": ("off", "已退出"), "excused": ("off", "缓考"), "no_show": ("off", "缺考"),
    "interrupted": ("look", "中断"), "disqualified": ("stop", "取消资格"),
}  # fmt: skip
OUTCOMES = {"ok": ("done", "可报名"), "no": ("stop", "不符合"), "unclear": ("look", "待核实")}
GAP_REASONS = {
    "timeout": "连接超时", "auth_failed": "密码不对", "not_found": "地址不存在", "refused": "摄像机拒绝", "codec_change": "编码变更",
    "timestamp_break": "时间戳跳变", "clock_step": "时钟跳变", "disk_full": "磁盘满", "restart": "录像程序重启", "session_end": "流结束",
    "operator": "人工停止", "camera_off": "摄像机关闭", "late_start": "开机晚", "server_derived": "未收到录像",
}  # fmt: skip
SEVERITIES = {"note": ("wait", "记录"), "doubt": ("look", "待看"), "serious": ("stop", "严重")}


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def day(value: date | datetime) -> str:
    """``11-23 周一``"""
    value = local(value).date() if isinstance(value, datetime) else value
    return f"{value:%m-%d} 周{WEEKDAYS[value.weekday()]}"


def clock_time(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def clock_seconds(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S}"


def moment(value: datetime) -> str:
    """``11-23 周一 09:00``"""
    return f"{day(value)} {clock_time(value)}"


def span(start: datetime, end: datetime) -> str:
    """``11-23 周一 09:00–11:30``"""
    tail = clock_time(end) if local(start).date() == local(end).date() else moment(end)
    return f"{moment(start)}–{tail}"


def parsed(value: str) -> datetime:
    """``2026-11-23T01:00:00Z`` → a moment; documents for scripts write times that way."""
    return datetime.fromisoformat(value)


def duration(value: timedelta | float) -> str:
    """``1 小时 20 分``, ``42 秒``"""
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, seconds = divmod(rest, 60)
    words = [f"{hours} 小时"] if hours else []
    words += [f"{minutes} 分"] if minutes else []
    words += [f"{seconds} 秒"] if seconds and not hours else []
    return " ".join(words) or "0 秒"


def mask_name(name: str) -> str:
    """``李婷`` → ``李*``; ``陈小明`` → ``陈*明``"""
    if len(name) < 2:
        return name
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """``440604199001010018`` → ``4406**********0018``; shorter numbers keep two characters at each end."""
    ends = 4 if len(number) >= 12 else 2
    hidden = len(number) - 2 * ends
    return "*" * len(number) if hidden < 1 else number[:ends] + "*" * hidden + number[-ends:]


def age(seconds: float) -> str:
    """Age of a picture or a contact, short: ``2 s``, ``3 分``, ``2 小时 5 分``."""
    return f"{round(seconds)} s" if seconds < 100 else duration(round(seconds / 60) * 60)


def until(end: datetime, now: datetime) -> str:
    """Stands beside the absolute time, never alone: ``还有 3 分`` or ``已过 1 小时``."""
    seconds = (end - now).total_seconds()
    rounded = round(abs(seconds) / 60) * 60 if abs(seconds) >= 60 else abs(seconds)
    return f"{'还有' if seconds >= 0 else '已过'} {duration(rounded)}"


def grouped(value: int) -> str:
    """``37200`` → ``37,200``"""
    return f"{value:,}"


def level(value: int) -> str:
    return LEVELS.get(value, str(value))


def level_full(value: int) -> str:
    return f"{level(value)} / {LEVEL_TITLES.get(value, '')}"


def level_short(value: int) -> str:
    """``四级/中级工``, as tickets write it"""
    return f"{level(value)}/{LEVEL_TITLES[value]}" if value in LEVEL_TITLES else level(value)


def percent_class(value: float) -> int:
    """Half-percent steps of the width and position classes of ``steps.css``: 0 to 200."""
    return max(0, min(200, round(value * 2)))


def worded(table: dict[str, Any]) -> Callable[[str], Any]:
    return lambda key: table.get(key, key)


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day, "clock_time": clock_time, "clock_seconds": clock_seconds, "moment": moment, "span": lambda pair: span(*pair),
    "duration": duration, "parsed": parsed,
    "mask_name": mask_name, "mask_id": mask_id, "age": age,
    "until": until, "grouped": grouped, "level_short": level_short, "level": level, "level_full": level_full, "step": percent_class,
    "part": worded(PARTS), "body_kind": worded(BODY_KINDS), "candidate_kind": worded(CANDIDATE_KINDS), "duty": worded(DUTIES),
    "session_state": lambda key: SESSION_STATES[key], "booking_state": lambda key: BOOKING_STATES[key],
    "outcome": lambda key: OUTCOMES[key], "gap_reason": worded(GAP_REASONS), "severity": lambda key: SEVERITIES[key],
}  # fmt: skip

"""How things are written for people: times, durations, masked names and numbers, levels, states.

Tables hold Chinese and are worded when read: ``_(TABLE[code])`` in Python, a filter in templates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from examops.core.language import N_, _, current_language

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEVELS = {5: N_("五级"), 4: N_("四级"), 3: N_("三级"), 2: N_("二级"), 1: N_("一级")}
LEVEL_TITLES = {5: N_("初级工"), 4: N_("中级工"), 3: N_("高级工"), 2: N_("技师"), 1: N_("高级技师")}
PARTS = {"theory": N_("理论"), "skill": N_("实操"), "review": N_("综合评审")}
BODY_KINDS = {"enterprise": N_("企业"), "college": N_("技工院校"), "social": N_("社会培训评价组织")}
CANDIDATE_KINDS = {
    "employee": N_("本单位职工"),
    "agency": N_("劳务派遣"),
    "student": N_("在校学生"),
    "social": N_("社会人员"),
}
DUTIES = {
    "leader": N_("组长"),
    "examiner": N_("考评员"),
    "proctor": N_("监考员"),
    "internal_supervisor": N_("内部督导"),
    "supervisor": N_("督导员"),
}
# state → (class of the mark, word): every state is a shape, a word and a colour
SESSION_STATES = {
    "draft": ("wait", N_("待申报")), "declared": ("wait", N_("待审批")), "returned": ("look", N_("被退回")), "approved": ("done", N_("已批准")),
    "open": ("done", N_("可预约")), "closed": ("done", N_("名单已定")), "running": ("act", N_("进行中")), "interrupted": ("look", N_("中断")),
    "finished": ("done", N_("已结束")), "reported": ("done", N_("已报送")), "sent_back": ("look", N_("退回补正")), "audited": ("done", N_("已审核")),
    "published": ("done", N_("已公示")), "sealed": ("done", N_("已封存")), "void": ("off", N_("作废")), "cancelled": ("off", N_("已取消")),
}  # fmt: skip
BOOKING_STATES = {
    "held": ("wait", N_("保留")), "confirmed": ("done", N_("已确认")), "checked_in": ("act", N_("已入场")), "completed": ("done", N_("已完成")),
    "waitlisted": ("look", N_("候补")), "cancelled": ("off", N_("已退出")), "excused": ("off", N_("缓考")), "no_show": ("off", N_("缺考")),
    "interrupted": ("look", N_("中断")), "disqualified": ("stop", N_("取消资格")),
}  # fmt: skip
OUTCOMES = {"ok": ("done", N_("可报名")), "no": ("stop", N_("不符合")), "unclear": ("look", N_("待核实"))}
GAP_REASONS = {
    "timeout": N_("连接超时"), "auth_failed": N_("密码不对"), "not_found": N_("地址不存在"), "refused": N_("摄像机拒绝"), "codec_change": N_("编码变更"),
    "timestamp_break": N_("时间戳跳变"), "clock_step": N_("时钟跳变"), "disk_full": N_("磁盘满"), "restart": N_("录像程序重启"), "session_end": N_("流结束"),
    "operator": N_("人工停止"), "camera_off": N_("摄像机关闭"), "late_start": N_("开机晚"), "server_derived": N_("未收到录像"),
}  # fmt: skip
FACTORS = {
    "stations": N_("工位"), "cameras": N_("摄像覆盖"), "examiners": N_("考评员可看"), "proctors": N_("监考员可看"),
}  # fmt: skip
CARD_KINDS = {
    "examiner": N_("考评员"),
    "senior_examiner": N_("高级考评员"),
    "proctor": N_("监考"),
    "internal_supervisor": N_("内部督导"),
}
# what a coordinator does to move a session into that state
SESSION_MOVES = {
    "declared": N_("报送考前申报"), "approved": N_("批准"), "returned": N_("退回"), "open": N_("开放排人"), "closed": N_("名单定稿"),
    "running": N_("开考"), "finished": N_("结束考试"), "cancelled": N_("取消场次"), "interrupted": N_("中断"),
}  # fmt: skip
PHOTO_STATES = {"accepted": N_("合格"), "waiting": N_("待审"), "missing": N_("缺"), "refused": N_("不合格")}
COLUMNS_READ = {
    "header": ("done", N_("按列名认出")),
    "content": ("look", N_("按内容猜的，请看一眼")),
    "remembered": ("done", N_("和上次一样")),
    "chosen": ("done", N_("您选的")),
}
# what a candidate reads on the ticket: may I sit, what became of my application, what was found on a clause
MAY_SIT = {"ok": N_("符合条件，可以考"), "no": N_("现在还不能考"), "unclear": N_("材料待核实")}
APPLICATIONS_JUDGED = {"ok": N_("已通过"), "no": N_("不符合条件"), "unclear": N_("材料待核实")}
FOUND = {"pass": N_("符合"), "fail": N_("不符合"), "unclear": N_("待核")}
SEVERITIES = {"note": ("wait", N_("记录")), "doubt": ("look", N_("待看")), "serious": ("stop", N_("严重"))}


def local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def day(value: date | datetime) -> str:
    """``11-23 周一``, ``Mon 23 Nov``"""
    return _date(value, _("MM-dd EEE"))


def dated(value: date | datetime) -> str:
    """``2026-11-23 周一``, ``Mon 23 Nov 2026``"""
    return _date(value, _("yyyy-MM-dd EEE"))


def _date(value: date | datetime, pattern: str) -> str:
    value = local(value).date() if isinstance(value, datetime) else value
    return format_date(value, pattern, locale=current_language())


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
    words = [_("{count} 小时", count=hours)] if hours else []
    words += [_("{count} 分", count=minutes)] if minutes else []
    words += [_("{count} 秒", count=seconds)] if seconds and not hours else []
    return " ".join(words) or _("{count} 秒", count=0)


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
    return _("还有 {duration}" if seconds >= 0 else "已过 {duration}", duration=duration(rounded))


def grouped(value: int) -> str:
    """``37200`` → ``37,200``"""
    return f"{value:,}"


def level(value: int) -> str:
    return _(LEVELS.get(value, str(value)))


def level_full(value: int) -> str:
    return _("{level} / {title}", level=level(value), title=_(LEVEL_TITLES.get(value, "")))


def level_short(value: int) -> str:
    """``四级/中级工``, as tickets write it"""
    if value not in LEVEL_TITLES:
        return level(value)
    return _("{level}/{title}", level=level(value), title=_(LEVEL_TITLES[value]))


def percent(share: float) -> str:
    """A share of one as a length of a drawing: ``0.385`` → ``38.5%``, never below none or above all."""
    return f"{max(0.0, min(100.0, share * 100)):.4g}%"


def worded(table: dict[str, str]) -> Callable[[str], str]:
    return lambda key: _(table.get(key, key))


def marked(
    table: dict[str, tuple[str, str]], otherwise: tuple[str, str] | None = None
) -> Callable[[str], tuple[str, str]]:
    """Looks up (class of the mark, word)."""

    def look_up(key: str) -> tuple[str, str]:
        kind, word = table.get(key, otherwise) if otherwise else table[key]
        return kind, _(word)

    return look_up


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day, "dated": dated, "clock_time": clock_time, "clock_seconds": clock_seconds, "moment": moment, "span": lambda pair: span(*pair),
    "duration": duration, "parsed": parsed,
    "mask_name": mask_name, "mask_id": mask_id, "age": age,
    "until": until, "grouped": grouped, "level_short": level_short, "level": level, "level_full": level_full, "percent": percent,
    "part": worded(PARTS), "body_kind": worded(BODY_KINDS), "candidate_kind": worded(CANDIDATE_KINDS), "duty": worded(DUTIES),
    "factor": lambda key: _(FACTORS[key], context="列名"), "card_kind": worded(CARD_KINDS), "session_move": lambda key: _(str(SESSION_MOVES.get(key, key)), context="动作"), "photo_state": worded(PHOTO_STATES),
    "may_sit": worded(MAY_SIT), "application_judged": worded(APPLICATIONS_JUDGED), "found_word": lambda key: _(FOUND[key], context="条款"),
    "column_read": marked(COLUMNS_READ, ("wait", N_("没有认出"))),
    "session_state": marked(SESSION_STATES), "booking_state": marked(BOOKING_STATES),
    "outcome": marked(OUTCOMES), "gap_reason": worded(GAP_REASONS), "severity": marked(SEVERITIES),
}  # fmt: skip

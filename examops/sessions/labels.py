"""What states of sessions and bookings, limits and transitions are called. Marks are (class, word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_, _
from examops.web.labels import marked, words_in

SESSION_STATES = {
    "draft": ("wait", N_("待申报")),
    "declared": ("wait", N_("待审批")),
    "returned": ("look", N_("被退回")),
    "approved": ("done", N_("已批准")),
    "open": ("done", N_("已批准（旧）")),
    "closed": ("done", N_("名单已定")),
    "running": ("act", N_("进行中")),
    "interrupted": ("look", N_("中断")),
    "finished": ("done", N_("已结束")),
    "reported": ("done", N_("已报送")),
    "sent_back": ("look", N_("退回补正")),
    "audited": ("done", N_("已审核")),
    "published": ("done", N_("已公示")),
    "sealed": ("done", N_("已封存")),
    "void": ("off", N_("作废")),
    "cancelled": ("off", N_("已取消")),
}
BOOKING_STATES = {
    "held": ("wait", N_("保留")),
    "confirmed": ("done", N_("已确认")),
    "checked_in": ("act", N_("已入场")),
    "completed": ("done", N_("已完成")),
    "waitlisted": ("look", N_("候补")),
    "cancelled": ("off", N_("已退出")),
    "excused": ("off", N_("缓考")),
    "no_show": ("off", N_("缺考")),
    "interrupted": ("look", N_("中断")),
    "disqualified": ("stop", N_("取消资格")),
}
FACTORS = {
    "stations": N_("工位"),
    "cameras": N_("摄像覆盖"),
    "examiners": N_("考评员可看"),
    "proctors": N_("监考员可看"),
    "seats": N_("标准考场"),
    "board": N_("评审可看"),
}
SESSION_TRANSITION_LABELS = {
    "declared": N_("报送考前申报"),
    "approved": N_("批准"),
    "returned": N_("退回"),
    "closed": N_("名单定稿"),
    "running": N_("开考"),
    "finished": N_("结束考试"),
    "cancelled": N_("取消场次"),
    "interrupted": N_("中断"),
}

SETTLEMENTS = {
    "enough": ("done", N_("都还有位子")),
    "moved": ("done", N_("已换到别的轮次")),
    "none": ("look", N_("本场没有空位")),
    "put_back": ("off", N_("已恢复")),
}

DETAIL_WORDS = {"session": words_in(SESSION_STATES), "booking": words_in(BOOKING_STATES)}
FILTERS: dict[str, Callable[..., Any]] = {
    "session_state": marked(SESSION_STATES),
    "booking_state": marked(BOOKING_STATES),
    "settlement": marked(SETTLEMENTS),
    "factor": lambda code: _(FACTORS[code], context="列名"),
    "session_move": lambda code: _(str(SESSION_TRANSITION_LABELS.get(code, code)), context="动作"),
}

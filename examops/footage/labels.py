"""What reasons of gaps and severities of flags are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.web.labels import labelled, marked

GAP_REASONS = {
    "timeout": N_("连接超时"),
    "auth_failed": N_("密码不对"),
    "not_found": N_("地址不存在"),
    "refused": N_("摄像机拒绝"),
    "codec_change": N_("编码变更"),
    "timestamp_break": N_("时间戳跳变"),
    "clock_step": N_("时钟跳变"),
    "disk_full": N_("磁盘满"),
    "restart": N_("录像程序重启"),
    "session_end": N_("流结束"),
    "operator": N_("人工停止"),
    "camera_off": N_("摄像机关闭"),
    "late_start": N_("开机晚"),
    "server_derived": N_("未收到录像"),
}
SEVERITIES = {"note": ("wait", N_("记录")), "doubt": ("look", N_("待看")), "serious": ("stop", N_("严重"))}

FILTERS: dict[str, Callable[..., Any]] = {
    "gap_reason": labelled(GAP_REASONS),
    "severity": marked(SEVERITIES),
}

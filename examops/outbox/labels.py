"""What notices, channels and their states are called; addresses as operators read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.outbox.models import EMAIL, FAILED, GIVEN_UP, SENT, SMS, WAITING
from examops.web.labels import labelled, marked

STATES = {
    WAITING: ("wait", N_("等着发")),
    FAILED: ("look", N_("没发出，会再试")),
    GIVEN_UP: ("stop", N_("已放弃")),
    SENT: ("done", N_("已发出")),
}
CHANNELS = {EMAIL: N_("邮件"), SMS: N_("短信")}
KINDS = {"job_failed": N_("任务失败")}


def mask_recipient(address: str) -> str:
    """``y***@example.cn``, ``138****5678``: enough to recognise, not to copy."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****"


FILTERS: dict[str, Callable[..., Any]] = {
    "notice_state": marked(STATES),
    "notice_channel": labelled(CHANNELS),
    "notice_kind": labelled(KINDS),
    "mask_recipient": mask_recipient,
}

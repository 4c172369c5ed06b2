"""What the page and the API of a replacement read, and by whom it is made."""

from __future__ import annotations

from typing import Any

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor
from examops.core.extensions import clock
from examops.core.language import N_
from examops.sessions.inputs import MAX_REASON
from examops.web.api import LenientSchema
from examops.web.inputs import ShortText, Uid


class ReplaceSchema(LenientSchema):
    advice = N_("选一个人，写明原因，再保存")
    staff = Uid(required=True, fault=N_("没有选由谁来"))
    reason = ShortText(MAX_REASON, required=True, label=N_("换人的原因"), fault=N_("写明换人的原因，200 字以内"))


def by_caller() -> dict[str, Any]:
    """For ``replace_duty``: who asks, and by which clock and rules."""
    return {"actor": current_actor(), "clock": clock(), "rules": rulebook(), "calendar": calendar()}

"""Why somebody could not apply: each refusal says what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict
from examops.core.language import N_


class BatchIsClosed(Conflict):
    code = "batch.not_open"
    message = N_("“{batch}”现在不收报名：报名时间是 {since} 至 {until}")
    advice = N_("选正在报名的批次，或在“批次”里延长报名时间")

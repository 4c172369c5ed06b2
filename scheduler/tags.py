"""Events that the log keeps of timed work: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    JOB_RAN = "job:ran"
    JOB_RETRIED = "job:retried"


TAG_LABELS: dict[str, str] = {
    Tag.JOB_RAN: N_("定时任务"),
    Tag.JOB_RETRIED: N_("任务再试"),
}

"""Timed and queued work: the clock with its ledger, and the queue's workers."""

from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_

DOMAIN = Domain(
    "scheduler",
    pages=("pages:bp",),
    menu=(
        MenuEntry(
            "timed_work.index",
            N_("定时任务"),
            "clock",
            places={"operator": 1},
        ),
    ),
    tag_labels="tags:TAG_LABELS",
    invariants="invariants:INVARIANTS",
    tasks=("rescue",),
    timed_jobs=(
        JobSpec(
            "rescue-jobs",
            "queue.rescue",
            "*/30 * * * * *",
            2,
            "skip",
            N_("工作进程中断时，把做到一半的任务重新排入"),
            overlaps=True,
        ),
        JobSpec("purge-queue", "queue.purge", "40 * * * *", 60, "once", N_("清理已完成的任务和过期的运行台账")),
    ),
)

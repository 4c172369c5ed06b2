"""Everything that runs by itself, on one page.

``cron`` is read in Foshan time: five fields, or six with seconds first. Weekdays are written by name, because
APScheduler counts Monday as 0 and cron counts Sunday as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from examops.core.language import N_

CatchUp = Literal["once", "every", "skip"]


@dataclass(frozen=True)
class JobSpec:
    """A timed job. ``task`` names a queue task that takes no arguments and is safe to run twice.

    ``catch_up`` after downtime: ``once`` runs the newest missed time however late, ``every`` runs each missed
    time, ``skip`` runs only what is at most ``grace_minutes`` late. Beyond the grace a job is shown as late.
    ``overlaps``: may start while an earlier run still stands as running. ``why`` is shown to operators.
    """

    name: str
    task: str
    cron: str
    grace_minutes: int
    catch_up: CatchUp
    why: str
    overlaps: bool = False


EVERY_MINUTE, EVERY_HALF_MINUTE, EVERY_FIVE_SECONDS = "* * * * *", "*/30 * * * * *", "*/5 * * * * *"

TABLE = (
    JobSpec("close-bookings", "sessions.close_bookings", EVERY_MINUTE, 5, "once", N_("到截止时间的场次停止预约，名单定稿")),
    JobSpec("begin-and-finish", "sessions.begin_and_finish", EVERY_MINUTE, 5, "once", N_("签到台开放时开考，结束后收场")),
    JobSpec("release-holds", "sessions.release_holds", EVERY_MINUTE, 10, "once", N_("保留到期未确认的位子放开给候补")),
    JobSpec("propose-no-shows", "sessions.propose_no_shows", EVERY_MINUTE, 10, "once", N_("过了迟到时限未到的考生列为拟缺考，由人确认")),
    JobSpec("arm-cameras", "footage.arm", EVERY_HALF_MINUTE, 2, "once", N_("签到前按规定提前开始录像")),
    JobSpec("disarm-cameras", "footage.disarm", EVERY_HALF_MINUTE, 5, "once", N_("最后一人交卷后按规定停止录像")),
    JobSpec("watch-cameras", "footage.watch_cameras", EVERY_HALF_MINUTE, 2, "skip", N_("摄像机离线、黑屏、画面不动时报警")),
    JobSpec("find-gaps", "footage.find_gaps", EVERY_MINUTE, 10, "once", N_("应录未录的时段记为缺口")),
    JobSpec("plan-retention", "footage.plan_retention", "10 2 * * *", 120, "once", N_("按保存期试算可清理的录像（只列出，不删除）")),
    JobSpec("seal-audit-log", "audit.seal", EVERY_FIVE_SECONDS, 1, "once", N_("操作记录成批链封，改动可被发现")),
    JobSpec(
        "rescue-jobs", "queue.rescue", EVERY_HALF_MINUTE, 2, "skip", N_("工作进程中断时，把做到一半的任务重新排入"), overlaps=True
    ),
    JobSpec("purge-queue", "queue.purge", "40 * * * *", 60, "once", N_("清理已完成的任务和过期的运行台账")),
    JobSpec("purge-attempts", "accounts.purge_attempts", "20 3 * * *", 120, "once", N_("清理一天前的登录尝试计数和接口的重复应答")),
)  # fmt: skip


def spec_named(name: str) -> JobSpec | None:
    return next((spec for spec in TABLE if spec.name == name), None)

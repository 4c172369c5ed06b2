"""What operators want to know of each timed job: when it last ran and how, when it is due, and whether it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from examops.core.domain import JobSpec
from examops.core.language import N_
from examops.core.ledger import JobRun
from scheduler.due import is_late, next_due
from scheduler.runs import newest_runs

# state → (class of the mark, word)
STATES = {
    "unregistered": ("stop", N_("没有登记执行程序")),
    "late": ("look", N_("没有按时")),
    "failed": ("stop", N_("失败")),
    "new": ("wait", N_("还没到时间")),
    "running": ("act", N_("进行中")),
    "queued": ("wait", N_("排队")),
    "skipped": ("off", N_("跳过")),
    "done": ("done", N_("正常")),
}


@dataclass(frozen=True)
class JobLine:
    """``newest`` is the newest row of the ledger, ``ended`` the newest that came to an end."""

    spec: JobSpec
    newest: JobRun | None
    ended: JobRun | None
    next_due: datetime | None
    state: str


def overview(table: Sequence[JobSpec], known_tasks: frozenset[str], now: datetime) -> list[JobLine]:
    names = [spec.name for spec in table]
    newest, ended = newest_runs(names, ended=False), newest_runs(names, ended=True)
    return [_line(spec, newest.get(spec.name), ended.get(spec.name), known_tasks, now) for spec in table]


def _line(
    spec: JobSpec, newest: JobRun | None, ended: JobRun | None, known_tasks: frozenset[str], now: datetime
) -> JobLine:
    return JobLine(spec, newest, ended, next_due(spec.cron, now), _state(spec, newest, ended, known_tasks, now))


def _state(
    spec: JobSpec, newest: JobRun | None, ended: JobRun | None, known_tasks: frozenset[str], now: datetime
) -> str:
    if spec.task not in known_tasks:
        return "unregistered"
    if newest is None:
        return "new"
    if is_late(spec, newest.due_at, now):
        return "late"
    # A job of every few seconds nearly always has a row that waits or runs: the outcome is the news, not that.
    return ended.state if ended is not None else newest.state

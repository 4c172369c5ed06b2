"""The overview of timed jobs: last run and its outcome, next due time, and whether a run is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from examops.core.domain import JobSpec
from examops.core.language import N_
from scheduler.due import is_late, next_due
from scheduler.runs import LatestRuns, LedgerRow, latest_runs

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
    newest: LedgerRow | None
    ended: LedgerRow | None
    next_due: datetime | None
    state: str


def overview(table: Sequence[JobSpec], known_tasks: frozenset[str], now: datetime) -> list[JobLine]:
    runs = latest_runs(spec.name for spec in table)
    return [_line(spec, runs.get(spec.name, LatestRuns()), known_tasks, now) for spec in table]


def _line(spec: JobSpec, runs: LatestRuns, known_tasks: frozenset[str], now: datetime) -> JobLine:
    state = _state(spec, runs.newest, runs.ended, known_tasks, now)
    return JobLine(spec, runs.newest, runs.ended, next_due(spec.cron, now), state)


def _state(
    spec: JobSpec, newest: LedgerRow | None, ended: LedgerRow | None, known_tasks: frozenset[str], now: datetime
) -> str:
    if spec.task not in known_tasks:
        return "unregistered"
    if newest is None:
        return "new"
    if is_late(spec, newest.due_at, now):
        return "late"
    # A job of every few seconds nearly always has a row that waits or runs: the outcome is the news, not that.
    return ended.state if ended is not None else newest.state

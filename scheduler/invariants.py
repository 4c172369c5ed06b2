"""Timed work: no queued run without its job."""

from __future__ import annotations

from examops.core.domain import Invariant
from examops.core.faults import faults, without_clock


def lost_runs() -> list[str]:
    """Runs that are queued or running in the ledger but have no job in the queue."""
    query = """
        SELECT job, due_at FROM job_run run WHERE state IN ('queued', 'running') AND NOT EXISTS (
          SELECT 1 FROM procrastinate_jobs waiting WHERE waiting.status IN ('todo', 'doing')
          AND waiting.args->'timed'->>'job' = run.job AND (waiting.args->'timed'->>'due')::timestamptz = run.due_at
        ) ORDER BY due_at"""
    return faults(query, "定时任务 {job} 在 {due_at:%F %T} UTC 的运行丢失")


INVARIANTS = (Invariant("no-lost-runs", "定时任务的运行没有丢失", "3", without_clock(lost_runs)),)

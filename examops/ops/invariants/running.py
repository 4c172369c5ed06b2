"""The log and the timed work: sealed in time and in order, and no queued run without its job."""

from __future__ import annotations

from examops.audit.sealing import oldest_unsealed_seconds
from examops.audit.verify import broken_links
from examops.core.clock import Clock
from examops.ops.invariants.capacity import faults

UNSEALED_LIMIT_S = 60


def broken_audit_chain() -> list[str]:
    return broken_links()


def late_seals(clock: Clock) -> list[str]:
    age = oldest_unsealed_seconds(clock)
    return [f"最早的未链封记录已有 {age:.0f} 秒"] if age > UNSEALED_LIMIT_S else []


def lost_runs() -> list[str]:
    """A run waits or works in the ledger, but the queue no longer knows its job."""
    query = """
        SELECT job, due_at FROM job_run run WHERE state IN ('queued', 'running') AND NOT EXISTS (
          SELECT 1 FROM procrastinate_jobs waiting WHERE waiting.status IN ('todo', 'doing')
          AND waiting.args->'timed'->>'job' = run.job AND (waiting.args->'timed'->>'due')::timestamptz = run.due_at
        ) ORDER BY due_at"""
    return faults(query, "定时任务 {job} 在 {due_at:%F %T} UTC 的运行丢失")

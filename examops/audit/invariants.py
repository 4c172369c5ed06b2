"""The log: sealed in time and in order."""

from __future__ import annotations

from examops.audit.sealing import oldest_unsealed_seconds
from examops.audit.verify import broken_links
from examops.core.clock import Clock
from examops.core.domain import Invariant
from examops.core.faults import without_clock

UNSEALED_LIMIT_S = 60


def broken_audit_chain() -> list[str]:
    return broken_links()


def late_seals(clock: Clock) -> list[str]:
    age = oldest_unsealed_seconds(clock)
    return [f"最早的未链封记录已有 {age:.0f} 秒"] if age > UNSEALED_LIMIT_S else []


INVARIANTS = (
    Invariant("audit-chain", "操作记录链完整", "5.11", without_clock(broken_audit_chain)),
    Invariant("audit-sealed-in-time", "操作记录及时链封", "5.11", late_seals),
)

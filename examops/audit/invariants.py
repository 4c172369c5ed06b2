"""The log: sealed in time and in order, and as long as what was written of it outside the database."""

from __future__ import annotations

from examops.audit.anchors import anchor_faults, late_anchors, read_anchors
from examops.audit.sealing import oldest_unsealed_seconds
from examops.audit.verify import broken_links
from examops.core.clock import Clock
from examops.core.domain import Invariant
from examops.core.extensions import keyring, store
from examops.core.faults import without_clock

UNSEALED_LIMIT_S = 60


def broken_audit_chain() -> list[str]:
    return broken_links(keyring())


def late_seals(clock: Clock) -> list[str]:
    age = oldest_unsealed_seconds(clock)
    return [f"最早的未链封记录已有 {age:.0f} 秒"] if age > UNSEALED_LIMIT_S else []


def unlike_its_anchors(clock: Clock) -> list[str]:
    anchors = read_anchors(store(), keyring())
    return anchor_faults(anchors) + late_anchors(anchors, clock)


INVARIANTS = (
    Invariant("audit-chain", "操作记录链完整", "5.11", without_clock(broken_audit_chain)),
    Invariant("audit-sealed-in-time", "操作记录及时链封", "5.11", late_seals),
    Invariant("audit-anchored", "操作记录与存储里每小时留的底一致", "5.11", unlike_its_anchors),
)

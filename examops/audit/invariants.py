"""The log: sealed in time and in order, and as long as what was written of it outside the database."""

from __future__ import annotations

from sqlalchemy import select

from examops.audit.anchors import LATE, Anchor, anchor_faults, read_anchors
from examops.audit.models import AuditSeal
from examops.audit.sealing import oldest_unsealed_seconds
from examops.audit.verify import broken_links
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import keyring, store
from examops.core.faults import without_clock

UNSEALED_LIMIT_S = 60


def broken_audit_chain() -> list[str]:
    return broken_links(keyring())


def late_seals(clock: Clock) -> list[str]:
    age = oldest_unsealed_seconds(clock)
    return [f"最早的未链封记录已有 {age:.0f} 秒"] if age > UNSEALED_LIMIT_S else []


def late_anchors(anchors: list[Anchor], clock: Clock) -> list[str]:
    """A log with links older than ``LATE`` and no anchor since."""
    first = db.session.execute(select(AuditSeal.sealed_at).order_by(AuditSeal.number).limit(1)).scalar()
    newest = max((anchor.at for anchor in anchors if anchor.is_signed), default=first)
    if newest is None or clock.now() - newest <= LATE:
        return []
    return [f"操作记录已有 {(clock.now() - newest).total_seconds() / 3600:.0f} 小时没有写到存储里"]


def unlike_its_anchors(clock: Clock) -> list[str]:
    anchors = read_anchors(store(), keyring())
    return anchor_faults(anchors) + late_anchors(anchors, clock)


INVARIANTS = (
    Invariant("audit-chain", "操作记录链完整", "5.11", without_clock(broken_audit_chain)),
    Invariant("audit-sealed-in-time", "操作记录及时链封", "5.11", late_seals),
    Invariant("audit-anchored", "操作记录与存储里每小时留的底一致", "5.11", unlike_its_anchors),
)

"""Seals the log: chains the entries older than every running transaction, and signs the last link of each day."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from examops.audit.digests import head_message, link_digest
from examops.audit.models import AuditEntry, AuditHead, AuditSeal
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.locking import lock_all

BATCH = 5000
READY = text("seal_number IS NULL AND transaction_number < txid_snapshot_xmin(txid_current_snapshot())")


def seal_entries(keyring: Keyring, clock: Clock) -> int:
    """Add one link over all entries older than every running transaction; returns their number. Runs may overlap."""
    lock_all(("audit-seal", 0))
    rows = db.session.execute(
        select(AuditEntry.id, AuditEntry.digest).where(READY).order_by(AuditEntry.id).limit(BATCH)
    ).all()
    if not rows:
        return 0
    number, previous = _last_link()
    digest = link_digest(previous, [bytes(row.digest) for row in rows])
    ids = [row.id for row in rows]
    db.session.add(AuditSeal(number=number + 1, sealed_at=clock.now(), entries=ids, previous=previous, digest=digest))
    db.session.execute(update(AuditEntry).where(AuditEntry.id.in_(ids)).values(seal_number=number + 1))
    _sign_day(keyring, clock, number + 1, digest)
    return len(ids)


def _last_link() -> tuple[int, bytes]:
    last = db.session.execute(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).scalar_one_or_none()
    return (last.number, bytes(last.digest)) if last else (0, b"")


def _sign_day(keyring: Keyring, clock: Clock, number: int, digest: bytes) -> None:
    signer, day = keyring.signer("audit"), today(clock)
    public = signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    values = {"seal_number": number, "digest": digest, "public_key": public}
    values["signature"] = signer.sign(head_message(day.isoformat(), number, digest))
    statement = insert(AuditHead).values(day=day, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))


def oldest_unsealed_seconds(clock: Clock) -> float:
    """Age of the oldest unsealed entry; over 60 s is an alarm."""
    oldest = db.session.execute(select(func.min(AuditEntry.at)).where(AuditEntry.seal_number.is_(None))).scalar()
    return (clock.now() - oldest).total_seconds() if oldest else 0.0

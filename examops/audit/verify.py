"""Recomputes the chain from the rows. Finds a changed, removed or reordered entry, link or head."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from examops.audit.digests import entry_digest, head_message, link_digest, payload_digest
from examops.audit.models import AuditEntry, AuditHead, AuditSeal
from examops.core.database import db


def broken_links() -> list[str]:
    """One line for each fault; empty when the chain is intact."""
    faults: list[str] = []
    previous, expected = b"", 1
    for seal in db.session.execute(select(AuditSeal).order_by(AuditSeal.number)).scalars():
        if seal.number != expected or bytes(seal.previous) != previous:
            faults.append(f"link {seal.number} does not follow link {expected - 1}")
        faults += _entry_faults(seal)
        previous, expected = bytes(seal.digest), seal.number + 1
    return faults + _count_faults() + _head_faults()


def _entry_faults(seal: AuditSeal) -> list[str]:
    query = select(AuditEntry).where(AuditEntry.id.in_(seal.entries))
    rows = {row.id: row for row in db.session.execute(query).scalars()}
    missing = [number for number in seal.entries if number not in rows]
    if missing:
        return [f"entry {number} of link {seal.number} is gone" for number in missing]
    faults = [f"entry {row.id} was changed" for row in rows.values() if not _is_true(row)]
    if link_digest(bytes(seal.previous), [bytes(rows[n].digest) for n in seal.entries]) != bytes(seal.digest):
        faults.append(f"link {seal.number} does not fit its entries")
    return faults


def _is_true(row: AuditEntry) -> bool:
    hidden = bytes(row.payload_digest)
    if row.salt is not None and payload_digest(bytes(row.salt), row.payload) != hidden:
        return False
    actor = [row.actor_kind, str(row.actor_uid or ""), row.actor_name, row.actor_role]
    subject = [row.subject_kind, str(row.subject_uid or ""), row.subject_words]
    fresh = entry_digest(uid=str(row.uid), at=row.at, tag=row.tag, actor=actor, subject=subject, payload=hidden)
    return fresh == bytes(row.digest)


def _count_faults() -> list[str]:
    """Every sealed entry stands in exactly the link it names."""
    sealed = db.session.execute(select(func.count()).where(AuditEntry.seal_number.is_not(None))).scalar_one()
    listed = db.session.execute(select(func.coalesce(func.sum(func.cardinality(AuditSeal.entries)), 0))).scalar_one()
    return [] if sealed == listed else [f"{sealed} entries say they are sealed, links list {listed}"]


def _head_faults() -> list[str]:
    faults = []
    seals = {seal.number: bytes(seal.digest) for seal in db.session.execute(select(AuditSeal)).scalars()}
    for head in db.session.execute(select(AuditHead)).scalars():
        if seals.get(head.seal_number) != bytes(head.digest) or not _is_signed(head):
            faults.append(f"the signed head of {head.day} does not fit")
    return faults


def _is_signed(head: AuditHead) -> bool:
    message = head_message(head.day.isoformat(), head.seal_number, bytes(head.digest))
    try:
        Ed25519PublicKey.from_public_bytes(bytes(head.public_key)).verify(bytes(head.signature), message)
    except InvalidSignature:
        return False
    return True

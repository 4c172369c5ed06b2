"""What is asked of a single entry: its digest, its signature, its times, and a payload that may have been erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from examops.audit.digests import entry_digest, entry_message, payload_digest
from examops.audit.models import AuditEntry, AuditSeal
from examops.audit.tags import Tag
from examops.core.database import db
from examops.core.keys import Keyring

# How far the application's clock may be from the database's. The job role writes the past of demos and benchmarks.
SKEW = timedelta(minutes=10)
JOB_ROLE = "_job"
# A web process of release 0.1.0 may run beside this one during an upgrade; it signs nothing.
UPGRADE = timedelta(days=1)
# Rows, not objects: a log of years does not fit into the session.
COLUMNS = select(*AuditEntry.__table__.columns)


@dataclass(frozen=True)
class EntryCheck:
    """``erased``: entries that an erasing entry names. ``first_sealed_at``: of the first link of version 2."""

    keyring: Keyring
    erased: frozenset[UUID]
    first_sealed_at: datetime | None

    @classmethod
    def load(cls, keyring: Keyring) -> EntryCheck:
        naming = COLUMNS.where(AuditEntry.tag == str(Tag.PAYLOAD_ERASED))
        erasing = [row for row in db.session.execute(naming) if _is_signed(keyring, row)]
        first = db.session.execute(select(func.min(AuditSeal.sealed_at)).where(AuditSeal.version != 1)).scalar()
        return cls(keyring, frozenset(row.subject_uid for row in erasing if row.subject_uid), first)

    def faults_of_link(self, seal: AuditSeal, rows: Sequence[Any]) -> Iterator[str]:
        for index, row in enumerate(rows):
            yield from self._content_faults(row)
            if seal.version == 1:
                continue
            if row.number != (seal.first_number or 0) + index:
                yield f"entry {row.id} says it is number {row.number}, link {seal.number} says otherwise"
            if row.version != 1 and row.seal_number != seal.number:
                yield f"entry {row.id} says it is of link {row.seal_number}, not {seal.number}"
            if row.version == 1 and row.seal_number == seal.number and self._is_late(seal.sealed_at):
                yield f"entry {row.id} is of a form that nothing writes any more"

    def faults_of_unsealed(self, row: Any) -> Iterator[str]:
        yield from self._content_faults(row)
        if row.version == 1 and row.recorded_at and self._is_late(row.recorded_at):
            yield f"entry {row.id} is of a form that nothing writes any more"

    def _is_late(self, moment: datetime) -> bool:
        return self.first_sealed_at is not None and moment > self.first_sealed_at + UPGRADE

    def _content_faults(self, row: Any) -> Iterator[str]:
        if entry_digest(row) != bytes(row.digest) or not self._payload_fits(row):
            yield f"entry {row.id} was changed"
        if row.version == 1:
            return
        if not _is_signed(self.keyring, row):
            yield f"entry {row.id} was not written by this installation"
        if row.recorded_at is None or row.recorded_by is None:
            yield f"entry {row.id} does not say when and by which role it was recorded"
        elif abs(row.at - row.recorded_at) > SKEW and not row.recorded_by.endswith(JOB_ROLE):
            yield f"entry {row.id} claims {row.at.isoformat()}, but was recorded {row.recorded_at.isoformat()}"

    def _payload_fits(self, row: Any) -> bool:
        if row.salt is None:
            return row.payload == {} and row.uid in self.erased
        return payload_digest(bytes(row.salt), row.payload) == bytes(row.payload_digest)


def _is_signed(keyring: Keyring, row: Any) -> bool:
    signature = bytes(row.signature) if row.signature else None
    return keyring.is_signed("audit", signature, entry_message(bytes(row.digest)))

"""Seals the log: numbers and chains entries older than every running transaction, signs each day's last link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert

from examops.audit.digests import VERSION, entry_line, head_message, link_digest
from examops.audit.models import AuditEntry, AuditHead, AuditSeal
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.locking import lock_all
from examops.core.queries import records_of

BATCH = 5000
# Entries that release 0.1.0 sealed have no number yet: they are numbered first, in the order of their links. A
# transaction number that this server has not reached comes from another one, whose backup was restored here.
READY = text(
    "number IS NULL AND (seal_number IS NOT NULL"
    " OR transaction_number < txid_snapshot_xmin(txid_current_snapshot())"
    " OR transaction_number >= txid_snapshot_xmax(txid_current_snapshot()))"
)


def seal_entries(keyring: Keyring, clock: Clock) -> int:
    """Add one link over all entries older than every running transaction; returns their number. Runs may overlap."""
    lock_all(("audit-seal", 0))
    order = (AuditEntry.seal_number.nulls_last(), AuditEntry.id)
    rows = db.session.execute(select(AuditEntry).where(READY).order_by(*order).limit(BATCH)).scalars().all()
    if not rows:
        return 0
    seal = _next_link(rows, clock)
    db.session.add(seal)
    db.session.flush()
    _number(rows, seal)
    _sign_day(keyring, clock, seal)
    return len(rows)


def _next_link(rows: Sequence[AuditEntry], clock: Clock) -> AuditSeal:
    previous_number, previous = _last_link()
    number, first, now = previous_number + 1, entries_numbered() + 1, clock.now()
    lines = [entry_line(first + index, row) for index, row in enumerate(rows)]
    digest = link_digest(number, previous, now, first, lines)
    return AuditSeal(
        number=number,
        version=VERSION,
        first_number=first,
        sealed_at=now,
        entries=[row.id for row in rows],
        previous=previous,
        digest=digest,
    )


def _last_link() -> tuple[int, bytes]:
    last = db.session.execute(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).scalar_one_or_none()
    return (last.number, bytes(last.digest)) if last else (0, b"")


def entries_numbered() -> int:
    """How many entries stand in links of version 2: the number of the last one."""
    newest = select(AuditSeal).where(AuditSeal.first_number.is_not(None)).order_by(AuditSeal.number.desc()).limit(1)
    last = db.session.execute(newest).scalar_one_or_none()
    return last_number(last) if last else 0


def last_number(seal: AuditSeal) -> int:
    """The number of the last entry of a link of version 2."""
    assert seal.first_number is not None
    return seal.first_number + len(seal.entries) - 1


def _number(rows: Sequence[AuditEntry], seal: AuditSeal) -> None:
    """By one statement: the policy lets only ``number`` and ``seal_number`` be written."""
    assert seal.first_number is not None
    numbered = text(
        "UPDATE audit_entry SET number = :first + n - 1, seal_number = coalesce(seal_number, :seal)"
        " FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS t(one, n) WHERE audit_entry.id = one"
    )
    values = {"first": seal.first_number, "seal": seal.number, "ids": [row.id for row in rows]}
    db.session.execute(numbered, values)


def _sign_day(keyring: Keyring, clock: Clock, seal: AuditSeal) -> None:
    signer, day = keyring.signer("audit"), today(clock)
    values = {"version": VERSION, "seal_number": seal.number, "digest": seal.digest}
    values["public_key"] = keyring.public_keys("audit")[0]
    values["signature"] = signer.sign(head_message(VERSION, day.isoformat(), seal.number, seal.digest))
    statement = insert(AuditHead).values(day=day, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=values))


def oldest_unsealed_seconds(clock: Clock) -> float:
    """Age of the oldest unsealed entry; over 60 s is an alarm."""
    (oldest,) = _oldest_unsealed()
    return (clock.now() - oldest).total_seconds() if oldest else 0.0


@records_of
def _oldest_unsealed() -> Select[datetime]:
    return select(func.min(AuditEntry.at)).where(AuditEntry.seal_number.is_(None))

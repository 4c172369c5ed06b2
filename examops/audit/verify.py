"""Recomputes the chain from the rows. Finds a changed, removed, added or reordered entry, link or head.

What was cut off at the end, or emptied, is found by the anchors outside the database (:mod:`examops.audit.anchors`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from examops.audit.digests import Entry, entry_line, head_message, link_digest, link_digest_v1
from examops.audit.entries import COLUMNS, EntryCheck
from examops.audit.models import AuditEntry, AuditHead, AuditSeal
from examops.audit.sealing import last_number
from examops.core.clock import local_day
from examops.core.database import db
from examops.core.keys import Keyring


def broken_links(keyring: Keyring) -> list[str]:
    """One line for each fault; empty when the chain is intact and every entry and head is signed by our own keys."""
    faults: list[str] = []
    check = EntryCheck.load(keyring)
    previous, expected, numbered = b"", 1, 0
    for seal in db.session.execute(select(AuditSeal).order_by(AuditSeal.number)).scalars():
        if seal.number != expected or bytes(seal.previous) != previous:
            faults.append(f"link {seal.number} does not follow link {expected - 1}")
        if seal.version != 1:
            if seal.first_number != numbered + 1:
                faults.append(f"link {seal.number} begins at number {seal.first_number}, not {numbered + 1}")
            numbered = last_number(seal) if seal.first_number else numbered
        faults += _link_faults(seal, check)
        previous, expected = bytes(seal.digest), seal.number + 1
    return [*faults, *_unsealed_faults(check), *_count_faults(numbered), *_head_faults(keyring)]


def _link_faults(seal: AuditSeal, check: EntryCheck) -> Iterator[str]:
    rows = {row.id: row for row in db.session.execute(COLUMNS.where(AuditEntry.id.in_(seal.entries)))}
    if missing := [number for number in seal.entries if number not in rows]:
        yield from (f"entry {number} of link {seal.number} is gone" for number in missing)
        return
    ordered = [rows[number] for number in seal.entries]
    yield from check.faults_of_link(seal, ordered)
    if _digest_of(seal, ordered) != bytes(seal.digest):
        yield f"link {seal.number} does not fit its entries"


def _digest_of(seal: AuditSeal, rows: Sequence[Entry]) -> bytes:
    if seal.version == 1:
        return link_digest_v1(bytes(seal.previous), [bytes(row.digest) for row in rows])
    first = seal.first_number or 0
    lines = [entry_line(first + index, row) for index, row in enumerate(rows)]
    return link_digest(seal.number, bytes(seal.previous), seal.sealed_at, first, lines)


def _unsealed_faults(check: EntryCheck) -> Iterator[str]:
    waiting = COLUMNS.where(AuditEntry.number.is_(None), AuditEntry.seal_number.is_(None))
    for row in db.session.execute(waiting):
        yield from check.faults_of_unsealed(row)


def _count_faults(numbered: int) -> list[str]:
    """Every entry that claims a number stands in exactly one link of version 2, and no two share an address."""
    claimed, uids, rows = db.session.execute(
        select(
            func.count().filter(AuditEntry.number.is_not(None)),
            func.count(AuditEntry.uid.distinct()),
            func.count(),
        ).select_from(AuditEntry)
    ).one()
    faults = [] if claimed == numbered else [f"{claimed} entries say they are numbered, links list {numbered}"]
    if uids != rows:
        faults.append(f"{rows - uids} entries stand twice in the log")
    sealed = db.session.execute(select(func.count()).where(AuditEntry.seal_number.is_not(None))).scalar_one()
    listed = select(func.unnest(AuditSeal.entries).label("id")).subquery()
    in_links = db.session.execute(select(func.count(listed.c.id.distinct()))).scalar_one()
    return faults if sealed == in_links else [*faults, f"{sealed} entries say they are sealed, links list {in_links}"]


def _head_faults(keyring: Keyring) -> Iterator[str]:
    """Each day with links has a head: its last link, signed by one of our keys."""
    seals = list(db.session.execute(select(AuditSeal.number, AuditSeal.sealed_at, AuditSeal.digest)))
    digests = {seal.number: bytes(seal.digest) for seal in seals}
    last = {local_day(seal.sealed_at): seal.number for seal in sorted(seals)}
    heads = {head.day: head for head in db.session.execute(select(AuditHead)).scalars()}
    yield from (f"the signed head of {day} is gone" for day in sorted(last.keys() - heads.keys()))
    for day, head in sorted(heads.items()):
        message = head_message(head.version, day.isoformat(), head.seal_number, bytes(head.digest))
        fits = last.get(day) == head.seal_number and digests.get(head.seal_number) == bytes(head.digest)
        if not fits or not keyring.is_signed("audit", bytes(head.signature), message):
            yield f"the signed head of {day} does not fit"

"""The register of persons under a changed secret. No role reads it; three functions answer while a change is on."""

from __future__ import annotations

from sqlalchemy import text

from examops.core.database import db
from examops.core.keys import open_id_number, seal_id_number
from examops.core.language import N_
from examops.core.rekeying import Batch, Change, KeyedStore, opened

LEFT = text("SELECT persons_left_to_rekey()")
NEXT = text("SELECT id, id_hash, id_sealed FROM persons_to_rekey(:after, :most)")
WRITE = text("SELECT person_id FROM persons_rekey(:ids, :hashes, :sealed) AS t(person_id)")


def _count_left(change: Change) -> int:
    return int(db.session.execute(LEFT).scalar_one())


def _write_batch(change: Change, after: int, most: int) -> Batch:
    """A number that stands in the register twice cannot be written: it is left as it is, and named."""
    rows = db.session.execute(NEXT, {"after": after, "most": most}).all()
    values, unread = opened(rows, lambda row: seal_id_number(change.ring, open_id_number(change.ring, row)))
    asked = {
        "ids": [number for number, _ in values],
        "hashes": [hashed for _, (hashed, _sealed) in values],
        "sealed": [sealed for _, (_hashed, sealed) in values],
    }
    written = set(db.session.execute(WRITE, asked).scalars()) if values else set()
    left = tuple(number for number in asked["ids"] if number not in written)
    return Batch(rows[-1].id if rows else None, len(written), unread + left)


STORES = (KeyedStore(("person.id_hash", "person.id_sealed"), N_("人员登记册"), _count_left, _write_batch),)

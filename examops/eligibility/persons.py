"""The city's register of persons, asked by ID number. No role reads the table itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from sqlalchemy import text

from examops.core.database import db
from examops.core.keys import Keyring, id_number_hashes, seal_id_number

BY_HASH = text(
    "SELECT h, coalesce(person_by_hash(h), person_by_hash(f)) AS person_id"
    " FROM unnest(CAST(:hashes AS bytea[]), CAST(:former AS bytea[])) AS t(h, f)"
)
REGISTER = text("SELECT id_hash, person_id FROM persons_for(:hashes, :sealed, :uids, :key_id, :former)")


def persons_on_record(numbers: Iterable[str], ring: Keyring) -> dict[str, int]:
    """ID number → person id, for those the register knows, under whichever secret they were written."""
    hashes = {id_number_hashes(ring, number): number for number in numbers if number}
    asked = {"hashes": [found[0] for found in hashes], "former": _former(hashes)}
    numbers_of = {found[0]: number for found, number in hashes.items()}
    rows = db.session.execute(BY_HASH, asked)
    return {numbers_of[bytes(row.h)]: row.person_id for row in rows if row.person_id is not None}


def register_persons(
    numbers: Iterable[str], ring: Keyring, new_uid: Callable[[], uuid.UUID] = uuid.uuid4
) -> dict[str, int]:
    """ID number → person id; who is not in the register yet is added. Somebody written under the secret of before is
    found by it and moves to the present one. The database refuses a process that holds the secret of before alone.
    """
    by_number = {number: id_number_hashes(ring, number) for number in numbers}
    hashes = {same: number for number, same in by_number.items()}
    sealed = [seal_id_number(ring, number) for number in hashes.values()]
    asked = {"hashes": [one[0] for one in sealed], "sealed": [one[1] for one in sealed], "former": _former(hashes)}
    rows = db.session.execute(REGISTER, {**asked, "uids": [new_uid() for _ in sealed], "key_id": ring.key_id})
    found = {bytes(row.id_hash): row.person_id for row in rows}
    return {number: found[same[0]] for number, same in by_number.items()}


def _former(hashes: Iterable[tuple[bytes, ...]]) -> list[bytes | None]:
    return [found[1] if len(found) > 1 else None for found in hashes]

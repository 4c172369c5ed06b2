"""Advisory locks on limited resources: taken once per transaction, in sorted order, before counting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import text

from examops.core.database import db


def lock_number(kind: str, key: int) -> int:
    """By which the database knows the lock on ``(kind, id)``."""
    digest = hashlib.blake2b(f"{kind}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lock_all(*keys: tuple[str, int]) -> None:
    """Take advisory locks on every ``(kind, id)`` until the end of the transaction.

    Sorted, so that two transactions cannot deadlock. Call once per transaction.
    """
    numbers = sorted({lock_number(kind, key) for kind, key in keys})
    db.session.execute(
        text(
            "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) WITH ORDINALITY AS t(k, n) ORDER BY n"
        ),
        {"keys": numbers},
    )


def try_lock(kind: str, key: int) -> bool:
    """Take the lock on ``(kind, id)`` until the end of the transaction, or return False where somebody else has it."""
    taken = text("SELECT pg_try_advisory_xact_lock(:number)")
    return bool(db.session.execute(taken, {"number": lock_number(kind, key)}).scalar_one())


def lock_keys(kind: str, ids: Iterable[int]) -> list[tuple[str, int]]:
    return [(kind, key) for key in ids]

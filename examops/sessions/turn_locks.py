"""The lock that stands between bookings and whatever changes turns: the turn's own row."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from examops.core.database import db

LOCK = text("SELECT id FROM turn WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
LOCK_OF_SESSION = text("SELECT id FROM turn WHERE session_id = :session ORDER BY id FOR NO KEY UPDATE")


def lock_turns(turn_ids: Iterable[int]) -> None:
    """Nobody is booked into them until the end of the transaction. Call it before the session's row is locked."""
    db.session.execute(LOCK, {"ids": list(turn_ids)})


def lock_turns_of(session_id: int) -> None:
    """All turns of the session."""
    db.session.execute(LOCK_OF_SESSION, {"session": session_id})

"""Writes bookings with their tickets, their lines in the log and the places they take, in one statement.

It is long because it is the only one: every further statement makes a booking dearer, and all that happens between the
first lock and the commit makes whoever wants the same turn wait. So nothing is locked before, and what may have changed
since it was read is asked again here: the turn is the one that was checked and has places (locked, and counted after
the lock), the session takes bookings (locked FOR SHARE, so that a declaration waits or is waited for), and the
application has not been withdrawn (KEY SHARE, for the same reason). The turn goes first, here and wherever more is
locked (``examops/sessions/turn_locks.py``): who waits for a place holds nothing.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import column, text
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from examops.audit import ENTRY_COLUMNS, new_entry
from examops.core.actor import Actor
from examops.core.database import db, owner_of
from examops.core.language import N_, message
from examops.core.prepared import Prepared
from examops.sessions.booking.asking import PlacedBooking
from examops.sessions.booking.tickets import new_ticket
from examops.sessions.models import Turn
from examops.sessions.states import BookingState
from examops.sessions.tags import Tag
from examops.sessions.turn_locks import lock_turns

COLUMNS = {
    "BOOKING": "uid, body_id, district, application_id, person_id, part, session_id, turn_id, during, state",
    "TICKET": "uid, body_id, district, application_id, number, code_digest, code_sealed, issued_at",
    "ENTRY": ", ".join(ENTRY_COLUMNS),
}
WRITE = """
  WITH wish AS (
    SELECT * FROM json_to_recordset(CAST(:bookings AS json)) AS one (n integer, uid uuid, body_id bigint, district text,
      application_id bigint, person_id bigint, part text, session_id bigint, turn_id bigint, turn bigint, state text)
  ), place AS (
    UPDATE turn SET taken = turn.taken + asked.people
    FROM (SELECT turn_id, turn, district, count(*) AS people FROM wish GROUP BY turn_id, turn, district) AS asked
    WHERE turn.id = ANY (CAST(:turns AS bigint[])) AND turn.id = asked.turn_id
      AND turn.number = asked.turn AND turn.district = asked.district
      AND turn.taken + asked.people <= turn.capacity
    RETURNING turn.id, turn.session_id, turn.during, turn.taken
  ), open AS (
    SELECT id FROM exam_session
    WHERE id = ANY (CAST(:sessions AS bigint[])) AND id IN (SELECT session_id FROM place)
      AND state IN ('draft', 'returned') AND bookings_close_at > :now ORDER BY id FOR SHARE
  ), valid AS (
    SELECT id FROM application WHERE id = ANY (CAST(:applications AS bigint[])) AND state = 'accepted'
      AND EXISTS (SELECT FROM open) ORDER BY id FOR KEY SHARE
  ), made AS (
    INSERT INTO booking (BOOKING) SELECT wish.uid, wish.body_id, wish.district, wish.application_id, wish.person_id,
      wish.part, wish.session_id, wish.turn_id, place.during, wish.state
    FROM wish JOIN place ON place.id = wish.turn_id JOIN open ON open.id = place.session_id
    JOIN valid ON valid.id = wish.application_id ORDER BY wish.n
    ON CONFLICT DO NOTHING RETURNING id, uid, application_id, turn_id
  ), issued AS (
    INSERT INTO ticket (TICKET) SELECT TICKET FROM json_populate_recordset(NULL::ticket, CAST(:tickets AS json))
    WHERE application_id IN (SELECT application_id FROM made)
    ON CONFLICT (application_id) DO NOTHING RETURNING uid
  ), logged AS (
    INSERT INTO audit_entry (ENTRY) SELECT ENTRY FROM json_populate_recordset(NULL::audit_entry, CAST(:entries AS json))
    WHERE subject_uid IN (SELECT uid FROM made UNION ALL SELECT uid FROM issued)
  )
  SELECT made.uid, made.id, place.id AS turn_id, place.taken FROM place LEFT JOIN made ON made.turn_id = place.id
"""


def _statement(sql: str) -> Prepared:
    """With each word of COLUMNS as its columns."""
    filled = text(re.sub("|".join(COLUMNS), lambda word: COLUMNS[word[0]], sql))
    return Prepared(filled.columns(*map(column, ("uid", "id", "turn_id", "taken"))))


OR_LEAVE_OUT, OR_RAISE = (
    _statement(WRITE),
    _statement(WRITE.replace("ON CONFLICT DO NOTHING RETURNING id", "RETURNING id")),
)
GIVE_BACK = text("UPDATE turn SET taken = taken - :unused WHERE id = :turn RETURNING taken")
LOCK_SESSIONS = text("SELECT id FROM exam_session WHERE id = ANY (:ids) ORDER BY id FOR SHARE")
LOCK_APPLICATIONS = text("SELECT id FROM application WHERE id = ANY (:ids) ORDER BY id FOR KEY SHARE")


def write_bookings(
    rows: Sequence[Any], *, actor: Actor, now: datetime, raises: bool = False
) -> list[PlacedBooking | None]:
    """Book checked rows of :data:`examops.sessions.booking.asking.FIND`; None for each that was left out.

    Left out are all rows of a turn that has not places for all of them, has changed or takes no bookings any more, and
    rows that break a constraint: somebody else was faster, or another body, whose rows are invisible here, holds the
    person's time.
    With ``raises`` a broken constraint is an :class:`~sqlalchemy.exc.IntegrityError`; call that inside a savepoint.
    """
    if not rows:
        return []
    turns = Counter(row.turn_id for row in rows)
    if len(turns) > 1:  # an UPDATE locks in an order of its own
        lock_turns(turns)
    uids = [uuid.uuid4() for _ in rows]
    found = (OR_RAISE if raises else OR_LEAVE_OUT).all(**_values(rows, uids, actor, now))
    made = {row.uid: row for row in found if row.uid}
    taken = {row.turn_id: row.taken for row in found}
    turns.subtract(row.turn_id for row in made.values())
    for turn_id in taken:
        if unused := turns[turn_id]:
            taken[turn_id] = db.session.execute(GIVE_BACK, {"turn": turn_id, "unused": unused}).scalar_one()
    _refresh_taken(taken)
    return [_placed(made.get(uid)) for uid in uids]


def lock_for_booking(rows: Iterable[Any]) -> None:
    """What a booking locks, in its order; whatever is read afterwards stays so until the end of the transaction."""
    found = list(rows)
    lock_turns({row.turn_id for row in found})
    db.session.execute(LOCK_SESSIONS, {"ids": list({row.session_id for row in found})})
    db.session.execute(LOCK_APPLICATIONS, {"ids": list({row.application_id for row in found})})


def _values(rows: Sequence[Any], uids: Sequence[UUID], actor: Actor, now: datetime) -> dict[str, Any]:
    tickets = [new_ticket(_application(row), row.ticket_number, now) for row in rows if row.ticket_number]
    entries = [_made(row, uid, actor) for row, uid in zip(rows, uids, strict=True)]
    entries += [_issued(ticket, actor) for ticket in tickets]
    bookings = [_booking(n, row, uid) for n, (row, uid) in enumerate(zip(rows, uids, strict=True))]
    plain = {"bookings": bookings, "tickets": tickets, "entries": entries}
    values = {name: json.dumps(one, default=_plain) for name, one in plain.items()}
    # Named beside the wishes: of their JSON the planner expects a hundred rows, and would read whole tables for them.
    named = {"turns": list({row.turn_id for row in rows}), "sessions": list({row.session_id for row in rows})}
    asked = {**named, "applications": [row.application_id for row in rows]}
    return {**values, **asked, "now": now}


def _booking(n: int, row: Any, uid: UUID) -> dict[str, Any]:
    placed = {"session_id": row.session_id, "turn_id": row.turn_id, "turn": row.turn, "state": BookingState.CONFIRMED}
    person = {"application_id": row.application_id, "person_id": row.person_id, "part": row.part}
    return {"n": n, "uid": uid, **owner_of(row), **person, **placed}


def _application(row: Any) -> SimpleNamespace:
    return SimpleNamespace(
        id=row.application_id, level=row.level, body_id=row.body_id, district=row.application_district
    )


def _made(row: Any, uid: UUID, actor: Actor) -> dict[str, Any]:
    subject = SimpleNamespace(__tablename__="booking", uid=uid, **owner_of(row))
    words = message(N_("{session} 第 {turn} 轮"), session=row.session, turn=row.turn)
    return new_entry(Tag.BOOKING_MADE, actor, subject, words=words, application=row.application)


def _issued(ticket: dict[str, Any], actor: Actor) -> dict[str, Any]:
    subject = SimpleNamespace(__tablename__="ticket", **ticket)
    return new_entry(Tag.TICKET_ISSUED, actor, subject, words=ticket["number"])


def _plain(value: Any) -> str:
    """As the database reads it in JSON."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _placed(row: Any) -> PlacedBooking | None:
    return PlacedBooking(row.id, row.uid, BookingState.CONFIRMED, row.turn_id) if row else None


def _refresh_taken(taken: dict[int, int]) -> None:
    """What the session holds of these turns goes on being true."""
    for turn_id, value in taken.items():
        turn = db.session().identity_map.get(identity_key(Turn, turn_id))
        if turn is not None:
            set_committed_value(turn, "taken", value)

"""The floor under a desk: two Flask routes on the same engine, pool and row security, served by the same gunicorn.

``GET /state/SESSION`` reads how many of each turn are in, ``POST /scans`` finds a ticket by its code and writes the
least rows that a scan is made of: booking, sitting, scan, one line of the log. Nobody is signed in, nothing is checked,
drawn, sealed or signed. ``gunicorn bench.bare_desk:create()``.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from bench import bare
from examops.checkin.models import Lot, Scan, Sitting
from examops.core.database import db, owner_of, table_of
from examops.core.keys import digest_of
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.models import Booking, ExamSession, Ticket, Turn

SESSIONS, TURNS, BOOKINGS, TICKETS, LOTS, SITTINGS, SCANS = (
    table_of(one) for one in (ExamSession, Turn, Booking, Ticket, Lot, Sitting, Scan)
)
IS_IN = BOOKINGS.c.state.in_(("checked_in", "completed"))
TURN_COUNTS = (
    sa.select(TURNS.c.number, TURNS.c.during, sa.func.count(), sa.func.count().filter(IS_IN))
    .join(SESSIONS, SESSIONS.c.id == TURNS.c.session_id)
    .join(BOOKINGS, BOOKINGS.c.turn_id == TURNS.c.id)
    .where(SESSIONS.c.uid == sa.bindparam("session_uid", type_=sa.Uuid))
    .group_by(TURNS.c.id)
)
FOUND = (
    sa.select(BOOKINGS, LOTS.c.workstation_id)
    .join(TICKETS, TICKETS.c.application_id == BOOKINGS.c.application_id)
    .join(LOTS, LOTS.c.booking_id == BOOKINGS.c.id)
    .where(TICKETS.c.code_digest == sa.bindparam("digest", type_=sa.LargeBinary))
)
CAME = sa.update(BOOKINGS).where(BOOKINGS.c.id == sa.bindparam("booking")).values(state="checked_in")
SAT, SCANNED = (sa.insert(table).inline() for table in (SITTINGS, SCANS))


def create() -> Flask:
    app = bare.create()
    app.add_url_rule("/state/<uuid:session_uid>", view_func=state)
    app.add_url_rule("/scans", view_func=scan, methods=["POST"])
    return app


def state(session_uid: uuid.UUID) -> ResponseReturnValue:
    with transaction(SYSTEM):
        rows = db.session.execute(TURN_COUNTS, {"session_uid": session_uid}).all()
    turns = [{"number": row[0], "time": row[1].lower.isoformat(), "due": row[2], "present": row[3]} for row in rows]
    return jsonify({"turns": turns})


def scan() -> ResponseReturnValue:
    asked, uid = request.get_json(), uuid.uuid4()
    with transaction(SYSTEM):
        booking = db.session.execute(FOUND, {"digest": digest_of(asked["code"])}).one()
        _write(booking, uid, uuid.UUID(asked["nonce"]))
    return jsonify({"scan_uid": str(uid)})


def _write(booking: Any, uid: uuid.UUID, nonce: uuid.UUID) -> None:
    execute, owner, now = db.session.execute, owner_of(booking), datetime.now(UTC)
    of = {**owner, "booking_id": booking.id, "session_id": booking.session_id}
    execute(CAME, {"booking": booking.id})
    seat = {"turn_id": booking.turn_id, "workstation_id": booking.workstation_id, "identity_doubt": ""}
    execute(SAT, {**of, **seat, "uid": uuid.uuid4(), "entered_at": now, "admitted_by": ""})
    read = {"desk": "", "operator_uid": uid, "nonce": nonce, "via": "scanner", "outcome": "admitted", "reason": ""}
    execute(SCANNED, {**of, **read, "uid": uid, "answer": {}, "scanned_at": now, "received_at": now})
    entry = {**bare.ENTRY, "tag": "scan:admitted", "subject_kind": "scan", "subject_uid": uid}
    execute(bare.LOGGED, {**owner, **entry, "uid": uuid.uuid4(), "at": now})

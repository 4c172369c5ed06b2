"""The floor under a booking: a Flask route on the same engine, pool and row security, served by the same gunicorn.

It reads turn and application by their uids, takes the place and writes the least rows that a booking is made of:
booking, ticket, one line of the log. Nobody is signed in, nothing is checked, sealed or signed.
``gunicorn bench.bare:create()``.
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

import examops.app.tables  # noqa: F401  relations name tables of other domains
from config.settings import load
from examops.audit.models import AuditEntry
from examops.core.connections import engine_options, role_url
from examops.core.database import db, owner_of
from examops.core.garbage import freeze_what_started
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Application
from examops.sessions.models import Booking, Ticket, Turn

TURNS, APPLICATIONS, *WRITTEN = (
    cast(sa.Table, one.__table__) for one in (Turn, Application, Booking, Ticket, AuditEntry)
)
FOUND = sa.select(TURNS, APPLICATIONS.c.id.label("applied"), APPLICATIONS.c.person_id).join(APPLICATIONS, sa.true())
TAKEN = sa.update(TURNS).where(TURNS.c.taken < TURNS.c.capacity).values(taken=TURNS.c.taken + 1)
BOOKED, ISSUED, LOGGED = (sa.insert(table).inline() for table in WRITTEN)
ENTRY: dict[str, Any] = {"version": 2, "tag": "booking:made", "actor_kind": "user", "actor_name": "", "actor_role": ""}
ENTRY |= {"subject_kind": "booking", "subject_words": "", "payload": {}, "salt": bytes(16)}
ENTRY |= {"payload_digest": bytes(32), "digest": bytes(32), "signature": bytes(64)}


def create() -> Flask:
    settings, app = load(os.environ), Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = role_url(settings, "web")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options("web", settings.threads)
    db.init_app(app)
    app.add_url_rule("/bookings", view_func=book, methods=["POST"])
    freeze_what_started()
    return app


def book() -> ResponseReturnValue:
    asked = request.get_json()
    with transaction(SYSTEM):
        named = (TURNS.c.uid == asked["turn_uid"], APPLICATIONS.c.uid == asked["application_uid"])
        turn = db.session.execute(FOUND.where(*named)).one()
        uid = uuid.uuid4()
        _write(turn, uid)
    return jsonify({"booking_uid": str(uid)}), 201


def _write(turn: Any, uid: uuid.UUID) -> None:
    execute, owner, number = db.session.execute, owner_of(turn), uuid.uuid4().hex
    execute(TAKEN.where(TURNS.c.id == turn.id))
    booking = {"application_id": turn.applied, "person_id": turn.person_id, "part": "skill", "state": "confirmed"}
    booking |= {"session_id": turn.session_id, "turn_id": turn.id, "during": turn.during}
    execute(BOOKED, {**owner, "uid": uid, **booking})
    ticket = {"application_id": turn.applied, "number": number, "code_digest": number.encode(), "code_sealed": b""}
    execute(ISSUED, {**owner, "uid": uuid.uuid4(), "issued_at": datetime.now(UTC), **ticket})
    execute(LOGGED, {**owner, **ENTRY, "uid": uuid.uuid4(), "at": datetime.now(UTC), "subject_uid": uid})

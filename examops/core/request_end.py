"""Ends what a request only read with COMMIT instead of ROLLBACK.

psycopg drops its prepared statements after a ROLLBACK, so the next request would have every statement planned anew:
about a dozen plans a page. What was written outside of :func:`examops.core.transaction.transaction` is still rolled
back: nothing is kept because a request happened to end. Only a function that writes and is called in a SELECT goes
unseen here; such calls stand inside of ``transaction``.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from examops.core.database import db

log = logging.getLogger(__name__)
WROTE = "examops_wrote"
READS = re.compile(r"\s*(SELECT|SHOW|SET|WITH(?!.*\b(INSERT|UPDATE|DELETE)\b))\b", re.IGNORECASE | re.DOTALL).match


def writes(statement: str) -> bool:
    """Whether a statement may change something."""
    return READS(statement) is None


def install_request_end(app: Flask) -> None:
    @app.teardown_request
    def end_reads(error: BaseException | None) -> None:
        session = db.session()
        if error is None and session.in_transaction() and has_only_read(session):
            try:
                session.commit()
            except DBAPIError as lost:  # everything was read and the answer is made: the connection alone is bad
                log.warning("a request that only read could not end its transaction: %s", type(lost.orig).__name__)
                session.rollback()


def has_only_read(session: Session) -> bool:
    """Whether the running transaction holds nothing that a commit would keep."""
    pending = session.new or session.dirty or session.deleted
    return session.is_active and not pending and not session.connection().info.get(WROTE)


@event.listens_for(Session, "after_begin")
def _begin(session: Session, transaction: Any, connection: Any) -> None:
    connection.info[WROTE] = False


@event.listens_for(Engine, "after_cursor_execute")
def _note_writes(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    if writes(statement):
        connection.info[WROTE] = True

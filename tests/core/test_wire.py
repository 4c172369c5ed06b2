"""Statements by one round trip: the same transaction, rows and errors as by psycopg's cursor, whatever happens to the
connection meanwhile."""

from __future__ import annotations

from threading import Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import BigInteger, Boolean, Text, bindparam, column, func, select, text
from sqlalchemy.exc import DBAPIError

from examops.core.database import db
from examops.core.prepared import Prepared
from examops.core.scope import SYSTEM, scoped
from examops.core.wire import wire_of
from examops.organisations.models import Body
from tests.patience import wait_for

ECHO = select(
    bindparam("given", type_=Text).label("given"), func.current_setting("transaction_isolation").label("level")
)
ENDS = Prepared(
    text("SELECT CASE WHEN :ends THEN pg_terminate_backend(pg_backend_pid()) END AS ended")
    .bindparams(bindparam("ends", type_=Boolean))
    .columns(column("ended"))
)
DIVIDED = Prepared(
    text("SELECT 6 / CAST(:by AS integer) AS found")
    .bindparams(bindparam("by", type_=BigInteger))
    .columns(column("found"))
)


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield
        db.session.remove()


def _status() -> TransactionStatus:
    return wire_of(db.session.connection()).driver.info.transaction_status


def _known(query: Prepared, **values: Any) -> None:
    """The connection knows it from now on."""
    query.all(**values)
    db.session.commit()


def test_the_first_statement_begins_the_transaction(monkeypatch) -> None:
    query = Prepared(ECHO)
    _known(query, given="a")
    monkeypatch.delattr(psycopg, "RawCursor")
    assert query.one(given="50 % {b}") == ("50 % {b}", "read committed")
    assert _status() == TransactionStatus.INTRANS
    assert query.one(given="c").given == "c"


def test_the_last_one_ends_it(monkeypatch) -> None:
    query = Prepared(ECHO, is_last=True)
    assert query.one(given="a").given == "a"  # by the cursor
    assert _status() == TransactionStatus.IDLE
    db.session.commit()
    monkeypatch.delattr(psycopg, "RawCursor")
    assert query.one(given="b").given == "b"
    assert _status() == TransactionStatus.IDLE


def test_what_was_written_is_not_committed_by_a_look(make) -> None:
    query, body = Prepared(ECHO, is_last=True), make.body()
    _known(query, given="a")
    with scoped(SYSTEM):
        db.session.get_one(Body, body.id).short_name = "不该留下"
        query.one(given="b")
        assert _status() == TransactionStatus.INTRANS
        db.session.rollback()
        assert db.session.get_one(Body, body.id).short_name != "不该留下"


def test_behind_the_last_one_nothing_is_seen(make) -> None:
    make.body()
    db.session.remove()
    with scoped(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(Body)).scalar()
        Prepared(ECHO, is_last=True).one(given="a")
        assert not db.session.execute(select(func.count()).select_from(Body)).scalar()


def test_an_error_leaves_the_connection_usable() -> None:
    _known(DIVIDED, by=3)
    for _ in range(2):  # as the first statement and, after the rollback, by the cursor again
        with pytest.raises(DBAPIError, match="division by zero"):
            DIVIDED.one(by=0)
        db.session.rollback()
    _known(DIVIDED, by=3)
    assert DIVIDED.one(by=2).found == 3
    with pytest.raises(DBAPIError, match="division by zero"):
        DIVIDED.one(by=0)
    db.session.rollback()
    assert DIVIDED.one(by=1).found == 6


def test_a_connection_lost_in_the_midst_is_not_used_again() -> None:
    _known(ENDS, ends=False)
    with pytest.raises(DBAPIError) as raised:
        ENDS.one(ends=True)
    assert raised.value.connection_invalidated
    db.session.rollback()
    assert ENDS.one(ends=False).ended is None


def test_an_interrupted_connection_is_not_used_again(monkeypatch) -> None:
    _known(DIVIDED, by=3)
    wire = wire_of(db.session.connection())

    class Interrupted:
        def poll(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(wire, "_readable", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        DIVIDED.one(by=2)
    assert wire.driver.closed
    db.session.remove()
    assert DIVIDED.one(by=2).found == 3


def test_more_than_a_socket_takes_at_once() -> None:
    query = Prepared(ECHO)
    _known(query, given="a")
    given = "长" * 4_000_000
    assert query.one(given=given).given == given


def test_other_threads_work_while_one_waits_for_a_lock(app: Flask) -> None:
    """The one that holds the lock is in the same process: were it stopped, the lock would be refused in 3 s."""
    locked = Prepared(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger)).label("held")))
    _known(locked, key=1)
    locked.one(key=4711)
    failed: list[DBAPIError] = []

    def wait() -> None:
        with app.app_context():
            try:
                _known(locked, key=2)
                locked.one(key=4711)
            except DBAPIError as error:
                failed.append(error)
            db.session.remove()

    waits = Thread(target=wait)
    waits.start()
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 4711")
    wait_for(lambda: db.session.execute(waiting).scalar())
    db.session.rollback()
    waits.join()
    assert not failed

"""One round trip for a prepared statement: what psycopg's cursor does around libpq, without the cursor.

A short query through ``Connection.execute`` costs the web several times what libpq does for it (docs/benchmarks.md),
and BEGIN goes over the wire by itself before it, COMMIT behind it. Here BEGIN, a statement and, where its caller says
that nothing follows, COMMIT are sent and answered together (libpq's pipeline). Parameters and rows are converted by
psycopg's adapters, and psycopg alone keeps which statements a connection knows: what it does not know yet, or has to
tidy up first, goes through its cursor.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg._preparing import Prepare
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from sqlalchemy import Connection

WIRE = "examops_wire"
FAILED, END = ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_SYNC
IDLE, INTRANS = TransactionStatus.IDLE, TransactionStatus.INTRANS


class Statement:
    """SQL with ``$1``, ``$2`` for its parameters."""

    def __init__(self, sql: str, parameters: int) -> None:
        self.sql, self.query = sql, sql.encode()
        self.formats = [PyFormat.AUTO] * parameters


@dataclass(frozen=True, slots=True)
class _Key:
    """What psycopg finds a prepared statement by: the types are those of the parameters of this time."""

    query: bytes
    types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """``count``: rows that came or were changed. ``rows``: all that came, made by a function of their values."""

    count: int
    rows: Callable[[Callable[[Any], Any]], list[Any]]


class Wire:
    """One connection of psycopg, used by one thread at a time as that is."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver, self._libpq = driver, driver.pgconn
        self._adapters: Any = Transformer(driver)
        self._known: Any = driver._prepared
        self._readable, self._either = select.poll(), select.poll()
        self._readable.register(driver.pgconn.socket, select.POLLIN)
        self._either.register(driver.pgconn.socket, select.POLLIN | select.POLLOUT)

    def send(
        self, statement: Statement, values: Sequence[Any], *, is_last: bool = False, prepare: bool | None = True
    ) -> Answer:
        """``is_last``: of its transaction, which is committed with it. ``prepare`` as psycopg's. Raises psycopg's
        exceptions."""
        given = self._adapters.dump_sequence(values, statement.formats)
        key = _Key(statement.query, self._adapters.types or ())
        known, name = self._known.get(key, prepare)
        if known is not Prepare.YES or self._known._to_flush or not self._is_plain():
            return self._by_cursor(statement, values, is_last, prepare)
        self._known.maybe_add_to_cache(key, known, name)  # the one used last is the last to be forgotten
        return self._together(name, given, is_last)

    def _is_plain(self) -> bool:
        driver = self.driver
        is_special = driver.autocommit or driver.read_only is not None or driver.deferrable is not None
        return not is_special and self._libpq.transaction_status in (IDLE, INTRANS)

    def _by_cursor(self, statement: Statement, values: Sequence[Any], is_last: bool, prepare: bool | None) -> Answer:
        cursor = psycopg.RawCursor(self.driver)
        cursor.execute(cast(Any, statement.sql), values, prepare=prepare)
        if is_last:
            self.driver.commit()
        return Answer(cursor.rowcount, lambda make: [make(row) for row in cursor.fetchall()])

    def _together(self, name: bytes, given: Sequence[Any], is_last: bool) -> Answer:
        begins = self._libpq.transaction_status == IDLE
        try:
            results = self._sent(name, given, begins, is_last)
        except BaseException:  # in the midst of an answer: nobody could say which one is read next
            self.driver.close()
            raise
        for result in results:
            if result.status == FAILED:
                raise error_from_result(result, encoding=self._adapters.encoding)
        return self._answer(results[1 if begins else 0])

    def _sent(self, name: bytes, given: Sequence[Any], begins: bool, is_last: bool) -> list[Any]:
        libpq = self._libpq
        libpq.enter_pipeline_mode()
        if begins:
            libpq.send_query_params(self._begin(), None)
        libpq.send_query_prepared(name, given, param_formats=self._adapters.formats)
        if is_last:
            libpq.send_query_params(b"COMMIT", None)
        libpq.pipeline_sync()
        while libpq.flush():
            self._either.poll()
            libpq.consume_input()
        results = self._received()
        libpq.exit_pipeline_mode()
        return results

    def _begin(self) -> bytes:
        level = self.driver.isolation_level
        return b"BEGIN" if level is None else b"BEGIN ISOLATION LEVEL " + level.name.replace("_", " ").encode()

    def _received(self) -> list[Any]:
        """One result for each command. Other threads work while this one waits."""
        libpq, found = self._libpq, list[Any]()
        while True:
            while libpq.is_busy():
                self._readable.poll()
                libpq.consume_input()
            result = libpq.get_result()
            if result is None:  # between two of them
                if libpq.status == ConnStatus.BAD:
                    raise psycopg.OperationalError("the connection is lost")
            elif result.status == END:
                return found
            else:
                found.append(result)

    def _answer(self, result: Any) -> Answer:
        adapters = self._adapters

        def rows(make: Callable[[Any], Any]) -> list[Any]:
            adapters.set_pgresult(result)
            return cast("list[Any]", adapters.load_rows(0, result.ntuples, make))

        return Answer(result.ntuples or result.command_tuples or 0, rows)


def wire_of(connection: Connection) -> Wire:
    """That of a connection of the pool, as long as it is the same one."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    wire: Wire | None = connection.info.get(WIRE)
    if wire is None or wire.driver is not driver:
        wire = connection.info[WIRE] = Wire(driver)
    return wire

"""Statements that every request, booking or scan sends: compiled once, then given to psycopg as they are.

SQLAlchemy finds a statement again by hashing its whole tree and makes cursor, description and result objects for each
execution: three quarters of what a short query costs the web (docs/benchmarks.md). This module goes past that and keeps
the rest: the session's connection and transaction, the types of parameters and columns, the event by which statements
are seen, and SQLAlchemy's exceptions. It is for what is sent often; everything else stays ordinary.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, cast

import psycopg
from psycopg.sql import Literal
from sqlalchemy import ARRAY, Boolean, Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import SelectBase

from examops.core.database import db
from examops.core.request_end import WROTE, writes
from examops.core.wire import Answer, Statement, wire_of

DIALECT: Any = PGDialect_psycopg()  # type: ignore[no-untyped-call]
Convert = Callable[[Any], Any]
KNOWN = (ARRAY, Boolean)  # what SQLAlchemy does to these psycopg does too
PLACE = re.compile(r"%(?:\((?P<name>[^)]+)\)s|%)")


class Prepared:
    """A statement whose parameters are named, each a ``bindparam`` that carries its type or stands in a CAST.

    Every parameter has to be given. Values that the statement holds itself are written into it. Columns come back by
    name, in their types; of an entity come its columns.

    ``is_last``: nothing is asked behind it, so what has only read ends with it, by the same round trip. A statement
    that came behind it all the same would find no scope, and so no row.
    """

    def __init__(self, statement: Executable, *, is_last: bool = False) -> None:
        self._statement, self._is_last = statement, is_last

    def run(self, **values: Any) -> int:
        """For a statement that returns nothing: how many rows it changed."""
        return self._send(values).count

    def all(self, **values: Any) -> list[Any]:
        make, readers = self._row
        return self._send(values).rows((lambda row: make(converted(row, readers))) if readers else make)

    def first(self, **values: Any) -> Any:
        """None without a row."""
        return next(iter(self.all(**values)), None)

    def one_or_none(self, **values: Any) -> Any:
        found = self.all(**values)
        if len(found) > 1:
            raise MultipleResultsFound("more than one row")
        return found[0] if found else None

    def one(self, **values: Any) -> Any:
        found = self.one_or_none(**values)
        if found is None:
            raise NoResultFound("no row")
        return found

    def send_on(self, connection: Connection, values: Mapping[str, Any]) -> Answer:
        """In the transaction of a connection, whatever a session has pending."""
        if self._converted:
            values = {**values, **{name: convert(values[name]) for name, convert in self._converted}}
        if self._writes:
            connection.info[WROTE] = True
        return send(connection, self.sql, self.placed, values, is_last=self._is_last and not connection.info.get(WROTE))

    def _send(self, values: dict[str, Any]) -> Answer:
        session = db.session()
        session.flush()  # what was changed as objects goes first, as with session.execute()
        return self.send_on(session.connection(), values)

    @cached_property
    def _compiled(self) -> SQLCompiler:
        """Later than the import: mapped classes name each other before all of them are there."""
        return cast(SQLCompiler, cast(ClauseElement, self._statement).compile(dialect=DIALECT))

    @cached_property
    def sql(self) -> str:
        """In psycopg's form."""
        state = self._compiled.construct_expanded_state(self._compiled.params)
        found, asked = state.statement, {name for bind, name in self._compiled.bind_names.items() if bind.required}
        for name, value in state.parameters.items():
            if name not in asked:
                convert = self._convert.get(name)
                found = found.replace(f"%({name})s", _literal(convert(value) if convert else value))
        return found

    @cached_property
    def placed(self) -> tuple[Statement, list[str]]:
        """In PostgreSQL's form, and the names of its parameters in order."""
        return in_places(self.sql)

    @cached_property
    def _writes(self) -> bool:
        return writes(self.sql)

    @cached_property
    def _convert(self) -> dict[str, Convert]:
        """How parameters are converted that psycopg does not know."""
        types = {name: bind.type for bind, name in self._compiled.bind_names.items()}
        asked = {name: one.dialect_impl(DIALECT) for name, one in types.items() if not isinstance(one, KNOWN)}
        return {name: convert for name, one in asked.items() if (convert := one.bind_processor(DIALECT))}

    @cached_property
    def _converted(self) -> list[tuple[str, Convert]]:
        """Of :attr:`_convert` those that come with the execution."""
        asked = {name for bind, name in self._compiled.bind_names.items() if bind.required}
        return [(name, convert) for name, convert in self._convert.items() if name in asked]

    @cached_property
    def _row(self) -> tuple[Callable[[Any], Any], list[tuple[int, Convert]]]:
        """The class of a row, and how those of its columns are converted that psycopg does not know."""
        columns = list(cast(SelectBase, self._statement).selected_columns)
        types = (column.type.dialect_impl(DIALECT) for column in columns)
        readers = [(n, reader) for n, type_ in enumerate(types) if (reader := type_.result_processor(DIALECT, None))]
        row = cast(Any, namedtuple)("Row", [str(column.key) for column in columns], rename=True)
        return row._make, cast("list[tuple[int, Convert]]", readers)


Placed = tuple[Statement, list[str]]


def in_places(sql: str) -> Placed:
    """A statement of psycopg's form in PostgreSQL's, and the names of its parameters in order."""
    names = list(dict.fromkeys(found["name"] for found in PLACE.finditer(sql) if found["name"]))
    places = {name: f"${n}" for n, name in enumerate(names, 1)}
    placed = PLACE.sub(lambda found: places[found["name"]] if found["name"] else "%", sql)
    return Statement(placed, len(names)), names


def send(
    connection: Connection,
    sql: str,
    placed: Placed,
    values: Mapping[str, Any],
    *,
    is_last: bool = False,
    prepare: bool | None = True,
) -> Answer:
    """``prepare`` as psycopg's: at once, or (None) when the connection has seen the statement a few times.

    Raises what SQLAlchemy would raise."""
    for seen in connection.engine.dispatch.before_cursor_execute:
        seen(connection, None, sql, values, None, False)
    statement, names = placed
    wire = wire_of(connection)
    try:
        if missing := [name for name in names if name not in values]:
            raise psycopg.ProgrammingError(f"without a value: {', '.join(missing)}")
        return wire.send(statement, [values[name] for name in names], is_last=is_last, prepare=prepare)
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, sql, error, wire.driver) from error
    except BaseException:  # interrupted, as by a signal
        if wire.driver.closed:
            connection.invalidate()
        raise


def _as_sqlalchemy(connection: Connection, sql: str, error: psycopg.Error, driver: Any) -> BaseException:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(cast(Any, error), driver, None)
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect
    )


def _literal(value: Any) -> str:
    """Of a constant of the code, never of what came in."""
    plain = value.value if isinstance(value, Enum) else value
    return Literal(plain).as_string(None).replace("%", "%%")


def converted(row: tuple[Any, ...], readers: list[tuple[int, Convert]]) -> list[Any]:
    """The values of a row, those at the places of ``readers`` in the types of their columns."""
    found = list(row)
    for n, reader in readers:
        found[n] = reader(found[n])
    return found

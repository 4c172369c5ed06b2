"""Rows of a page without SQLAlchemy's execution: the statement is an ordinary one, what comes back are plain rows.

Of a short query most of what the web pays are SQLAlchemy's contexts, cursors, results and mapped objects
(docs/benchmarks.md). A list shows its rows once and changes none of them: :func:`read` compiles a statement once for
its shape, found as SQLAlchemy finds it in its own cache, and sends it as :mod:`examops.core.prepared` does. In place of
a mapped object stands its record: the same columns, properties and methods, and nothing that could be changed or saved.

Whoever changes what was read asks ``db.session`` for the object.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, TypeVarTuple, cast

from sqlalchemy import Connection, Numeric, Row, Select, inspect, select
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import SQLCompiler

from examops.core.database import db
from examops.core.prepared import DIALECT, KNOWN, Convert, Placed, converted, in_places, send
from examops.core.request_end import WROTE, writes

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Make = Callable[[Any], Any]
NUMBER = re.compile(r"_+\d+$")
MOST_SHAPES = 2_000  # the code has a few hundred; what makes more of them than that is forgotten with all others


def read(statement: Select[*Ts]) -> list[Row[*Ts]]:
    """All rows, as named tuples; what was changed as objects goes first, as with ``session.execute()``.

    Raises TypeError for a statement that has no shape to be found by."""
    session = db.session()
    session.flush()
    return cast("list[Row[*Ts]]", _rows(session.connection(), cast("Select[Any]", statement)))


def read_records(statement: Select[T]) -> list[T]:
    """Of ``select(Table)`` a record for each row; of ``select(Table.column)`` the values."""
    return [row[0] for row in read(statement)]


_shapes: dict[Any, _Shape] = {}


def _rows(connection: Connection, statement: Select[Any]) -> list[Any]:
    key: CacheKey | None = cast(Any, statement)._generate_cache_key()
    if key is None:
        raise TypeError("a part of the statement has no key to be found by")
    shape = _shapes.get(key.key)
    if shape is None:
        if len(_shapes) >= MOST_SHAPES:
            _shapes.clear()
        shape = _shapes[key.key] = _Shape(statement, key)
    return shape.rows(connection, key)


class _Shape:
    """What statements share that differ in their values alone: their text, how parameters and rows are converted."""

    def __init__(self, statement: Select[Any], key: CacheKey) -> None:
        compiled: SQLCompiler = cast(Any, statement)._compiler(DIALECT, cache_key=key)
        self._compiled, self._placed = compiled, dict[str, Placed]()
        self._expands = bool(compiled.post_compile_params or compiled.literal_execute_params)
        types = {name: bind.type.dialect_impl(DIALECT) for bind, name in compiled.bind_names.items()}
        asked = {name: one.bind_processor(DIALECT) for name, one in types.items() if not isinstance(one, KNOWN)}
        self._converts: list[tuple[str, Convert]] = [(name, convert) for name, convert in asked.items() if convert]
        self._made = maker(statement, cast(Any, compiled)._result_columns)
        self._places = _places(compiled, key)

    def rows(self, connection: Connection, key: CacheKey) -> list[Any]:
        values = {name: key.bindparams[place].effective_value for name, place in self._places}
        sql = self._compiled.string
        if self._expands:
            state = self._compiled.construct_expanded_state(values, escape_names=False)
            sql, values = state.statement, dict(state.parameters)
        for name, convert in self._converts:
            values[name] = convert(values[name])
        placed = self._placed.get(sql) or self._placed.setdefault(sql, in_places(sql))
        connection.info[WROTE] = connection.info.get(WROTE) or writes(sql)
        return send(connection, sql, placed, values, prepare=None).rows(self._made)


def _places(compiled: SQLCompiler, key: CacheKey) -> list[tuple[str, int]]:
    """Where the value of each parameter stands among those of the key: SQLAlchemy works it out anew each time."""
    same, _ = cast(Any, compiled)._cache_key_bind_match
    names = compiled.bind_names
    found = {names[bind]: n for n, given in enumerate(key.bindparams) for bind in same[given] if bind in names}
    if missing := set(names.values()) - set(found):
        raise TypeError(f"parameters that the key does not hold: {missing}")
    return list(found.items())


def maker(statement: Select[Any], columns: list[Any]) -> Make:
    """From the values of a row to what is read: a named tuple of values and records."""
    parts = _parts(statement, [str(column.keyname) for column in columns])
    found = enumerate(_reader(column.type.dialect_impl(DIALECT)) for column in columns)
    readers = [(n, reader) for n, reader in found if reader]
    row = cast(Any, namedtuple)("Row", [part.name for part in parts], rename=True)._make
    if all(part.make is None for part in parts):
        return (lambda values: row(converted(values, readers))) if readers else row
    return lambda values: row(_assembled(converted(values, readers), parts))


class _Part(NamedTuple):
    """A column (``make`` is None), or so many columns of a table, of which a record is made."""

    name: str
    width: int = 1
    make: Make | None = None
    key: int = 0  # of the columns, the one that is NULL where an outer join has found nothing


def _parts(statement: Select[Any], come: list[str]) -> list[_Part]:
    """Raises TypeError where the columns that come are not those asked for, in that order."""
    found, at = [], 0
    for described in statement.column_descriptions:
        part = _part(described, come[at:])
        found.append(part)
        at += part.width
    if at != len(come):
        raise TypeError(f"columns come that nobody asked for: {come[at:]}")
    return found


def _part(described: Any, come: list[str]) -> _Part:
    """Of one thing that a statement asks for, at the beginning of the columns that come."""
    name = described["name"] or "_"
    if described.get("entity") is None or described["expr"] is not described["entity"]:
        if not come or not _is_named(name, come[0]):
            raise TypeError(f"asked for {name}, what comes is {come[:1]}")
        return _Part(name)
    mapper = cast(Any, inspect(described["entity"])).mapper
    columns = _of_table(mapper, come)
    return _Part(name, len(columns), _record_of(mapper, columns)._make, columns.index("id"))


def _of_table(mapper: Mapper[Any], come: list[str]) -> tuple[str, ...]:
    """The leading ones that are columns of the table, in its order: all of them, or those of ``load_only``."""
    found, at = list[str](), 0
    for column in select(mapper).selected_columns:
        if at < len(come) and _is_named(str(column.key), come[at]):
            found.append(str(column.key))
            at += 1
    return tuple(found)


def _is_named(asked: str, come: str) -> bool:
    """A name that has come before gets a number, as every function has."""
    return asked.startswith("_") or come == asked or NUMBER.sub("", come) == NUMBER.sub("", asked)


def _reader(kind: Any) -> Convert | None:
    """How values of a type are converted that psycopg does not know. SQLAlchemy asks for numbers what has come; psycopg
    gives decimal numbers and floats as such."""
    if isinstance(kind, Numeric):
        return None if kind.asdecimal else (lambda value: None if value is None else float(value))
    return cast("Convert | None", kind.result_processor(DIALECT, None))


def _assembled(values: list[Any], parts: list[_Part]) -> Iterator[Any]:
    at = 0
    for part in parts:
        behind = at + part.width
        if part.make is None:
            yield values[at]
        else:
            yield None if values[at + part.key] is None else part.make(values[at:behind])
        at = behind


@cache
def _record_of(mapper: Mapper[Any], columns: tuple[str, ...]) -> Any:
    """The class of a table's records: these columns by name, and what the mapped class works out from them."""
    known = (item for base in reversed(mapper.class_.__mro__) for item in vars(base).items())
    own = {
        name: value
        for name, value in known
        if isinstance(value, property | FunctionType) and not name.startswith("_") and name not in columns
    }
    own["__tablename__"] = mapper.class_.__tablename__  # by which the log names what an entry is about
    base = cast(Any, namedtuple)(mapper.class_.__name__, columns)
    return type(mapper.class_.__name__, (base,), own | {"__slots__": (), "__getattr__": _not_read})


def _not_read(record: Any, name: str) -> Any:
    """What a mapped object would ask the database for. Not an AttributeError: a template would show nothing."""
    if name.startswith("__"):  # what Python and its libraries ask everything for
        raise AttributeError(name)
    raise TypeError(f"{type(record).__name__}.{name} was not read")

"""Bulk inserts under row-level security, which COPY does not support: rows are copied into a temporary table and
inserted from there, so that policies and constraints check each of them."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE, Range

from examops.core.database import db
from examops.core.language import to_json

Row = dict[str, Any]
CHUNK = 5_000
DIALECT = postgresql.dialect()


class JsonText(str):
    """Is JSON already, made once for many rows."""


def as_json(value: Any) -> JsonText:
    return JsonText(json.dumps(to_json(value), ensure_ascii=False))


def new_uid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def bulk_insert(table: Any, rows: Iterable[Row], rng: random.Random) -> dict[uuid.UUID, int]:
    """Insert the rows in the running transaction; returns their ids by uid. Missing columns take the model's default,
    ``uid`` comes from ``rng``. All rows must have the same keys."""
    found: dict[uuid.UUID, int] = {}
    for chunk in _chunks(rows):
        found |= _insert_chunk(table, chunk, rng)
    return found


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _insert_chunk(table: Any, rows: Sequence[Row], rng: random.Random) -> dict[uuid.UUID, int]:
    columns = [column for column in table.__table__.columns if column.name in rows[0] or _has_default(column)]
    writers = [_writer(column, rng, given=column.name in rows[0]) for column in columns]
    names = ", ".join(column.name for column in columns)
    name = table.__tablename__
    raw: Any = db.session.connection().connection.driver_connection
    with raw.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bulk_rows ON COMMIT DROP AS SELECT {names} FROM {name} WITH NO DATA")
        with cursor.copy(f"COPY bulk_rows ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([write(row) for write in writers])
        cursor.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM bulk_rows RETURNING uid, id")
        found = dict(cursor.fetchall())
        cursor.execute("DROP TABLE bulk_rows")
    return found


def _has_default(column: Column[Any]) -> bool:
    return column.default is not None and column.identity is None


def _writer(column: Column[Any], rng: random.Random, *, given: bool) -> Callable[[Row], Any]:
    """``given``: the rows have this column."""
    name, convert = column.name, _converter(column.type)
    if given:
        get = itemgetter(name)
        return get if convert is _same else lambda row: convert(get(row))
    default = _default(column, rng)
    return lambda row: convert(default())


def _default(column: Column[Any], rng: random.Random) -> Callable[[], Any]:
    default: Any = column.default
    if column.name == "uid":
        return lambda: new_uid(rng)
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


def _converter(type_: Any) -> Callable[[Any], Any]:
    if isinstance(type_, TypeDecorator):
        inner = _converter(type_.impl_instance)
        return lambda value: value if type(value) is JsonText else inner(type_.process_bind_param(value, DIALECT))
    if isinstance(type_, JSONB):
        return lambda value: value if type(value) is JsonText else json.dumps(value, ensure_ascii=False)
    if isinstance(type_, TSTZRANGE | DATERANGE):
        return _range_text
    return _same


def _same(value: Any) -> Any:
    return value


def _range_text(value: Range[Any]) -> str:
    """``[lower,upper)``; an end that is open is empty."""
    lower, upper = (end.isoformat() if end else "" for end in (value.lower, value.upper))
    return f"[{lower},{upper})"

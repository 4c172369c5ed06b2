"""The database object, the base of all tables, and the columns that every table shares."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    func,
    literal,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from examops.core.language import Message, from_json, from_line, to_json, to_line

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class MessageText(TypeDecorator[Message]):
    """A :class:`Message` in a text column: template and values are stored, and rendered when it is read."""

    impl, cache_ok = Text, True

    def process_bind_param(self, value: Message | str | None, dialect: Any) -> str | None:
        return None if value is None else to_line(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Message | None:
        return None if value is None else from_line(value)


class MessageJson(TypeDecorator[list[Any]]):
    """JSON whose strings may be a :class:`Message`, stored as template and values."""

    impl, cache_ok = JSONB, True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return to_json(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return from_json(value)


COLUMN_TYPES: dict[Any, Any] = {
    str: Text(),
    int: BigInteger(),
    datetime: DateTime(timezone=True),
    date: Date(),
    uuid.UUID: Uuid(),
    dict[str, Any]: JSONB(),
    list[Any]: JSONB(),
    list[str]: ARRAY(Text()),
    list[int]: ARRAY(BigInteger()),
    Range[datetime]: TSTZRANGE(),
    Message: MessageText(),
}


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map=COLUMN_TYPES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

Key = Annotated[int, mapped_column(Identity(always=True), primary_key=True)]
Uid = Annotated[uuid.UUID, mapped_column(unique=True, default=uuid.uuid4)]
Made = Annotated[datetime, mapped_column(server_default=func.now())]


class Row:
    """``id`` (bigint) for joins inside the database, ``uid`` (random) for addresses and APIs."""

    id: Mapped[Key]
    uid: Mapped[Uid]
    created_at: Mapped[Made]


class Tenant(Row):
    """A row that belongs to a body and lies in a district; row-level security reads these two columns."""

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    district: Mapped[str]


def owner_of(row: Any) -> dict[str, Any]:
    """``body_id`` and ``district`` of a :class:`Tenant` row (or of what has both), for a row that belongs with it."""
    return {"body_id": row.body_id, "district": row.district}


def table_of(model: type[Base]) -> Table:
    """Its table, for statements that are written without objects."""
    return cast(Table, model.__table__)


def among(column: Any, ids: Iterable[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """An SQL condition: the column holds one of these. One parameter, however many they are: ``IN`` is another
    statement for each length, written and planned anew for each."""
    kind = ARRAY(BigInteger)
    given = ids if isinstance(ids, BindParameter) else literal(list(ids), kind)
    return cast("ColumnElement[bool]", column == func.any(given))


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a check constraint: the column holds one of these."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def in_states(states: Iterable[str]) -> str:
    """The condition of a partial index: the row is in one of these states."""
    return "state IN (" + ",".join(f"'{state}'" for state in states) + ")"


def overlap_guard(name: str, column: str, where: str) -> Any:
    """No two live rows may hold the same thing at overlapping times.

    A one-element range of the number needs no extension (btree_gist is not everywhere).
    """

    return ExcludeConstraint(
        (literal_column(f"int8range({column},{column},'[]')"), "&&"),
        ("during", "&&"),
        name=name,
        using="gist",
        where=text(where),
    )

"""Rows that are read as records: the same values, types and order as SQLAlchemy's own execution gives them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, case, func, literal, literal_column, select, text, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased, load_only

from examops.core import reading
from examops.core.database import among, db
from examops.core.language import message
from examops.core.prepared import DIALECT
from examops.core.reading import read, read_records
from examops.core.scope import SYSTEM
from examops.core.transaction import sqlstate, transaction
from examops.organisations.models import Body
from examops.sessions.models import ExamSession, Turn
from examops.sites.models import Room
from tests.statements import counted

Made = tuple[Body, ExamSession]


@pytest.fixture
def made(make) -> Made:
    body = make.body()
    session, _ = make.session_with_turns(make.batch(body), make.room(make.site(body)), turns=3)
    session.title = message("第 {number} 轮", number=2)
    db.session.commit()
    return body, session


def _turns(session: ExamSession) -> Select[Any]:
    starts = func.lower(Turn.during)
    return (
        select(Turn.id, Turn.uid, Turn.during, Turn.factors, starts.label("starts"), ExamSession.title, func.now())
        .join(ExamSession, ExamSession.id == Turn.session_id)
        .where(Turn.session_id == session.id, starts > session.starts_at - timedelta(days=1))
        .order_by(Turn.id)
    )


def test_rows_of_columns(app: Flask, made: Made) -> None:
    found, expected = read(_turns(made[1])), db.session.execute(_turns(made[1])).all()
    assert [tuple(row) for row in found] == [tuple(row) for row in expected] != []
    assert found[0].starts == found[0].during.lower
    assert (found[0].title, found[0][5]) == ("第 2 轮", made[1].title)


def test_a_record_has_what_the_object_has_but_for_what_it_would_ask_for(app: Flask, made: Made) -> None:
    (record,) = read_records(select(ExamSession).where(ExamSession.id == made[1].id))
    for column in select(ExamSession).selected_columns:
        assert getattr(record, column.key) == getattr(made[1], column.key), column.key
    assert record.words == made[1].words
    (body,) = read_records(select(Body).where(Body.id == made[0].id))
    with pytest.raises(TypeError, match=r"Body\.credit_code was not read"):
        _ = body.credit_code
    with pytest.raises(AttributeError):
        body.name = "改"


def test_a_template_does_not_show_nothing_in_its_place(app: Flask, made: Made) -> None:
    (body,) = read_records(select(Body).where(Body.id == made[0].id))
    shown = app.jinja_env.from_string("{{ one.name }}")
    assert shown.render(one=body) == made[0].name
    with pytest.raises(TypeError):
        app.jinja_env.from_string("{{ one.credit_code }}").render(one=body)


def test_records_beside_columns_and_where_a_join_finds_nothing(app: Flask, made: Made) -> None:
    other = aliased(Room)
    query = (
        select(ExamSession, Room, Room.name, other, other.seats, ExamSession.site_id == Room.site_id)
        .join(Room, Room.id == ExamSession.room_id)
        .outerjoin(other, (other.id == Room.id) & (other.name == "没有"))
        .where(ExamSession.id == made[1].id)
    )
    (row,), expected = read(query), db.session.execute(query).one()
    assert (row[0].id, row[1].name, row[2], *row[3:]) == (made[1].id, expected[1].name, expected[2], None, None, True)
    assert (row.ExamSession.number, row.Room.name, row.name) == (made[1].number, expected[2], expected[2])


def test_a_record_of_some_columns(app: Flask, made: Made) -> None:
    some = load_only(ExamSession.number, ExamSession.starts_at)
    query = select(ExamSession, Room.name).join(Room, Room.id == ExamSession.room_id).options(some)
    (row,) = read(query.where(ExamSession.id == made[1].id))
    assert (row[0].number, row[0].starts_at, row[0].id) == (made[1].number, made[1].starts_at, made[1].id)
    assert row[1] == db.session.get_one(Room, made[1].room_id).name
    with pytest.raises(TypeError, match=r"ExamSession\.title was not read"):
        _ = row[0].title


def test_each_statement_has_its_own_values(app: Flask, made: Made) -> None:
    """Of one shape, found the second time by the values' places alone."""
    numbers = [turn.id for turn in read(_turns(made[1]))]

    def those(*wanted: int) -> list[int]:
        return read_records(select(Turn.id).where(Turn.id.in_(wanted)).order_by(Turn.id))

    def between(lowest: int, highest: int) -> list[int]:
        is_first = case((Turn.id == lowest, literal(100)), else_=literal(1))
        query = select(Turn.id * is_first).where(Turn.id >= lowest, Turn.id <= highest)
        return read_records(query.order_by(Turn.id).limit(highest - lowest + 1))

    assert those(*numbers) == numbers
    assert (those(numbers[1]), those(numbers[2]), those()) == ([numbers[1]], [numbers[2]], [])
    assert between(numbers[0], numbers[1]) == [100 * numbers[0], numbers[1]]
    assert between(numbers[1], numbers[2]) == [100 * numbers[1], numbers[2]]
    assert read_records(select(Turn.id).where(among(Turn.id, numbers[1:])).order_by(Turn.id)) == numbers[1:]
    assert read_records(select(literal("50 %").label("share"))) == ["50 %"]


def test_values_are_converted_by_their_column(app: Flask, made: Made) -> None:
    query = select(ExamSession.id).where(ExamSession.title == message("第 {number} 轮", number=2))
    assert read_records(query) == [made[1].id]
    assert read_records(select(ExamSession.id).where(ExamSession.during == made[1].during)) == [made[1].id]


def test_what_was_changed_as_an_object_goes_first_and_what_it_locks_is_kept(app: Flask, made: Made) -> None:
    with transaction(SYSTEM):
        body = db.session.get_one(Body, made[0].id)
        body.short_name = "改过"
        assert read_records(select(Body.short_name).where(Body.id == body.id)) == ["改过"]
    db.session.expire_all()
    assert db.session.get_one(Body, made[0].id).short_name == "改过"


def test_it_is_seen_like_every_statement_and_fails_like_one(app: Flask, made: Made) -> None:
    db.session.connection()
    with counted(app) as seen:
        read(_turns(made[1]))
    assert [statement.split(",")[0] for statement in seen] == ["SELECT turn.id"]
    with pytest.raises(DBAPIError) as raised:
        read(select(Turn.id / type_coerce(literal(0), Turn.id.type)))
    assert sqlstate(raised.value) == "22012"
    db.session.rollback()


def test_it_is_prepared_once_it_was_asked_a_few_times(app: Flask, made: Made) -> None:
    """What is asked rarely does not push out what every request sends."""
    held = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :like").bindparams(like="%4711%")
    query = select(Room.name).where(Room.id == made[1].room_id, literal_column("4711") > 0)
    found = []
    for _ in range(7):
        read(query)
        found.append(db.session.execute(held).scalar_one())
    assert (found[0], found[-1]) == (0, 1)


def test_columns_that_come_in_another_order_are_refused(app: Flask) -> None:
    """SQLAlchemy promises no order of an object's columns: whoever relies on one has to look."""
    compiled = select(Room.name, Room.seats)._compiler(DIALECT, cache_key=None)
    with pytest.raises(TypeError, match="what comes"):
        reading.maker(select(Room.seats, Room.name), compiled._result_columns)
    with pytest.raises(TypeError, match="nobody asked"):
        reading.maker(select(Room.name), compiled._result_columns)

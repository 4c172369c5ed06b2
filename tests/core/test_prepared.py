"""Statements that go past SQLAlchemy: the same rows, types, transaction and exceptions as its own execution."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import BigInteger, Text, bindparam, column, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, MultipleResultsFound, NoResultFound

from examops.core.database import db, table_of
from examops.core.language import message
from examops.core.prepared import Prepared
from examops.core.scope import SYSTEM, scoped
from examops.core.transaction import broken_constraint, sqlstate, transaction
from examops.organisations.models import Body
from examops.sessions.models import ExamSession, Turn
from tests.statements import counted

TURNS = (
    select(Turn.id, Turn.uid, Turn.during, Turn.factors, func.lower(Turn.during).label("starts"), ExamSession.title)
    .join(ExamSession, ExamSession.id == Turn.session_id)
    .where(Turn.session_id == bindparam("session", type_=BigInteger), ExamSession.state.in_(("draft", "open", "50 %")))
    .order_by(Turn.id)
)
NAMED = update(table_of(Body)).where(table_of(Body).c.id == bindparam("body", type_=BigInteger))
RENAMED = Prepared(NAMED.values(short_name=bindparam("name", type_=Text)))


@pytest.fixture
def session(make):
    body = make.body()
    made, _ = make.session_with_turns(make.batch(body), make.room(make.site(body)), turns=3)
    made.title = message("第 {number} 轮", number=2)
    db.session.commit()
    return made


def test_rows_come_as_sqlalchemy_gives_them(app: Flask, session) -> None:
    found, expected = Prepared(TURNS).all(session=session.id), db.session.execute(TURNS, {"session": session.id}).all()
    assert [tuple(row) for row in found] == [tuple(row) for row in expected] != []
    assert found[0].starts == found[0].during.lower
    assert found[0].title == session.title


def test_what_was_changed_as_an_object_goes_first(app: Flask, session) -> None:
    session.title = message("改过")
    assert Prepared(TURNS).all(session=session.id)[0].title == "改过"
    db.session.rollback()


def test_one_row_none_and_several(app: Flask, session) -> None:
    few = Prepared(TURNS.limit(1))
    assert few.one(session=session.id) == few.first(session=session.id) == few.one_or_none(session=session.id)
    assert few.first(session=0) is few.one_or_none(session=0) is None
    with pytest.raises(NoResultFound):
        few.one(session=0)
    with pytest.raises(MultipleResultsFound):
        Prepared(TURNS).one_or_none(session=session.id)


def test_a_parameter_that_is_not_given_is_a_fault_and_not_null(app: Flask, session) -> None:
    with pytest.raises(DBAPIError):
        Prepared(TURNS).all()
    db.session.rollback()


def test_values_are_converted_by_their_column(app: Flask, make, session) -> None:
    """A text with its values, a range, JSON: what the types of columns do, and not psycopg."""
    table = table_of(ExamSession)
    named = {name: bindparam(name, type_=table.c[name].type) for name in ("title", "during")}
    Prepared(update(table).where(table.c.id == bindparam("key", type_=BigInteger)).values(named)).run(
        key=session.id, title=message("场次 {n}", n=1), during=session.during
    )
    db.session.refresh(session)
    assert session.title == "场次 1"
    db.session.rollback()


def test_a_broken_constraint_is_named_and_the_values_are_not(app: Flask, session) -> None:
    table = table_of(Turn)
    emptied = update(table).where(table.c.session_id == bindparam("key", type_=BigInteger))
    with pytest.raises(IntegrityError) as raised:
        Prepared(emptied.values(taken=bindparam("taken", type_=BigInteger))).run(key=session.id, taken=987654321)
    db.session.rollback()
    assert sqlstate(raised.value) == "23514"
    assert broken_constraint(raised.value).startswith("ck_turn_")
    assert "987654321" not in str(raised.value)


def test_what_it_writes_outside_of_a_transaction_is_not_kept(app: Flask, make) -> None:
    body = make.body()
    with app.test_request_context("/"), scoped(SYSTEM):
        app.preprocess_request()
        with scoped(SYSTEM):
            RENAMED.run(body=body.id, name="不该留下")
    db.session.rollback()  # what the end of the request has not committed
    assert db.session.get_one(Body, body.id).short_name != "不该留下"


def test_what_it_writes_inside_of_one_is(app: Flask, make) -> None:
    body = make.body()
    with transaction(SYSTEM):
        RENAMED.run(body=body.id, name="留下")
    db.session.expire_all()
    assert db.session.get_one(Body, body.id).short_name == "留下"


def test_it_is_seen_like_every_statement(app: Flask, session) -> None:
    db.session.connection()
    with counted(app) as seen:
        Prepared(TURNS).all(session=session.id)
    assert [statement.split(",")[0] for statement in seen] == ["SELECT turn.id"]


def test_a_lost_connection_is_not_used_again(app: Flask) -> None:
    end = Prepared(text("SELECT pg_terminate_backend(pg_backend_pid()) AS ended").columns(column("ended")))
    with app.app_context():
        with pytest.raises(DBAPIError) as raised:
            end.all()
        assert raised.value.connection_invalidated
        db.session.rollback()
        assert Prepared(text("SELECT 1 AS one").columns(column("one"))).one().one == 1


def test_moments_are_in_utc(app: Flask) -> None:
    moment = Prepared(text("SELECT CAST(:at AS timestamptz) AS at").columns(column("at")))
    now = datetime.now(UTC)
    with app.app_context():
        assert moment.one(at=now).at == now

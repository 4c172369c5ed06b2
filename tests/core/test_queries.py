"""Queries that are written once: the rows of the same statement written anew, for each scope; the guard over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from examops.core.database import among, db
from examops.core.paging import of_own_body
from examops.core.queries import Query, records_of, rows_of
from examops.core.reading import read
from examops.core.scope import SYSTEM, Scope, own_body, scoped
from examops.organisations.models import Body
from examops.sessions.models import ExamSession, Turn
from tests.statements import counted

BODIES = [1]


def _times(session_ids: list[int], since: datetime, room: int) -> Select[ExamSession, int, Any]:
    return (
        select(ExamSession, Turn.number, Turn.during)
        .join(Turn, Turn.session_id == ExamSession.id)
        .where(among(ExamSession.id, session_ids), ExamSession.starts_at >= since, ExamSession.room_id == room)
        .where(ExamSession.state.in_(("draft", "open")), Turn.during.overlaps(func.tstzrange(since, None)))
        .order_by(Turn.number)
    )


class Asked(NamedTuple):
    since: datetime
    room: int


def _of_room(number: int, asked: Asked) -> Select[ExamSession]:
    begun = ExamSession.starts_at >= asked.since, ExamSession.room_id == asked.room
    return select(ExamSession).join(Turn, Turn.session_id == ExamSession.id).where(*begun, Turn.number == number)


def _own() -> Select[Body]:
    return of_own_body(select(Body), Body.id).order_by(Body.id)


@pytest.fixture
def made(make) -> list[ExamSession]:
    body, other = make.body(), make.body()
    sessions = [
        make.session_with_turns(make.batch(one), make.room(make.site(one)), turns=2)[0] for one in (body, other)
    ]
    db.session.commit()
    return sessions


def test_rows_are_those_of_the_statement_written_anew(app: Flask, made: list[ExamSession]) -> None:
    asked: Query[..., Any] = rows_of(_times)
    for session in made:
        for ids in ([session.id], [one.id for one in made], []):
            since = session.starts_at - timedelta(days=1)
            found, anew = asked(ids, since, room=session.room_id), read(_times(ids, since, session.room_id))
            assert found == anew
            assert len(found) == (2 if ids else 0)
            assert [type(value) for row in found for value in row] == [type(value) for row in anew for value in row]


def test_a_named_tuple_is_one_argument_of_several_values(app: Flask, made: list[ExamSession]) -> None:
    asked: Query[..., Any] = records_of(_of_room)
    first, second = made
    assert [one.id for one in asked(2, Asked(first.starts_at, first.room_id))] == [first.id]
    assert [one.id for one in asked(number=2, asked=Asked(second.starts_at, second.room_id))] == [second.id]
    assert asked(2, Asked(first.starts_at + timedelta(days=1), first.room_id)) == []


def test_it_is_written_once_for_each_kind_of_scope(app: Flask, made: list[ExamSession]) -> None:
    written = []

    def own() -> Select[Body]:
        written.append(1)
        return _own()

    asked, bodies = records_of(own), [one.body_id for one in made]
    scopes = [Scope(bodies=(body,)) for body in (*bodies, bodies[0])]
    assert [_unchecked(asked, scope) for scope in scopes] == [[bodies[0]], [bodies[1]], [bodies[0]]]
    assert len(written) == 1
    assert _unchecked(asked, SYSTEM) == sorted(bodies)
    assert len(written) == 2


def _unchecked(asked: Query[[], Body], scope: Scope) -> list[int]:
    """Past the comparison of :mod:`tests.written_anew`, which writes it each time."""
    with scoped(scope):
        db.session.rollback()
        return [row[0].id for row in asked.written(scope).all(own_body=own_body(scope))]


def test_a_scope_of_single_sites_gets_a_statement_of_its_own(app: Flask, made: list[ExamSession]) -> None:
    asked, body, site = records_of(_own), made[0].body_id, made[0].site_id
    with scoped(Scope(bodies=(body,), narrowed=(body,), sites=(site,))):
        db.session.rollback()
        assert [one.id for one in asked()] == [body]
    assert not asked._written


def test_what_was_changed_as_objects_is_sent_before(app: Flask, made: list[ExamSession]) -> None:
    asked = records_of(lambda: select(ExamSession.number).order_by(ExamSession.id))
    made[0].number = "改过"
    assert "改过" in asked()


def test_it_is_one_statement(app: Flask, made: list[ExamSession]) -> None:
    asked, given = rows_of(_times), ([made[0].id], made[0].starts_at, made[0].room_id)
    with counted(app) as statements:
        asked(*given)
    assert [one.split()[0] for one in statements if "set_config" not in one] == ["SELECT"]


@pytest.mark.parametrize(
    "write",
    [
        lambda: select(Body.id).where(Body.id.in_(BODIES)),
        lambda: select(Body.id).limit(len(BODIES)),
        lambda: select(func.now() - timedelta(days=len(BODIES))),
    ],
    ids=["condition", "limit", "moment"],
)
def test_one_that_looks_at_more_than_its_arguments_is_told(
    app: Flask, made: list[ExamSession], write: Callable[[], Select[Any]]
) -> None:
    """The guard over all tests: seen to fail."""
    asked = records_of(write)
    asked()
    BODIES.append(2)
    try:
        with pytest.raises(AssertionError, match="looks at more than its arguments"):
            asked()
    finally:
        BODIES.remove(2)


def test_an_argument_has_a_type_that_columns_have(app: Flask) -> None:
    def of_any(what: object) -> Select[Any]:
        return select(Body).where(Body.id == what)

    asked = rows_of(of_any)
    with pytest.raises(TypeError, match="what"):
        asked.written(SYSTEM)

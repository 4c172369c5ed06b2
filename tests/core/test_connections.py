"""Connections of the pool: one that was lost while it lay unused is replaced, one in steady use is not asked."""

from __future__ import annotations

import json

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, text

from examops.core import connections
from examops.core.connections import MOST_PREPARED, engine_options, owner_url, role_url

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(app, settings):
    made = create_engine(role_url(settings, "web"), pool_size=1, max_overflow=0)
    yield made
    made.dispose()


def ask(engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end(settings, backend: int) -> None:
    with create_engine(owner_url(settings), poolclass=NullPool).begin() as owner:
        assert owner.execute(text("SELECT pg_terminate_backend(:pid, 100000)"), {"pid": backend}).scalar_one()


def test_a_connection_that_was_lost_while_unused_is_replaced(engine, settings, monkeypatch) -> None:
    first = ask(engine)
    end(settings, first)
    monkeypatch.setattr(connections, "ASKED_AFTER_S", 0.0)
    assert ask(engine) != first


@pytest.mark.parametrize(("after", "asked"), [(3600.0, 0), (0.0, 1)])
def test_only_one_that_lay_unused_is_asked(engine, monkeypatch, after: float, asked: int) -> None:
    pings: list[object] = []
    ask(engine)
    monkeypatch.setattr(connections, "ASKED_AFTER_S", after)
    monkeypatch.setattr(connections._dialect, "do_ping", pings.append)
    ask(engine)
    assert len(pings) == asked


@pytest.mark.parametrize(("kind", "statement"), [("web", "30s"), ("job", "15min")])
def test_nobody_waits_for_a_lock_or_a_statement_for_ever(app, settings, kind: str, statement: str) -> None:
    made = create_engine(role_url(settings, kind), **engine_options(kind, 1))
    with made.connect() as connection:
        asked = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        found = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in asked]
    made.dispose()
    assert found == ["3s", statement, "2min"]


def test_results_are_described_by_name_and_type_without_an_object_for_each_column(app, settings) -> None:
    made = create_engine(role_url(settings, "web"), **engine_options("web", 1))
    asked = "SELECT 1 AS number, 'x'::text AS 宽, NULL::timestamptz AS moment"
    with made.connect() as connection:
        result = connection.exec_driver_sql(asked)
        ours, row = result.cursor.description, result.mappings().one()
        driver = connection.connection.driver_connection
        theirs = psycopg.Cursor(driver).execute(asked).description
    made.dispose()
    assert [tuple(column[:2]) for column in ours] == [tuple(column[:2]) for column in theirs]
    assert {type(column) for column in ours} == {tuple}
    assert dict(row) == {"number": 1, "宽": "x", "moment": None}


def test_a_connection_keeps_the_plans_of_all_pages(engine) -> None:
    with engine.connect() as connection:
        assert connection.connection.driver_connection.prepared_max == MOST_PREPARED


def test_json_comes_as_python_reads_it(engine) -> None:
    texts = ("7", '"字"', "null", "true", "[]", "[1, 2.5, -3e-2]", '{"a": {"b": ["<", "\\\\u4e00"]}}')
    with engine.connect() as connection:
        for text_ in texts:
            for kind in ("json", "jsonb"):
                found = connection.execute(text(f"SELECT CAST(:given AS {kind}) AS one"), {"given": text_}).scalar_one()
                assert found == json.loads(text_)

"""Numbers of tickets: of a year's own sequence, never given twice, whoever comes first in a year."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.transaction import transaction
from examops.sessions.booking.tickets import next_ticket_numbers
from tests.factories import Factory


@pytest.fixture
def owner(settings: Settings) -> Iterator[Engine]:
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def new_year(make: Factory, owner: Engine) -> Iterator[int]:
    """A year of which no number was given yet."""
    year = 2300 + secrets.randbelow(600)
    yield year
    with owner.connect() as connection:
        connection.exec_driver_sql(f"DROP SEQUENCE IF EXISTS ticket_number_{year}")


def given(year: int, count: int = 1) -> list[int]:
    with transaction():
        return next_ticket_numbers(year, count)


def test_a_year_begins_with_one_and_counts_by_itself(new_year: int) -> None:
    assert given(new_year, 3) == [1, 2, 3]
    assert given(new_year) == [4]


def test_a_number_that_was_rolled_back_is_a_hole(new_year: int) -> None:
    given(new_year)
    assert next_ticket_numbers(new_year) == [2]
    db.session.rollback()
    assert given(new_year) == [3]


def test_the_first_of_a_year_may_fail_and_nothing_is_left_of_it(new_year: int) -> None:
    assert next_ticket_numbers(new_year) == [1]
    db.session.rollback()
    assert given(new_year) == [1]


@pytest.mark.race
def test_all_the_first_of_a_year_at_once_get_different_numbers(app: Flask, new_year: int) -> None:
    barrier, numbers = Barrier(8), list[int]()

    def work() -> None:
        with app.app_context():
            barrier.wait()
            numbers.extend(given(new_year))
            db.session.remove()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_numbers_begin_behind_those_of_the_release_before_which_moves_on_ahead(owner: Engine, new_year: int) -> None:
    """It may run beside this one for a while, and counts in its own table."""
    with owner.connect() as connection:
        connection.exec_driver_sql(f"INSERT INTO number_counter (name, value) VALUES ('ticket:{new_year}', 417)")
    assert given(new_year) == [418]
    with owner.connect() as connection:
        value = text("SELECT value FROM number_counter WHERE name = :name")
        assert connection.execute(value, {"name": f"ticket:{new_year}"}).scalar_one() == 5_000_417


@pytest.mark.parametrize("year", [0, 1999, 3000, 99999])
def test_there_are_no_sequences_for_years_that_are_none(make: Factory, year: int) -> None:
    with pytest.raises(DBAPIError, match="no tickets are given for the year"):
        given(year)
    db.session.rollback()


@pytest.mark.parametrize("statement", ["SELECT nextval('{}')", "SELECT setval('{}', 1)", "DROP SEQUENCE {}"])
def test_the_web_reaches_the_sequence_through_its_function_only(new_year: int, statement: str) -> None:
    given(new_year)
    with pytest.raises(DBAPIError, match=r"denied|must be owner"):
        db.session.execute(text(statement.format(f"ticket_number_{new_year}")))
    db.session.rollback()

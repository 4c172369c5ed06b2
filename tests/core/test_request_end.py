"""What a request only read ends with COMMIT: the next one finds its statements planned. Nothing else is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.request_end import READS
from examops.core.scope import SYSTEM, set_scope
from examops.organisations.models import Body
from tests.factories import Factory

pytestmark = pytest.mark.postgres
COUNT = select(func.count()).select_from(Body)
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%count(*) AS count_1%FROM body%'")


@pytest.fixture
def request_of(app: Flask) -> Callable[[Callable[[], object]], object]:
    """Do something in a request of its own, on the one connection of a fresh pool."""
    with app.app_context():
        db.engine.dispose()

    def run(work: Callable[[], object]) -> object:
        with app.test_request_context("/"):
            set_scope(SYSTEM)
            return work()

    return run


def test_statements_stay_prepared_from_one_request_to_the_next(request_of) -> None:
    for _ in range(8):
        request_of(lambda: db.session.scalar(COUNT))
    assert request_of(lambda: db.session.scalar(PREPARED)) == 1


def test_a_rollback_forgets_them(request_of) -> None:
    """The control: why requests end as they do."""

    def read_and_roll_back() -> None:
        db.session.scalar(COUNT)
        db.session.rollback()

    for _ in range(8):
        request_of(read_and_roll_back)
    assert request_of(lambda: db.session.scalar(PREPARED)) == 0


@pytest.mark.parametrize("way", ["statement", "object"])
def test_what_was_written_outside_of_a_transaction_is_not_kept(request_of, make: Factory, way: str) -> None:
    body = make.body()
    uid, name = body.uid, body.name
    db.session.remove()

    def write() -> None:
        if way == "statement":
            db.session.execute(text("UPDATE body SET name = 'changed'"))
        else:
            db.session.scalars(select(Body)).one().name = "changed"
            db.session.flush()

    request_of(write)
    db.session.remove()
    set_scope(SYSTEM)
    assert db.session.execute(select(Body.name).where(Body.uid == uid)).scalar_one() == name


def test_an_answer_stands_although_the_database_goes_away_behind_it(request_of, settings) -> None:
    owner = create_engine(owner_url(settings))

    def read_and_lose() -> int:
        pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with owner.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        return int(pid)

    lost = request_of(read_and_lose)
    owner.dispose()
    assert request_of(lambda: db.session.scalar(text("SELECT pg_backend_pid()"))) != lost


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT 1", True),
        ("\n  with a AS (SELECT 1) SELECT * FROM a", True),
        ("SET LOCAL x = 1", True),
        ("WITH gone AS (DELETE FROM body RETURNING id) SELECT * FROM gone", False),
        ("INSERT INTO body DEFAULT VALUES", False),
        ("CALL something()", False),
        ("TRUNCATE body", False),
    ],
)
def test_what_counts_as_reading(statement: str, reads: bool) -> None:
    assert bool(READS(statement)) is reads

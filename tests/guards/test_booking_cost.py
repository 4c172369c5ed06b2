"""What a booking asks of the database. A further statement is a twentieth of its cost: whoever needs one says so here.

Who asks (which sets the scope), one query, one statement. Measured by ``python -m bench booking``; docs/benchmarks.md.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.booking.asking import BookingRequest, find_places
from examops.sessions.booking.filling import Person, fill_turns
from examops.sessions.booking.service import book
from tests.factories import DAY, Factory
from tests.statements import counted

ACTOR = Actor.system("test")
OVER_HTTP = ["SELECT user_account.id", "SELECT turn.id AS turn_id", "WITH wish"]


@pytest.fixture
def exam(make: Factory, clock: FixedClock):
    body = make.body()
    batch = make.batch(body)
    starts_at = DAY.replace(day=24)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), turns=2, capacity=40, starts_at=starts_at
    )
    return body, session, turns, make.applications(batch, body, 60)


def test_a_booking_over_http_is_three_statements(app: Flask, exam, make, sign_in) -> None:
    body, session, turns, applications = exam
    client, address = sign_in(make.user("coordinator", body)), f"/sessions/{session.uid}/bookings"
    asked = [{"application_uid": str(one.uid), "turn_uid": str(turns[0].uid)} for one in applications[:2]]
    assert client.post(address, json=asked[0]).status_code == 201  # writes down that the session is in use
    with counted(app) as seen:
        assert client.post(address, json=asked[1]).status_code == 201

    found = [" ".join(statement.split()) for statement in seen]
    assert len(found) == len(OVER_HTTP), found
    assert all(one.startswith(start) for one, start in zip(found, OVER_HTTP, strict=True)), found


def test_the_query_of_one_booking_has_a_plan_for_one_wish(app: Flask, exam, clock) -> None:
    """Where the plan that is kept is made for ten wishes, PostgreSQL finds it too dear and plans each booking anew."""
    _, _, turns, applications = exam
    with transaction(SYSTEM):
        find_places([BookingRequest(applications[0].uid, turns[0].uid)], clock.now())
        known = text(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%(VALUES%AS wish (application, turn, n)%'"
        )
        names = set(db.session.execute(known).scalars())
        db.session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        assert {_rows_of(name) for name in names} == {1}


def _rows_of(name: str) -> int:
    """How many rows the plan expects that a connection keeps of its statement."""
    found = db.session.execute(text(f"EXPLAIN (FORMAT JSON) EXECUTE {name} (NULL, NULL, NULL)")).scalar_one()
    return int(found[0]["Plan"]["Plan Rows"])


def test_a_list_costs_as_many_statements_as_one_booking(app: Flask, exam, clock) -> None:
    _, _, turns, applications = exam

    def cost_of(wanted: list[BookingRequest]) -> int:
        with transaction(), counted(app) as seen:
            assert all(one.booking for one in book(wanted, actor=ACTOR, clock=clock))
        return len(seen)

    wanted = [BookingRequest(one.uid, turns[n % 2].uid) for n, one in enumerate(applications)]
    one, many = cost_of(wanted[:1]), cost_of(wanted[1:])
    assert (one, many) == (2 + 1, 2 + 2)  # the scope; more than one turn is locked in order


def test_filling_turns_asks_for_each_turn_and_not_for_each_person(app: Flask, exam, clock) -> None:
    _, session, turns, applications = exam

    def cost_of(people: list[Person]) -> int:
        with transaction(), counted(app) as seen:
            found = fill_turns(people, turns, session, actor=ACTOR, clock=clock)
        assert found.placed == len(people)
        return len(seen)

    people = [Person(one.uid) for one in applications]
    assert cost_of(people[:2]) == cost_of(people[2:20])
    assert cost_of(people[20:]) <= cost_of([]) + 2 * 2
